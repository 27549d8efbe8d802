import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { driveSchemes, formerSchemeNames } from '../../circuits/crossbar/index.js';
import { inputError, MAX_THREADS, quoted, readCellPlace, readLineList } from '../../core/index.js';
import { type OptionsOf, path, quantity, readBy, whole } from '../frame/index.js';
import { lineOptions } from './lines.js';
import { modelOptions } from './model-cells.js';
import { randomOptions } from './random-array.js';
import { weightOptions } from './weights.js';

const cellOf = (text: string): [number, number] => {
  const { row, column } = readCellPlace(text);
  return [row, column];
};

const schemes = Object.keys(driveSchemes);

/** What describes a crossbar on the command line, for solve, report and export. */
export const crossbarOptions = {
  conductances: path(z.string().optional()).meta({
    flag: '--conductances <file>',
    description: 'cells in S: CSV or NPY, one line a row; a cell may be open, empty, or short',
  }),
  resistances: path(z.string().optional()).meta({
    flag: '--resistances <file>',
    description: 'cells in ohm instead; a cell may be open, inf, empty, short, or 0 (a short)',
  }),
  cells: z.string().optional().meta({
    flag: '--cells <model>',
    description:
      'cells that follow a model instead: a physical model of "ohmprop cell list", a YAML file, my.cell.json (dynamics); or, with --cell-states and --read, its static branches (iv) as resistors',
  }),
  ...modelOptions,
  cellStates: path(z.string().optional()).meta({
    flag: '--cell-states <file>',
    description:
      'of static branches: state of each cell, 0 (least conducting) to 1; CSV or NPY, one line a row',
  }),
  read: quantity('V', z.number().optional()).meta({
    flag: '--read <V>',
    description:
      'of static branches: the voltage at which the cells are taken as resistors; with --weights and --cells MODEL: at which a cell has the conductance of its weight',
  }),
  ...weightOptions,
  ...randomOptions,
  inputs: z.string().optional().meta({
    flag: '--inputs <file|V>',
    kind: 'path',
    description:
      'voltages of the driven lines in V: CSV or NPY, one row a line, one column an input vector; or one for all, 200mV',
  }),
  ...lineOptions,
  scheme: z.enum(schemes).default('parallel').meta({
    flag: '--scheme <name>',
    description: 'drive scheme',
    formerValues: formerSchemeNames,
  }),
  select: readBy('cell', cellOf, z.tuple([z.number(), z.number()]).optional()).meta({
    flag: '--select <row,column>',
    description: 'the selected cell of the schemes row-by-row, v/2, v/3 and float (0,0)',
  }),
  floatRows: readBy('lines', (text) => readLineList(text), z.array(z.number()).default([])).meta({
    flag: '--float-rows <lines>',
    description: 'word lines without driver: 3,5-7',
  }),
  floatCols: readBy('lines', (text) => readLineList(text), z.array(z.number()).default([])).meta({
    flag: '--float-cols <lines>',
    description: 'bit lines without sense end',
  }),
  shortOhm: quantity('ohm', z.number().gt(0).default(1e-3)).meta({
    flag: '--short-ohm <ohm>',
    description: 'resistance of a short',
  }),
};

/** Which of several input vectors. */
export const inputOption = whole(z.number().int().min(0).default(0)).meta({
  flag: '--input <k>',
  description: 'input vector, from 0',
});

/** Scripts may ask for as many as `train` takes on any machine; more than there are cores are not started. */
const mostThreads = Math.max(MAX_THREADS, availableParallelism());

/** How it is solved. */
export const solverOptions = {
  threads: readBy('number or text', readThreads, z.number().int().min(1).max(mostThreads).default(1)).meta({
    flag: '--threads <n>',
    description: `threads for many inputs, 1 to ${MAX_THREADS} or one a core, or auto: one a core; results are the same`,
  }),
  // Looser than this, what is called settled may be off by more than anybody reads into the word.
  tolerance: quantity('1', z.number().gt(0).max(1e-3).default(1e-10)).meta({
    flag: '--tolerance <share>',
    description: 'net node current over the largest device current, at most 1e-3',
  }),
};

function readThreads(text: string): number {
  if (text === 'auto') return availableParallelism();
  if (/^\d+$/.test(text)) return Number(text);
  throw inputError('crossbar.threads', `needs a whole number of 1 or more, or auto; got ${quoted(text)}`);
}

const described = z.strictObject(crossbarOptions);

/** What describes a crossbar on the command line. */
export type CrossbarFlags = OptionsOf<typeof described>;

/** What describes an array without its inputs. */
export type ArrayFlags = Omit<CrossbarFlags, 'inputs' | 'inputsOn' | 'select' | 'scheme'>;
