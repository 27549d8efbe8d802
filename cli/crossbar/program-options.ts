import { z } from 'zod';
import { schemeBiases } from '../../circuits/crossbar/index.js';
import { type OptionsOf, path, quantity, repeatable, whole } from '../frame/index.js';
import { lineOptions } from './lines.js';
import { modelOptions } from './model-cells.js';
import { solverOptions } from './options.js';
import { randomOptions } from './random-array.js';

const { inputsOn: _inputsOn, ...lines } = lineOptions;

/** What `crossbar program` takes. */
export const programOptions = z.strictObject({
  cells: z.string().meta({
    flag: '--cells <model>',
    description:
      'a physical model of "ohmprop cell list", a YAML file with current and rate, my.cell.json (dynamics)',
  }),
  ...modelOptions,
  random: randomOptions.random,
  seed: randomOptions.seed,
  ...lines,
  target: path(z.string().optional()).meta({
    flag: '--target <file>',
    description: 'conductances to reach in S: CSV or NPY, one line a row; an empty cell is left alone',
  }),
  write: repeatable(z.array(z.string()).default([])).meta({
    flag: '--write <cell=S>',
    kind: 'cell and quantity',
    description:
      'a cell and its conductance, 0,0=80uS; without one, 0,0, it is given a single pulse; may be repeated',
  }),
  within: quantity('1', z.number().gt(0).max(1).optional()).meta({
    flag: '--within <share>',
    description: 'how near a target counts as reached (2%)',
  }),
  scheme: z
    .enum(Object.keys(schemeBiases) as (keyof typeof schemeBiases)[])
    .default('v/2')
    .meta({ flag: '--scheme <name>', description: 'what the lines of other cells carry during a pulse' }),
  pulse: z.string().default('1V,1us').meta({
    flag: '--pulse <V,s>',
    description: 'the pulse that makes cells conduct better, with its sign: 1V,1us',
  }),
  erase: z.string().optional().meta({
    flag: '--erase <V,s>',
    description: 'the pulse the other way (the same, turned round)',
  }),
  most: quantity('V', z.number().gt(0).optional()).meta({
    flag: '--most <V>',
    description: 'up to where pulses grow while they move a cell too little (no growth)',
  }),
  step: quantity('V', z.number().gt(0).optional()).meta({
    flag: '--step <V>',
    description: 'by how much they grow (a twentieth of the way)',
  }),
  budget: whole(z.number().int().min(1).optional()).meta({
    flag: '--budget <n>',
    description: 'most pulses a cell (200)',
  }),
  order: z.enum(['rows', 'random']).optional().meta({
    flag: '--order <which>',
    kind: 'order',
    description: 'of the cells: row by row, or drawn by --seed (rows)',
  }),
  read: quantity('V', z.number().default(0.1)).meta({ flag: '--read <V>', description: 'voltage of reads' }),
  tolerance: solverOptions.tolerance,
});

export type ProgramOptions = OptionsOf<typeof programOptions>;
