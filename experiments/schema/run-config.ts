import { z } from 'zod';
import { MAX_THREADS } from '../../core/index.js';
import { estimatorNames } from '../../learning/index.js';
import { boardSchema } from './board-config.js';
import { cellsSchema } from './cells-config.js';

// What `ohmprop train` can be told, in a file, by --set, or by a flag. Unknown keys are refused.

const positive = z.number().positive();
const count = z.number().int().positive();
/** One rate for every layer, or one a layer; a shorter list goes on with its last. */
const rates = z.union(
  [z.number().nonnegative(), z.array(z.number().nonnegative()).min(1)],
  'needs a number of at least 0, or a list of such numbers, one a layer',
);

const units = z.strictObject({
  /** One published conductance is so many S. */
  conductance_S: positive,
  /** One published volt is so many V. */
  voltage_V: positive,
});

export const resistiveSchema = z.strictObject({
  kind: z.literal('resistive'),
  /** Nodes of each hidden layer. */
  hidden: z.array(count),
  /** Amplification A of the doubled inputs. */
  inputGain: positive,
  /** g_max/g_min; without it conductances are only kept from becoming negative. */
  window: z.number().gt(1).optional(),
  units: units.default({ conductance_S: 1e-6, voltage_V: 1e-3 }),
});

export const hopfieldSchema = z.strictObject({
  kind: z.literal('hopfield'),
  /** Units of each hidden layer. */
  hidden: z.array(count),
  /** How units move: by Euler steps of `epsilon`, or each to the exact minimum of its energy. */
  relaxation: z.enum(['euler', 'exact']).default('exact'),
  /** In nudged phases, where that differs. */
  nudgedRelaxation: z.enum(['euler', 'exact']).optional(),
  epsilon: z.number().gt(0).max(1).default(0.5),
});

/** A phase runs to its end before Ctrl-C is heard. */
const iterations = count.max(1_000_000);

const stopRule = {
  /** Node residual relative to the layer's largest Σg·|v|. */
  tolerance: positive.optional(),
  outputChange: positive.optional(),
  maxIterations: iterations.optional(),
  /** Exactly so many iterations, whatever the residual. */
  fixedIterations: iterations.optional(),
};

const coding = z.strictObject({
  input: z
    .discriminatedUnion('scale', [
      z.strictObject({ scale: z.literal('range'), low: z.number(), high: z.number() }),
      z.strictObject({ scale: z.literal('z-score'), clipSigma: positive, low: z.number(), high: z.number() }),
    ])
    .optional(),
  target: z
    .strictObject({ kind: z.enum(['one-hot', 'sign', 'difference']), off: z.number(), on: z.number() })
    .optional(),
  readOut: z.enum(['arg-max', 'sign', 'difference']).optional(),
});

const wrongThreads = `needs a whole number from 1 to ${MAX_THREADS}, or auto`;

export const runConfigSchema = z.strictObject({
  preset: z.string().optional(),
  seed: z.number().int().min(0).max(0xffffffff).default(1),
  /** xor, iris, digits, mnist, mnist:DIR, csv:FILE */
  data: z.string(),
  /** Use only so many training samples; the test set is always whole. */
  limit: count.optional(),
  /** Take so many training samples away, from the end. */
  validation: z.number().int().nonnegative().optional(),
  network: z.discriminatedUnion('kind', [resistiveSchema, hopfieldSchema, boardSchema]),
  /** Conductances of a resistive network in memristive cells. */
  cells: cellsSchema.optional(),
  /** Arithmetic of a simulated device. */
  arithmetic: z.enum(['float64', 'float32']).default('float32'),
  /** Threads of a float32 simulation; auto measures what pays. Results are the same at every number. */
  threads: z
    .union(
      [
        z.number(wrongThreads).int(wrongThreads).min(1, wrongThreads).max(MAX_THREADS, wrongThreads),
        z.literal('auto'),
      ],
      wrongThreads,
    )
    .default('auto'),
  /** Fused multiply-add in a float32 simulation: faster, but last bits then differ between machines. */
  relaxedSimd: z.boolean().default(false),
  training: z.strictObject({
    estimator: z.enum(estimatorNames).default('centered'),
    /** Nudge strength in published units, or a text with a unit: 136uS. */
    beta: z.union([positive, z.string()], 'needs a number above 0, or a text with a unit such as 136uS'),
    batch: count,
    epochs: count,
    /** Published rates of conductances (of weights where a network has those), a layer each. */
    conductanceRates: rates,
    biasRates: rates,
    /** What the rates are multiplied by from epoch to epoch. */
    rateDecay: z.number().gt(0).max(1).default(1),
    /** Keep each training sample's free states from epoch to epoch and start its next free phase from them. */
    particles: z.boolean().default(false),
  }),
  settle: z
    .strictObject({
      ...stopRule,
      /** What differs in nudged phases, and when the test set is settled. */
      nudged: z.strictObject(stopRule).optional(),
      evaluation: z.strictObject(stopRule).optional(),
    })
    .default({}),
  coding: coding.optional(),
});

export type RunConfig = z.infer<typeof runConfigSchema>;
export type RunConfigInput = z.input<typeof runConfigSchema>;
