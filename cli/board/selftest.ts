import { z } from 'zod';
import { runError } from '../../core/index.js';
import { writeDifferingTaps } from '../../devices/boards/index.js';
import type { BoardClient } from '../../drivers/board/index.js';
import { type Answer, defineCommand, path, startRecording } from '../frame/index.js';
import { type Io, printLine } from '../io.js';
import { boardOptions, identityOf, lineOptions, lineTo, port, withBoard } from './open-board.js';

/** What a self-test does to a board. */
const DRIVES =
  'Drives: inputs and nudges to the board’s limits, taps to test values; afterwards, and after Ctrl-C, every tap is as it was.';

export const selftestCommand = defineCommand({
  options: z.strictObject({ port, ...lineOptions }),
  examples: ['ohmprop board selftest /dev/ttyUSB0', 'ohmprop board selftest virtual --board xor-nano --json'],
  notes: DRIVES,
  answer: (asked, { io }) =>
    withBoard(io, lineTo(asked, io), { keepsTaps: true, board: asked.board }, (client) =>
      answerOf(io, client),
    ),
});

export const recordCommand = defineCommand({
  options: z.strictObject({
    port,
    file: path(z.string()).meta({ argument: '<file>', description: 'transcript, byte for byte' }),
    ...boardOptions,
  }),
  examples: [
    'ohmprop board record /dev/ttyUSB0 session.txt',
    'ohmprop board record virtual session.txt --json',
  ],
  notes: `${DRIVES} The transcript can be replayed as a test.`,
  async answer({ file, ...asked }, { io, force }) {
    // A fixed session number, so that a replay can say the same.
    const recording = await startRecording(io, file, force);
    try {
      const options = { session: 1, keepsTaps: true, board: asked.board };
      const line = lineTo(asked, recording.io);
      const { text: _, ...answer } = await withBoard(io, line, options, (client) => answerOf(io, client));
      return { ...answer, text: file, files: [file] };
    } finally {
      recording.end();
    }
  },
});

interface Check {
  readonly good: boolean;
  readonly check: string;
}

async function answerOf(io: Io, client: BoardClient): Promise<Answer> {
  const checks: Check[] = [];
  const lines = () => checks.map(({ good, check }) => `${good ? 'ok    ' : 'FAILED'} ${check}`);
  try {
    await selftest(client, (good, check) => checks.push({ good, check }));
  } catch (error) {
    // What was found out before the board was lost.
    for (const line of lines()) printLine(io.stderr, line);
    throw error;
  }
  const failed = checks.filter(({ good }) => !good).length;
  return {
    text: lines().join('\n'),
    json: { ...identityOf(client), checks, failed },
    ...(failed === 0
      ? {}
      : { failure: runError('board.selftest', `${client.transport.name}: ${failed} checks failed`) }),
  };
}

/** Each check sees a part at work. Taps are put back. */
async function selftest(client: BoardClient, check: (good: boolean, what: string) => void): Promise<void> {
  const { profile, use } = client;
  const everyByte = Uint8Array.from({ length: 200 }, (_, i) => (i * 37) & 0xff);
  const echo = await client.ping(everyByte);
  check(Buffer.compare(echo, everyByte) === 0, 'line: 200 bytes come back as they went');

  const before = await client.readTaps();
  try {
    const taps = Uint8Array.from({ length: profile.pots }, (_, e) => 40 + ((e * 29) % 200));
    await client.writeTaps({ taps, residuals: new Int16Array(profile.pots) });
    const back = await client.readTaps();
    check(Buffer.compare(back.taps, taps) === 0, 'memory: taps come back as they were written');

    const limit_mV = Math.round(profile.inputLimit_V * 1000);
    const none = new Int16Array(use.outputs);
    const rest = profile.binaryInputs
      ? new Int16Array(use.inputs).fill(limit_mV)
      : new Int16Array(use.inputs);
    const read = async (inputs: Int16Array, nudges: Int16Array) => {
      await client.setInputs(inputs, nudges);
      return Array.from(await client.readNodes(), (value) => value / 8);
    };
    const quiet = await read(rest, none);
    const again = await read(rest, none);
    const drift = Math.max(...quiet.map((v, n) => Math.abs(v - again[n])));
    check(drift < 5, `converters: two readings at rest differ by ${drift.toFixed(1)} mV at most`);
    for (let i = 0; i < use.inputs; i++) {
      const inputs = rest.slice();
      inputs[i] = profile.binaryInputs ? -limit_mV : limit_mV;
      const moved = (await read(inputs, none)).map((v, n) => Math.abs(v - quiet[n]));
      const reached = moved.slice(0, profile.hidden).filter((v) => v > 3).length;
      check(reached > 0, `input ${i}: moves ${reached} of ${profile.hidden} hidden nodes`);
    }
    for (let k = 0; k < use.outputs; k++) {
      const nudges = none.slice();
      nudges[k] = Math.round(profile.nudgeLimit_V * 500);
      const up = (await read(rest, nudges))[profile.hidden + k] - quiet[profile.hidden + k];
      nudges[k] = -nudges[k];
      const down = (await read(rest, nudges))[profile.hidden + k] - quiet[profile.hidden + k];
      check(
        up > 3 && down < -3,
        `nudge ${k}: moves its output by ${up.toFixed(0)} and ${down.toFixed(0)} mV`,
      );
    }
    await client.setInputs(rest, none);
  } finally {
    await writeDifferingTaps(client, await client.readTaps(), before);
  }
  const { crcErrors, framingErrors, retries } = client.counts;
  check(crcErrors + framingErrors === 0, `link: ${crcErrors + framingErrors} errors, ${retries} retries`);
}
