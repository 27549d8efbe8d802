import { z } from 'zod';
import { deviceNamesKnown, openChoice } from './choices.js';

/** A device of a module as the network of a run. */
export const deviceSchema = z.strictObject({
  kind: z.literal('device'),
  device: openChoice(deviceNamesKnown.names).meta({
    flag: '--device <name>',
    description: 'a device of a module that is named with --use',
  }),
  settings: z
    .record(
      z.string(),
      z.union([z.number(), z.string(), z.boolean()], 'needs a number, a text, true or false'),
    )
    .optional()
    .meta({ description: 'what the module asks of whoever uses its device' }),
});

/** The part `network` of a run on a device of a module. */
export type DeviceConfig = z.infer<typeof deviceSchema>;
