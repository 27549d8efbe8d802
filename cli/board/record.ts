import { z } from 'zod';
import { runError } from '../../core/index.js';
import { defineCommand, path, startRecording } from '../frame/index.js';
import { printLine } from '../io.js';
import { boardOptions, identityOf, lineTo, port, withBoard } from './open-board.js';
import { shortSession } from './session.js';

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
  notes:
    'Drives: inputs and nudges to the board’s limits, taps to test values; afterwards, and after Ctrl-C, every tap is as it was. The transcript can be replayed as a test.',
  async answer({ file, ...asked }, { io, force }) {
    // A fixed session number, so that a replay can say the same.
    const recording = await startRecording(io, file, force);
    try {
      const options = { session: 1, keepsTaps: true, board: asked.board };
      const line = lineTo(asked, recording.io);
      return await withBoard(io, line, options, async (client) => {
        const checks: { good: boolean; check: string }[] = [];
        try {
          await shortSession(client, (good, check) => checks.push({ good, check }));
        } catch (error) {
          // What was found out before the board was lost.
          for (const { good, check } of checks)
            printLine(io.stderr, `${good ? 'ok    ' : 'FAILED'} ${check}`);
          throw error;
        }
        const failed = checks.filter(({ good }) => !good).length;
        const failure = runError('board.selftest', `${client.transport.name}: ${failed} checks failed`);
        return {
          text: file,
          files: [file],
          json: { ...identityOf(client), checks, failed },
          ...(failed === 0 ? {} : { failure }),
        };
      });
    } finally {
      recording.end();
    }
  },
});
