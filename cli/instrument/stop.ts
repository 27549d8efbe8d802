import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { type Answer, defineCommand } from '../frame/index.js';
import { stopHeld } from '../stop-held.js';
import { instrumentLine, optionalAddress } from './options.js';
import { stopInstrumentAt } from './stop-one.js';

export const stopCommand = defineCommand({
  options: z.strictObject({ ...instrumentLine, address: optionalAddress }),
  examples: [
    'ohmprop instrument stop',
    'ohmprop instrument stop smu:tcp://192.168.1.5:5025',
    'ohmprop instrument stop smu:gpib:/dev/ttyUSB0,24 --json',
  ],
  notes:
    'Makes safe: what is under way is broken off, a source-measure unit goes to 0 V and its output off; an ArC ONE, which cannot be interrupted, is reset. A program that holds it is asked; one that does not answer is ended. Without an address: everything that a program of this machine holds, boards too.',
  async answer({ address, baud }, { io }): Promise<Answer> {
    if (address !== undefined) {
      const { text, json, error } = await stopInstrumentAt(address.text, io, baud);
      if (error !== undefined) throw error;
      return { text, json };
    }
    const outcomes = await stopHeld(io);
    if (outcomes.length === 0) {
      throw inputError(
        'instrument.none',
        'no program of this machine holds an instrument; to stop one that stands alone, name its address',
      );
    }
    const failed = outcomes.find(({ error }) => error !== undefined)?.error;
    return {
      text: outcomes.map(({ text }) => text).join('\n'),
      json: { stopped: outcomes.map(({ json }) => json) },
      ...(failed === undefined ? {} : { failure: failed }),
    };
  },
});
