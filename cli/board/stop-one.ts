import { formatQuantity, OhmpropError } from '../../core/index.js';
// Quicker to load than all of drivers/board, and the board is driven meanwhile.
import { type StopReport, standingLine, stopBoard } from '../../drivers/board/stop/index.js';
import type { Io } from '../io.js';

/** How stopping one thing went. */
export interface StopOutcome {
  readonly text: string;
  readonly json: object;
  readonly error?: OhmpropError;
}

/** Stops the board at an address. What fails is in the outcome, so that others are stopped all the same. */
export async function stopBoardAt(address: string, io: Pick<Io, 'lineLog'>): Promise<StopOutcome> {
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
