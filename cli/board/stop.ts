import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { isLineAddress } from '../../drivers/board/stop/index.js';
import { type Answer, defineCommand } from '../frame/index.js';
import { recordOption } from '../record.js';
import { stopHeld } from '../stop-held.js';
import { stopBoardAt } from './stop-one.js';

export const stopCommand = defineCommand({
  options: z.strictObject({
    port: z.string().optional().meta({
      argument: '[port]',
      kind: 'address',
      description:
        '/dev/ttyUSB0, tcp://host:port; none: everything that a program of this machine holds, instruments too',
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
    if (port !== undefined) {
      const { text, json, error } = await stopBoardAt(port, io);
      if (error !== undefined) throw error;
      return { text, json };
    }
    const outcomes = await stopHeld(io);
    if (outcomes.length === 0) {
      throw inputError(
        'board.none',
        'no program of this machine holds a board; to stop one that stands alone, name its port',
      );
    }
    const failed = outcomes.find(({ error }) => error !== undefined)?.error;
    return {
      text: outcomes.map(({ text }) => text).join('\n'),
      json: { boards: outcomes.map(({ json }) => json) },
      ...(failed === undefined ? {} : { failure: failed }),
    };
  },
});
