import { z } from 'zod';
import { OhmpropError, readPulsePair } from '../../core/index.js';
import { openChoice, policyNamesKnown } from './choices.js';
import { instrumentCells } from './instrument-cells-config.js';
import { quantity } from './settings.js';

/** Update policies by name (devices/cells/policies), with those of modules that are in use. */
export const policyChoices: readonly string[] = policyNamesKnown.names;
/** Names of before, read as those of today. */
const formerPolicies = ['verify'] as const;

const count = z.number().int().positive();
const atLeastZero = z.number().nonnegative();
const seconds = z.number().positive();
const share = quantity('1', atLeastZero.optional());

function pulsePair(text: string, context: z.RefinementCtx): void {
  try {
    readPulsePair(text);
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
}

/** Conductances in cells. What is left out is as the cell's paper says. */
export const cellsSchema = z.strictObject({
  model: z.string().default('linear').meta({
    flag: '--cells <model>',
    description:
      'conductances in cells: a preset of "ohmprop cell list", my.cell.json, table:FILE.csv, aihwkit:FILE, crosssim:UP.txt,DOWN.txt, or the real ones behind an instrument, arc-one:/dev/ttyACM0, with --limits and --like',
  }),
  /** Of the cell file or the table: set as a run begins, which no other content can then go on with. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'needs 64 hexadecimal digits')
    .optional(),
  /** Of a model of current and state: what training gives it. */
  pulse: z.string().superRefine(pulsePair).optional().meta({
    flag: '--pulse <pulses>',
    kind: 'a pulse each way',
    description:
      'of a physical model of "ohmprop cell list", or my.cell.json with the part dynamics: the pulse that raises its conductance and the one that lowers it, +1.2V,1us,-1.3V,1us',
  }),
  states: count.optional().meta({
    flag: '--levels <n>',
    formerFlag: '--states',
    description: 'pulses from end to end of linear cells, else 1000',
  }),
  policy: openChoice(policyChoices, formerPolicies).default('proportional').meta({
    flag: '--policy <name>',
    description: 'how wanted changes become pulses',
  }),
  pairing: z.enum(['single', 'differential']).default('single').meta({
    flag: '--pairing <name>',
    description: 'one cell a conductance, or the difference of two',
  }),
  pairUpdate: z.enum(['both', 'first', 'one-sided']).optional().meta({
    flag: '--pair-update <name>',
    description:
      'of pairs: both cells move, the first alone, or whichever is to be potentiated (one-sided, with refresh); else both',
  }),
  refreshEvery: count.optional().meta({
    flag: '--refresh-every <n>',
    description: 'one-sided pairs: updates from refresh to refresh, else 100',
  }),
  biasCells: z.boolean().optional().meta({
    flag: '--bias-cells',
    description:
      'bias currents in cells too: a pair a node, read at one voltage; else they are ideal numbers',
  }),
  bias_V: quantity('V', z.number().positive().optional()).meta({
    flag: '--bias-voltage <V>',
    description: 'voltage that the cells of bias currents are read at; else that of an input at its highest',
  }),
  deadZone: share.meta({
    flag: '--dead-zone <x>',
    description: 'policy sign: changes below so many steps give no pulse',
  }),
  transferEvery: count.optional().meta({
    flag: '--transfer-every <n>',
    description:
      'policies tiki-taka and tiki-taka-chopped: updates in which the fast cells are read once, else 10',
  }),
  transferRate: quantity('1', z.number().positive().optional()).meta({
    flag: '--transfer-rate <x>',
    description: 'the same: share of what the fast cells hold that a read hands on, else 0.03',
  }),
  fastGain: quantity('1', z.number().positive().optional()).meta({
    flag: '--fast-gain <x>',
    description: 'the same: by how much more the fast cells move than an update wants, else 30',
  }),
  chopEvery: count.optional().meta({
    flag: '--chop-every <n>',
    description: 'policy tiki-taka-chopped: reads of a row between changes of its sign, else 10',
  }),
  rounds: count.optional().meta({ description: 'policy write-verify: rounds of write and verify' }),
  mostPulses: count.optional().meta({ description: 'pulses a cell gets at most in one round' }),
  d2d: share.meta({ flag: '--d2d <x>', description: "σ of each cell's step, relative" }),
  c2c: share.meta({
    flag: '--c2c <x>',
    description: "σ of one pulse's step, relative to that step",
  }),
  c2cRange: share.meta({
    flag: '--c2c-range <x>',
    description: 'σ that a pulse adds, of the range',
  }),
  writeNoise: share.meta({
    flag: '--write-noise <x>',
    description: 'σ of what a write leaves on top of the state, of the range',
  }),
  readNoise: share.meta({
    flag: '--read-noise <x>',
    description: 'σ of each read, relative; drawn afresh in every phase',
  }),
  stuck: quantity('1', z.number().min(0).max(1).optional()).meta({
    flag: '--stuck <x>',
    description: 'share of cells that never move',
  }),
  telegraph: z
    .strictObject({
      depth: quantity('1', atLeastZero),
      upper_s: quantity('s', seconds),
      lower_s: quantity('s', seconds),
    })
    .optional(),
  /** Power law since a cell's last write: mean exponent, its σ from cell to cell, and t₀. */
  drift: z
    .strictObject({
      exponent: quantity('1', atLeastZero).meta({
        flag: '--drift <x>',
        description: "drift since a cell's last write: mean exponent ν of ((t + t₀)/t₀)^−ν",
      }),
      spread: quantity('1', atLeastZero.default(0)).meta({
        flag: '--drift-spread <x>',
        description: 'σ of the exponent from cell to cell',
      }),
      t0_s: quantity('s', seconds.default(1)).meta({
        flag: '--drift-t0-seconds <s>',
        description: 't₀ of the drift',
      }),
    })
    .optional(),
  relaxation: z.boolean().optional().meta({
    flag: '--relaxation',
    description: "relaxation after a write as measured on ReRAM, scaled to the cell's range",
  }),
  update_s: quantity('s', atLeastZero.optional()).meta({
    flag: '--update-seconds <s>',
    description: 'time from update to update, for drift, relaxation and telegraph noise; else 1',
  }),
  /** What reads the cells: its bits, its offset (of full scale) and gain error. */
  converter: z
    .strictObject({
      bits: z.number().int().min(1).max(32).meta({
        flag: '--converter-bits <n>',
        description: 'bits of the converter that reads the cells',
      }),
      offset: quantity('1', z.number().default(0)),
      gain: quantity('1', z.number().default(0)),
    })
    .optional(),
  ...instrumentCells,
  pulseLog: z.string().optional().meta({
    flag: '--pulse-log <file>',
    description: 'CSV in the run directory of every pulse: update, group, row, column, polarity, count',
  }),
});

/** The part `cells` of a run whose conductances live in cells, checked and with its defaults. */
export type CellsConfig = z.infer<typeof cellsSchema>;
