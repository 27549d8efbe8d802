import { z } from 'zod';
import { OhmpropError, readCellPlace } from '../../core/index.js';
import { quantity } from './settings.js';

/** What stands before the address of an instrument, in place of the name of a cell. */
const INSTRUMENT = /^(arc-one|smu|usbtmc|gpib):/;

/** Whether cells are those behind an instrument: `arc-one:/dev/ttyACM0`. */
export function isInstrument(model: string): boolean {
  return INSTRUMENT.test(model);
}

const count = z.number().int().positive();

/** `row,column` from 0. */
const place = z.string().superRefine((text, context) => {
  try {
    readCellPlace(text);
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

const partSchema = z.strictObject({
  group: z.string().meta({
    description: 'g1, g2, …; g1- the second cells of pairs; g1.fast of tiki-taka; b1 of bias currents',
  }),
  array: z
    .string()
    .optional()
    .meta({ description: 'address of the array, where it is not that of cells.model' }),
  from: place.optional().meta({ description: 'first cell of the group in it, row,column; else 0,0' }),
  size: z
    .string()
    .regex(/^\s*[1-9]\d*\s*[x×]\s*[1-9]\d*\s*$/, 'needs rows and columns, as in 24x8')
    .optional()
    .meta({ description: 'rows and columns of it, as in 24x8; else all that are left of the group' }),
  at: place.meta({ description: 'where that first cell lies on the array, row,column' }),
});

/** One rectangle of a group on an array. */
export type LayoutEntry = z.infer<typeof partSchema>;

/** Of cells behind an instrument. */
export const instrumentCells = {
  limits: z.string().optional().meta({
    flag: '--limits <file>',
    kind: 'path',
    description: 'of an instrument: what its cells may get, a file of "ohmprop instrument limits"',
  }),
  noCurrentLimit: z.boolean().optional().meta({
    flag: '--no-current-limit',
    description: 'of an instrument: allow pulses whose current neither it nor a resistor limits',
  }),
  like: z.string().optional().meta({
    flag: '--like <cell>',
    description:
      'of an instrument: what its cells are like, a preset or a cell file: range, steps and pulses; else linear, with --window and --pulse',
  }),
  endurance: count.optional().meta({
    flag: '--endurance <n>',
    description:
      'of an instrument: pulses that a cell may get in its life; a run ends before the first beyond',
  }),
  matrix: z.string().optional().meta({
    flag: '--matrix <file>',
    kind: 'path',
    description:
      'of a source-measure unit: a switch matrix between it and an array, as a file says (docs/switch-matrix.md)',
  }),
  journal: z.string().optional().meta({
    flag: '--pulse-journal <file>',
    description:
      'of an instrument: what its cells were given in their life, gone on with by each run; else the run directory has one of its own',
  }),
  reads: count.optional().meta({
    flag: '--cell-reads <n>',
    description: 'of an instrument: reads that one look at its cells is the mean of, else 1',
  }),
  read_V: quantity('V', z.number().optional()).meta({
    flag: '--read-voltage <V>',
    description: 'of an instrument: what cells are read at, else 0.1 V',
  }),
  layout: z.array(partSchema).min(1).optional().meta({
    description:
      'of an instrument: which rectangle of which array is which part of which group; else laid out by itself',
  }),
};
