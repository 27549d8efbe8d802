import { z } from 'zod';
import { quantity } from './settings.js';

const ohms = () => quantity('ohm', z.number().nonnegative().optional());

/** Wires of the crossbars between layers, and what is at their ends. */
export const wiresSchema = z.strictObject({
  wire_ohm: ohms().meta({
    flag: '--wire-ohm <ohm>',
    description:
      'put the conductances into crossbars with wires, one between two layers, and learn through them: one segment of either line',
  }),
  row_ohm: ohms().meta({
    flag: '--wire-row-ohm <ohm>',
    description: 'one segment of a word line, where it is not that of --wire-ohm',
  }),
  column_ohm: ohms().meta({
    flag: '--wire-col-ohm <ohm>',
    description: 'one segment of a bit line, where it is not that of --wire-ohm',
  }),
  firstRow_ohm: ohms().meta({
    flag: '--first-row-ohm <ohm>',
    description: 'from what drives a word line to its first cell; else one segment',
  }),
  lastColumn_ohm: ohms().meta({
    flag: '--last-col-ohm <ohm>',
    description: 'from the last cell of a bit line to its unit; else one segment',
  }),
  driver_ohm: ohms().meta({
    flag: '--driver-ohm <ohm>',
    description: 'between a word line and what drives it, a source or a unit of the layer before',
  }),
  sense_ohm: ohms().meta({
    flag: '--sense-ohm <ohm>',
    description: 'between a bit line and its unit',
  }),
});

/** The part `network.wires` of a run. */
export type WiresConfig = z.infer<typeof wiresSchema>;
