import { z } from 'zod';
import { defineCommand } from '../frame/index.js';
import { verbsOf } from './kinds.js';
import { instrumentLine } from './options.js';

export const infoCommand = defineCommand({
  options: z.strictObject(instrumentLine),
  examples: [
    'ohmprop instrument info smu:tcp://192.168.1.5:5025',
    'ohmprop instrument info smu:gpib:/dev/ttyUSB0,24 --json',
    'ohmprop instrument info smu:/dev/ttyUSB0 --baud 57600 --record bytes.txt',
  ],
  notes:
    'Looks: asks who is there and what it is set to; nothing is set, reset or switched. An output that is on is said and left alone. Its error queue is emptied, and what was in it is said.',
  async answer(asked, { io }) {
    const { lines, json } = await (await verbsOf(asked.address)).info({ ...asked, io });
    return { text: lines.join('\n'), json };
  },
});
