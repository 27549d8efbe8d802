import { z } from 'zod';
import { formatQuantity, inputError, OhmpropError } from '../../core/index.js';
// Quicker to load than all of drivers/board, and the board is driven meanwhile.
import { isLineAddress, type StopReport, standingLine, stopBoard } from '../../drivers/board/stop/index.js';
import { heldLines } from '../../drivers/transport/index.js';
import { type Answer, defineCommand } from '../frame/index.js';
import type { Io } from '../io.js';
import { recordOption } from '../record.js';

export const stopCommand = defineCommand({
  options: z.strictObject({
    port: z.string().optional().meta({
      argument: '[port]',
      kind: 'address',
      description: '/dev/ttyUSB0, tcp://host:port; none: every board that a program of this machine holds',
    }),
    record: recordOption,
  }),
  examples: [
    'ohmprop board stop',
    'ohmprop board stop /dev/ttyUSB0',
    'ohmprop board stop tcp://127.0.0.1:5025 --json',
  ],
  notes:
    'Makes safe: inputs and nudges go to 0 V, the board is disarmed; no potentiometer moves. A program that holds it is asked; one that does not answer is passed by.',
  async answer({ port }, { io }): Promise<Answer> {
    if (port !== undefined && !isLineAddress(port)) {
      const { checkStandingBoard } = await import('../../experiments/composition/index.js');
      checkStandingBoard(port);
    }
    const addresses = port === undefined ? heldLines().map(({ address }) => address) : [port];
    if (addresses.length === 0) {
      throw inputError(
        'board.none',
        'no program of this machine holds a board; to stop one that stands alone, name its port',
      );
    }
    const outcomes = await Promise.all(addresses.map((address) => stopOne(address, io)));
    const failed = outcomes.find(({ error }) => error !== undefined)?.error;
    const lines = outcomes.map(({ text }) => text).join('\n');
    if (port !== undefined && failed !== undefined) throw failed;
    const [first] = outcomes;
    return {
      text: lines,
      json: port === undefined ? { boards: outcomes.map(({ json }) => json) } : first.json,
      ...(failed === undefined ? {} : { failure: failed }),
    };
  },
});

interface Outcome {
  readonly text: string;
  readonly json: object;
  readonly error?: OhmpropError;
}

async function stopOne(address: string, io: Io): Promise<Outcome> {
  const started = performance.now();
  try {
    const plain = address.startsWith('serial:') ? await numbered(address) : standingLine(address);
    const line = io.lineLog?.watch(plain) ?? plain;
    const report = await stopBoard(line);
    const took_s = (performance.now() - started) / 1000;
    return {
      text: `${line.name}: the board has stopped (${howText(report)}, ${formatQuantity(took_s, 's')})`,
      json: { line: line.name, stopped: true, how: report.how, took_s, ...holderFacts(report) },
    };
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    const text = `${address}: ${error.message.replace(`${address}: `, '')}`;
    return { text, json: { line: address, stopped: false, why: text }, error };
  }
}

/** What finds a board by its number is loaded only where it is asked for. */
async function numbered(address: string) {
  const { NumberedBoardTransport } = await import('../../drivers/board/index.js');
  return new NumberedBoardTransport(address);
}

function howText({ how, holder, ended }: StopReport): string {
  const who = holder === undefined ? 'another program' : `process ${holder.pid}, which holds it`;
  if (ended) return `${who}, did not answer and was ended`;
  return { holder: `by ${who}`, 'cut-in': `past ${who}`, line: 'nobody held it' }[how];
}

function holderFacts({ holder, ended }: StopReport): object {
  if (holder === undefined) return {};
  const { pid, since, what } = holder;
  return { holder: { pid, since, ...(what === undefined ? {} : { what }) }, ...(ended ? { ended } : {}) };
}
