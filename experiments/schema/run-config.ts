import { z } from 'zod';
import { MAX_THREADS, OhmpropError, readQuantity } from '../../core/index.js';
import { boardSchema } from './board-config.js';
import { cellsSchema } from './cells-config.js';
import { costNamesKnown, dataNamesKnown, openChoice } from './choices.js';
import { deviceSchema } from './device-config.js';
import { readoutSchema, volts } from './readout-config.js';
import { estimatorChoices, scheduleText } from './schedule-text.js';
import { conductanceWindow, quantity } from './settings.js';
import { wiresSchema } from './wires-config.js';

/** What conductances learn by (learning/rule). */
export const ruleChoices = ['eqprop', 'coupled', 'contrastive-hebbian', 'backprop'] as const;
/** How outputs are nudged (devices/contract). */
export const nudgeChoices = ['conductance', 'current', 'current-held'] as const;
/** What is descended (devices/contract/costs), with what modules that are in use add. */
export const costChoices: readonly string[] = costNamesKnown.names;
/** What units of a Hopfield network make of their fields (circuits/hopfield). */
export const activationChoices = ['hard-sigmoid', 'bounded-relu', 'sigmoid', 'tanh'] as const;
/** What is made of gradients (devices/contract). */
export const optimizerChoices = ['sgd', 'momentum', 'adam'] as const;

// What `ohmprop train` can be told, in a file, by --set, or by a flag. Unknown keys are refused.

const positive = z.number().positive();
const count = z.number().int().positive();
/** One rate for every layer, or one a layer; a shorter list goes on with its last. */
const rate = quantity('1', z.number().nonnegative());
const rates = z.union(
  [rate, z.array(rate).min(1)],
  'needs a number of at least 0, or a list of such numbers, one a layer',
);

const hiddenLayers = z.array(count).meta({
  flag: '--layers <sizes>',
  description: 'nodes of each hidden layer, for instance 100,100; or none',
});

const units = z.strictObject({
  conductance_S: quantity('S', positive).meta({ description: 'one published conductance' }),
  voltage_V: quantity('V', positive).meta({ description: 'one published volt' }),
});

/** The part `network` of a run on a deep resistive network. */
export const resistiveSchema = z.strictObject({
  kind: z.literal('resistive'),
  hidden: hiddenLayers,
  inputGain: quantity('1', positive).meta({ description: 'amplification A of the doubled inputs' }),
  window: conductanceWindow().meta({
    flag: '--window <window>',
    description:
      'LOW,HIGH in S that every conductance (or cell) lies between, or one number, g_max/g_min; else they are only kept from becoming negative',
  }),
  units: units.default({ conductance_S: 1e-6, voltage_V: 1e-3 }),
  diodeThreshold_V: quantity('V', z.number().nonnegative().optional()).meta({
    flag: '--diode-threshold <V>',
    description: 'voltage from which the diodes of hidden nodes conduct; else 0, as ideal ones do',
  }),
  diodeOn_ohm: quantity('ohm', z.number().nonnegative().optional()).meta({
    flag: '--diode-on-ohm <ohm>',
    description:
      'their resistance while they conduct; else 0. Power is that of conductances and of this, not of ideal diodes',
  }),
  wires: wiresSchema.optional(),
});

/** The part `network` of a run on a Hopfield network. */
export const hopfieldSchema = z.strictObject({
  kind: z.literal('hopfield'),
  hidden: hiddenLayers,
  relaxation: z.enum(['euler', 'exact']).default('exact').meta({
    description: 'how units move: by Euler steps of epsilon, or each to the exact minimum of its energy',
  }),
  nudgedRelaxation: z.enum(['euler', 'exact']).optional().meta({
    description: 'relaxation in nudged phases, where that differs',
  }),
  epsilon: quantity('1', z.number().gt(0).max(1).default(0.5)).meta({ description: 'Euler step' }),
  activation: z.enum(activationChoices).default('hard-sigmoid').meta({
    flag: '--activation <name>',
    description: 'what units of a Hopfield network make of their fields',
  }),
  activationBound: quantity('1', positive.optional()).meta({
    description: 'highest state of a bounded ReLU; else 6',
  }),
});

/** A phase runs to its end before Ctrl-C is heard. */
const iterations = count.max(1_000_000);

const TOLERANCE = "node residual, relative to the layer's largest Σg·|v|";

const stopRule = {
  tolerance: quantity('1', positive.optional()).meta({ description: TOLERANCE }),
  outputChange: quantity('1', positive.optional()).meta({
    description: 'last change of an output, relative to the largest',
  }),
  maxIterations: iterations.optional(),
  fixedIterations: iterations.optional().meta({
    description: 'exactly so many iterations, whatever the residual',
  }),
};

/** In a Hopfield network, a bare number. */
const level = quantity('V', z.number());

const coding = z.strictObject({
  input: z
    .discriminatedUnion('scale', [
      z.strictObject({ scale: z.literal('range'), low: level, high: level }),
      z.strictObject({
        scale: z.literal('z-score'),
        clipSigma: quantity('1', positive),
        low: level,
        high: level,
      }),
    ])
    .optional(),
  target: z
    .strictObject({
      kind: z.enum(['one-hot', 'sign', 'difference', 'pairs', 'pattern', 'value']),
      off: level,
      on: level,
    })
    .optional(),
  readOut: z.enum(['arg-max', 'sign', 'difference', 'pairs', 'pattern', 'value']).optional(),
});

const WRONG_VALIDATION = 'needs a whole number, a share such as 10%, or data such as csv:FILE';

const wrongThreads = `needs a whole number from 1 to ${MAX_THREADS}, or auto`;

/** Of a word that is another setting's: what to type instead. */
function otherFlag(input: unknown, words: readonly string[], flag: string): string | undefined {
  return words.includes(String(input)) ? `${input} is not one of them: use ${flag} ${input}` : undefined;
}

const WRONG_NUDGE = 'needs a number above 0, a text with a unit such as 136uS, or auto';

/** A nudge above 0, in siemens or a share; which of them a rule takes is seen when a run is composed. */
function saysNudge(text: string): boolean {
  if (text === 'auto') return true;
  return ['S', '1'].some((unit) => {
    try {
      return readQuantity(text, unit).value > 0;
    } catch (error) {
      if (error instanceof OhmpropError) return false;
      throw error;
    }
  });
}

/** Everything that a training run can be told. Flags of the command line are made of it. */
export const runConfigSchema = z.strictObject({
  preset: z.string().optional(),
  seed: z.number().int().min(0).max(0xffffffff).default(1).meta({
    flag: '--seed <n>',
    description: 'of everything random',
  }),
  hardwareSeed: z.number().int().min(0).max(0xffffffff).optional().meta({
    flag: '--hardware-seed <n>',
    description:
      'of what differs from one piece of hardware to the next, and of its noise: cells, parts of a board, read-out; order of data and start stay as --seed has them (else --seed)',
  }),
  data: z.string().meta({
    flag: '--data <spec>',
    description: 'xor, iris, digits, mnist, mnist:DIR, csv:FILE, npz:FILE',
    more: dataNamesKnown.names,
  }),
  testData: z.string().optional().meta({
    flag: '--test-data <spec>',
    description: 'other data to test on, whole, as csv:FILE; all of --data is then for training',
  }),
  targets: z.string().optional().meta({
    flag: '--targets <columns>',
    description:
      'columns of numbers to learn in place of a class, of a csv:FILE or of y in an npz:FILE: names or places from 1, as y1,y2',
  }),
  limit: count.optional().meta({
    flag: '--limit <n>',
    description: 'training samples to use; the test set is always whole',
  }),
  validation: z
    .union([z.number(WRONG_VALIDATION).nonnegative(WRONG_VALIDATION), z.string()], WRONG_VALIDATION)
    .refine((value) => typeof value === 'string' || value < 1 || Number.isInteger(value), WRONG_VALIDATION)
    .optional()
    .meta({
      flag: '--validation <n>',
      description:
        'training samples to hold out for choosing settings: how many, a share such as 10%, or csv:FILE',
    }),
  network: z.discriminatedUnion('kind', [resistiveSchema, hopfieldSchema, boardSchema, deviceSchema]),
  cells: cellsSchema.optional(),
  readout: readoutSchema.optional(),
  arithmetic: z.enum(['float64', 'float32']).default('float32').meta({
    flag: '--arithmetic <name>',
    description: 'of a simulated device; through wires always float64',
  }),
  threads: z
    .union(
      [
        z.number(wrongThreads).int(wrongThreads).min(1, wrongThreads).max(MAX_THREADS, wrongThreads),
        z.literal('auto'),
      ],
      wrongThreads,
    )
    .default('auto')
    .meta({
      flag: '--threads <n>',
      description: `threads of a float32 simulation, 1 to ${MAX_THREADS}, or auto: as many as pay; results are the same`,
    }),
  relaxedSimd: z.boolean().default(false).meta({
    flag: '--relaxed-simd',
    description: 'fused multiply-add in a float32 simulation; last bits differ between machines',
  }),
  training: z.strictObject({
    rule: z
      .enum(ruleChoices, { error: ({ input }) => otherFlag(input, estimatorChoices, '--estimator') })
      .default('eqprop')
      .meta({
        flag: '--rule <name>',
        description:
          'what conductances learn by: eqprop; coupled, with outputs clamped a share β of the way to their targets; contrastive-hebbian, the whole way; backprop, the exact gradient, of simulated networks alone',
      }),
    estimator: z
      .enum(estimatorChoices, { error: ({ input }) => otherFlag(input, ruleChoices, '--rule') })
      .default('centered')
      .meta({
        flag: '--estimator <name>',
        description: 'which two phases are contrasted',
      }),
    beta: z.union([positive, z.string().refine(saysNudge, WRONG_NUDGE)], WRONG_NUDGE).meta({
      flag: '--beta <x>',
      description:
        'nudge strength in published units, or with a unit: 136uS; of coupled learning a share; auto: by what the network bears at its first epoch',
    }),
    nudge: z.enum(nudgeChoices).optional().meta({
      flag: '--nudge <name>',
      description:
        "what pulls the outputs: a conductance to the target, a current that follows them, or one worked out from the free outputs and held in both phases; else the device's own",
    }),
    cost: openChoice(costChoices).optional().meta({
      flag: '--cost <name>',
      description: 'what is descended; else squared',
    }),
    costScale_V: volts(z.number().positive()).meta({
      flag: '--cost-scale <V>',
      description:
        'cross-entropy: voltage by which outputs become probabilities; else between the targets of a class',
    }),
    costMargin_V: volts(z.number().positive()).meta({
      flag: '--cost-margin <V>',
      description: 'hinges, margin: by how much an answer is to be right; else by the targets of a class',
    }),
    batch: count.meta({ flag: '--batch <n>', description: 'samples a minibatch' }),
    epochs: count.meta({ flag: '--epochs <n>', description: 'passes over the training samples, in all' }),
    conductanceRates: rates.meta({
      description: 'published rates of conductances (of weights where a network has those), a layer each',
    }),
    biasRates: rates,
    rateDecay: quantity('1', z.number().gt(0).max(1).default(1)).meta({
      description: 'what the rates are multiplied by from epoch to epoch',
    }),
    schedule: scheduleText.optional().meta({
      flag: '--schedule <text>',
      description:
        'how rates, β and the estimator go from epoch to epoch: rate=cosine,beta=step:0.5/10,estimator=positive:5/centered',
    }),
    optimizer: z.enum(optimizerChoices).default('sgd').meta({
      flag: '--optimizer <name>',
      description: 'what is made of gradients; momentum and adam keep digital numbers beside every parameter',
    }),
    momentum: quantity('1', z.number().gt(0).lt(1).optional()).meta({
      description: 'of the optimizer momentum; else 0.9',
    }),
    adam: z
      .strictObject({
        beta1: quantity('1', z.number().gte(0).lt(1).default(0.9)),
        beta2: quantity('1', z.number().gte(0).lt(1).default(0.999)),
        epsilon: quantity('1', z.number().nonnegative().default(1e-8)).meta({
          description: 'of a gradient in published units',
        }),
      })
      .optional(),
    weightDecay: quantity('1', z.number().nonnegative().optional()).meta({
      flag: '--weight-decay <x>',
      description:
        'share of each conductance or weight that an update of rate 1 takes away: conductances decay towards open',
    }),
    patience: count.optional().meta({
      flag: '--patience <n>',
      description: 'end when the error on the validation samples has not fallen for so many epochs',
    }),
    particles: z.boolean().default(false).meta({
      description:
        "keep each training sample's free states from epoch to epoch and start its next free phase from them",
    }),
  }),
  settle: z
    .strictObject({
      ...stopRule,
      tolerance: quantity('1', positive.optional()).meta({ flag: '--tolerance <x>', description: TOLERANCE }),
      /** What differs in nudged phases, and when the test set is settled. */
      nudged: z.strictObject(stopRule).optional(),
      evaluation: z.strictObject(stopRule).optional(),
    })
    .default({}),
  coding: coding.optional(),
});

/** A training run's configuration, checked and with its defaults. */
export type RunConfig = z.infer<typeof runConfigSchema>;

/** A training run's configuration as it may be written: what has a default may be left out, quantities may have a unit. */
export type RunConfigInput = z.input<typeof runConfigSchema>;
