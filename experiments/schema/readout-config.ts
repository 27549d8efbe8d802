import { z } from 'zod';
import { OhmpropError, readQuantities } from '../../core/index.js';
import { quantity } from './settings.js';

/** A voltage, or a list of them; in a Hopfield network, whose states are dimensionless, bare numbers. */
export const volts = <T extends z.ZodType>(what: T) =>
  z
    .preprocess((value: unknown, context: z.RefinementCtx): unknown => {
      const texts = (Array.isArray(value) ? value : [value]).some((part) => typeof part === 'string');
      if (!texts) return value;
      try {
        const read = Array.isArray(value)
          ? value.flatMap((part) => readQuantities(part, 'V'))
          : readQuantities(value as string, 'V');
        return !Array.isArray(value) && read.length === 1 ? read[0] : read;
      } catch (error) {
        if (!(error instanceof OhmpropError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    }, what)
    .optional();

const WRONG_RANGE = 'needs a voltage above 0, or a list of them, one a layer';
const end = z.number(WRONG_RANGE).positive(WRONG_RANGE);
const range = volts(z.union([end, z.array(end).min(1, WRONG_RANGE)], WRONG_RANGE));
const bits = (most: number) => z.number().int().min(1).max(most);

/** The keys that hold volts, which a dimensionless network takes as bare numbers alone. */
export const readoutVolts = [
  'noise_V',
  'offset_V',
  'offsetSpread_V',
  'fullScale_V',
  'differenceScale_V',
] as const;

/** How nodes are read for learning, and how inputs are driven. What is left out is ideal. */
export const readoutSchema = z.strictObject({
  noise_V: volts(z.number().nonnegative()).meta({
    flag: '--node-noise <V>',
    description: 'σ of each read of a node between the phases and the update, as 5mV',
  }),
  offset_V: volts(z.number()).meta({
    flag: '--node-offset <V>',
    description: 'offset of every read of a node',
  }),
  offsetSpread_V: volts(z.number().nonnegative()).meta({
    flag: '--node-offset-spread <V>',
    description: 'σ of the offset from node to node, drawn once',
  }),
  gain: quantity('1', z.number().gt(-1).optional()).meta({
    flag: '--node-gain <x>',
    description: 'relative gain error of every read of a node, as 2%',
  }),
  gainSpread: quantity('1', z.number().nonnegative().optional()).meta({
    flag: '--node-gain-spread <x>',
    description: 'σ of the gain error from node to node, drawn once',
  }),
  bits: bits(24).optional().meta({
    flag: '--node-bits <n>',
    description: 'bits of the converters that read nodes; else nothing is rounded',
  }),
  fullScale_V: range.meta({
    flag: '--node-full-scale <V>',
    description: 'end of their range, ±, or a list, one a layer; else the voltage of the sources',
  }),
  reads: z.number().int().min(1).max(65536).optional().meta({
    flag: '--node-reads <n>',
    description: 'reads of each node in each phase, averaged',
  }),
  difference: z.boolean().default(false).meta({
    flag: '--node-difference',
    description: 'read the difference of the two phases and their mean, in place of each phase',
  }),
  differenceScale_V: range.meta({
    flag: '--node-difference-scale <V>',
    description: 'end of the range that differences are read over, ±, or a list; else as of a phase',
  }),
  meanBits: bits(24).optional().meta({
    flag: '--node-mean-bits <n>',
    description: 'bits that the mean of the phases is read by beside their difference; else as many',
  }),
  dacBits: bits(32).optional().meta({
    flag: '--dac-bits <n>',
    description: 'bits of the converters that drive the inputs, over the range of the coding',
  }),
});

/** The part `readout` of a run, checked and with its defaults. */
export type ReadoutConfig = z.infer<typeof readoutSchema>;
