import { z } from 'zod';
import { quantity } from './settings.js';

const ohms = (flag: string, description: string) =>
  quantity('ohm', z.number().nonnegative().optional()).meta({ flag: `${flag} <ohm>`, description });

/** Wires of the crossbars between layers, and what is at their ends. */
export const wiresSchema = z.strictObject({
  wire_ohm: ohms(
    '--wire-ohm',
    'put the conductances into crossbars with wires, one between two layers, and learn through them: one segment of either line',
  ),
  row_ohm: ohms('--wire-row-ohm', 'one segment of a word line, where it is not that of --wire-ohm'),
  column_ohm: ohms('--wire-col-ohm', 'one segment of a bit line, where it is not that of --wire-ohm'),
  firstRow_ohm: ohms('--first-row-ohm', 'from what drives a word line to its first cell; else one segment'),
  lastColumn_ohm: ohms('--last-col-ohm', 'from the last cell of a bit line to its unit; else one segment'),
  driver_ohm: ohms(
    '--driver-ohm',
    'between a word line and what drives it, a source or a unit of the layer before',
  ),
  sense_ohm: ohms('--sense-ohm', 'between a bit line and its unit'),
});

/** The part `network.wires` of a run. */
export type WiresConfig = z.infer<typeof wiresSchema>;
