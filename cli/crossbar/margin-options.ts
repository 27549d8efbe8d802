import { z } from 'zod';
import { schemeBiases } from '../../circuits/crossbar/index.js';
import { readCellPlace } from '../../core/index.js';
import { type OptionsOf, path, quantity, readBy, whole } from '../frame/index.js';
import { lineOptions } from './lines.js';
import { modelOptions } from './model-cells.js';
import { crossbarOptions, solverOptions } from './options.js';
import { spreadOptions } from './random-array.js';

const { inputsOn: _inputsOn, ...lines } = lineOptions;
const { states: _states, ...models } = modelOptions;

const selectedOf = (text: string): [number, number] | 'all' => {
  if (text.trim() === 'all') return 'all';
  const { row, column } = readCellPlace(text);
  return [row, column];
};

/** What `crossbar margin` takes. */
export const marginOptions = z.strictObject({
  size: whole(z.number().int().min(1).optional()).meta({
    flag: '--size <n>',
    description: 'word and bit lines (16)',
  }),
  bitLines: whole(z.number().int().min(1).optional()).meta({
    flag: '--bit-lines <n>',
    description: 'bit lines, where there are not as many as word lines',
  }),
  on: spreadOptions.on.meta({
    flag: '--on <ohm>',
    description: 'resistance of a cell that is on (1 kohm)',
  }),
  ratio: spreadOptions.ratio.meta({
    flag: '--ratio <ratio>',
    description: 'resistance of a cell that is off over that of one that is on (100)',
  }),
  conductances: path(z.string().optional()).meta({
    flag: '--conductances <file>',
    description: 'what each cell may be instead, in S: NPY [levels x rows x columns], off first, on last',
  }),
  cells: z.string().optional().meta({
    flag: '--cells <model>',
    description:
      'cells that follow a model instead: of "ohmprop cell list", a YAML file, my.cell.json (dynamics)',
  }),
  ...models,
  offState: z.string().optional().meta({
    flag: '--off-state <x>',
    description:
      'with --cells: state of a cell that is off, in units of its model (the end of its range that conducts less)',
  }),
  onState: z.string().optional().meta({
    flag: '--on-state <x>',
    description: 'with --cells: state of a cell that is on (the other end)',
  }),
  levels: whole(z.number().int().min(2).max(16).optional()).meta({
    flag: '--levels <n>',
    description: 'with --cells: states that the other cells may have, evenly from off to on (2)',
  }),
  ...lines,
  floatRows: crossbarOptions.floatRows,
  floatCols: crossbarOptions.floatCols,
  scheme: z
    .enum(Object.keys(schemeBiases) as (keyof typeof schemeBiases)[])
    .default('v/2')
    .meta({ flag: '--scheme <name>', description: 'what the lines of other cells carry during the read' }),
  voltage: quantity('V', z.number()).meta({
    flag: '--voltage <V>',
    description: 'on the selected word line',
  }),
  select: readBy(
    'cell',
    selectedOf,
    z.union([z.tuple([z.number(), z.number()]), z.literal('all')]).optional(),
  ).meta({
    flag: '--select <row,column|all>',
    description: 'the cell that is read (the one with the longest wires), or each in turn',
  }),
  atLeast: quantity('1', z.number().gt(0).lt(1).optional()).meta({
    flag: '--at-least <share>',
    description: 'look for the largest square array with at least this margin: 20%',
  }),
  upTo: whole(z.number().int().min(1).max(4096).optional()).meta({
    flag: '--up-to <n>',
    description: 'with --at-least: the largest size tried (256)',
  }),
  patterns: whole(z.number().int().min(1).max(1e6).default(200)).meta({
    flag: '--patterns <n>',
    description: 'most data patterns tried of a read, where not all can be',
  }),
  seed: spreadOptions.seed.meta({ flag: '--seed <n>', description: 'of random patterns (0)' }),
  tolerance: solverOptions.tolerance,
});

export type MarginOptions = OptionsOf<typeof marginOptions>;
