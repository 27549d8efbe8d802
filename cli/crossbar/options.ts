import { z } from 'zod';
import { driveSchemes, formerSchemeNames } from '../../circuits/crossbar/index.js';
import { inputError, quoted } from '../../core/index.js';
import { path, quantity, readBy, whole } from '../frame/index.js';

const resistance = (flag: string, description: string) =>
  quantity('ohm', z.number().min(0).default(0)).meta({ flag: `${flag} <ohm>`, description });

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
  inputs: path(z.string()).meta({
    flag: '--inputs <file>',
    description: 'word-line voltages in V: CSV or NPY, one row a word line, one column an input vector',
  }),
  wireRowOhm: resistance('--wire-row-ohm', 'one segment of a word line'),
  wireColOhm: resistance('--wire-col-ohm', 'one segment of a bit line'),
  driverOhm: resistance('--driver-ohm', 'output resistance of every driver'),
  senseOhm: resistance('--sense-ohm', 'input resistance of every sense end'),
  driveBothEnds: z.boolean().default(false).meta({
    flag: '--drive-both-ends',
    description: 'drive the word lines at their far ends too',
  }),
  scheme: z.enum(schemes).default('parallel').meta({
    flag: '--scheme <name>',
    description: 'drive scheme',
    formerValues: formerSchemeNames,
  }),
  select: readBy('cell', readCell, z.tuple([z.number(), z.number()]).default([0, 0])).meta({
    flag: '--select <row,column>',
    description: 'the selected cell of the schemes row-by-row, v/2 and v/3',
  }),
  floatRows: readBy('lines', readLines, z.array(z.number()).default([])).meta({
    flag: '--float-rows <lines>',
    description: 'word lines without driver: 3,5-7',
  }),
  floatCols: readBy('lines', readLines, z.array(z.number()).default([])).meta({
    flag: '--float-cols <lines>',
    description: 'bit lines without sense end',
  }),
  shortOhm: quantity('ohm', z.number().gt(0).default(1e-3)).meta({
    flag: '--short-ohm <ohm>',
    description: 'resistance of a short',
  }),
};

/** How it is solved. */
export const solverOptions = {
  threads: whole(z.number().int().min(1).default(1)).meta({
    flag: '--threads <n>',
    description: 'threads for many inputs, at most one a core',
  }),
  tolerance: quantity('1', z.number().gt(0).default(1e-10)).meta({
    flag: '--tolerance <share>',
    description: 'net node current over the largest device current',
  }),
};

function readCell(text: string): [number, number] {
  const match = /^(\d+),(\d+)$/.exec(text.trim());
  if (match === null)
    throw inputError('crossbar.cell', `write row,column, both from 0: 3,5; got ${quoted(text)}`);
  return [Number(match[1]), Number(match[2])];
}

/** `3,5-7` → 3, 5, 6, 7. */
function readLines(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const match = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part);
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match === null || last < first || last - first > 1e6) {
      throw inputError('crossbar.lines', `write lines from 0 like 3,5-7; got ${quoted(text)}`);
    }
    return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  });
}
