import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  applyScheme,
  type CrossbarDescription,
  type CrossbarDrive,
  driveSchemes,
  formerSchemeNames,
} from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';
import { aboveZero, quantity, zeroOrMore } from '../flags.js';
import { type Io, warn } from '../io.js';
import { readCells, readMatrix, readNumber } from './read-matrix.js';

/** Of wires and their ends. */
export const resistance = quantity('ohm', zeroOrMore);

/** What describes a crossbar on the command line. */
export interface CrossbarFlags {
  readonly conductances?: string;
  readonly resistances?: string;
  readonly inputs: string;
  readonly wireRowOhm: number;
  readonly wireColOhm: number;
  readonly driverOhm: number;
  readonly senseOhm: number;
  readonly driveBothEnds?: boolean;
  readonly scheme: string;
  readonly select: readonly [number, number];
  readonly floatRows: readonly number[];
  readonly floatCols: readonly number[];
  readonly shortOhm: number;
}

/** How it is solved. */
export interface SolverFlags {
  readonly threads: number;
  readonly tolerance: number;
}

/** Adds the options that solve, report and export share. */
export function addCrossbarFlags(command: Command): Command {
  return command
    .option(
      '--conductances <file>',
      'cells in S: CSV or NPY, one line a row; a cell may be open, empty, or short',
    )
    .option(
      '--resistances <file>',
      'cells in ohm instead; a cell may be open, inf, empty, short, or 0 (a short)',
    )
    .requiredOption(
      '--inputs <file>',
      'word-line voltages in V: CSV or NPY, one row a word line, one column an input vector',
    )
    .option('--wire-row-ohm <ohm>', 'one segment of a word line', resistance, 0)
    .option('--wire-col-ohm <ohm>', 'one segment of a bit line', resistance, 0)
    .option('--driver-ohm <ohm>', 'output resistance of every driver', resistance, 0)
    .option('--sense-ohm <ohm>', 'input resistance of every sense end', resistance, 0)
    .option('--drive-both-ends', 'drive the word lines at their far ends too')
    .addOption(
      new Option('--scheme <name>', `drive scheme: ${Object.keys(driveSchemes).join(', ')}`)
        .argParser(parseScheme)
        .default('parallel'),
    )
    .option(
      '--select <row,column>',
      'the selected cell of the schemes row-by-row, v/2 and v/3',
      parseCell,
      [0, 0],
    )
    .option('--float-rows <lines>', 'word lines without driver: 3,5-7', parseLines, [])
    .option('--float-cols <lines>', 'bit lines without sense end', parseLines, [])
    .option('--short-ohm <ohm>', 'resistance of a short', quantity('ohm', aboveZero), 1e-3);
}

/** Adds the options that solve and report share. */
export function addSolverFlags(command: Command): Command {
  return command
    .option('--threads <n>', 'threads for many inputs, at most one a core', wholePositive, 1)
    .option(
      '--tolerance <share>',
      'net node current over the largest device current',
      quantity('1', aboveZero),
      1e-10,
    );
}

/** Reads the files and puts the crossbar and its drive together. */
export async function readCrossbar(
  io: Io,
  flags: CrossbarFlags,
): Promise<{
  description: CrossbarDescription;
  drive: CrossbarDrive;
}> {
  if ((flags.conductances === undefined) === (flags.resistances === undefined)) {
    throw inputError('crossbar.usage', 'give either --conductances FILE (S) or --resistances FILE (ohm)');
  }
  const cells =
    flags.conductances === undefined
      ? await readCells(io, flags.resistances ?? '', 'resistances', flags.shortOhm)
      : await readCells(io, flags.conductances, 'conductances', flags.shortOhm);
  const { rows, columns } = cells;
  const inputs = await readMatrix(
    flags.inputs,
    '--inputs',
    (text, decimalComma) => readNumber(text, 'V', decimalComma),
    'a voltage in V is needed',
  );
  const [row, column] = flags.select;
  const scheme = presentScheme(io, flags.scheme);
  // with one selected word line one row of voltages is enough
  const spread = inputs.rows === 1 && rows > 1 && scheme !== 'parallel';
  if (inputs.rows !== rows && !spread) {
    throw inputError(
      'crossbar.inputs',
      `--inputs: ${flags.inputs} has ${inputs.rows} rows × ${inputs.columns} columns, the crossbar has ${rows} word lines; give one row a word line and one column an input vector${inputs.columns === rows ? ' (it looks transposed)' : ''}`,
    );
  }
  // a column of the file is an input vector, here a row is
  const count = inputs.columns;
  const inputs_V = new Float64Array(count * rows);
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < rows; i++) inputs_V[p * rows + i] = inputs.values[(spread ? 0 : i * count) + p];
  }
  return {
    description: {
      rows,
      columns,
      conductances_S: cells.values,
      wires: {
        row_ohm: flags.wireRowOhm,
        column_ohm: flags.wireColOhm,
        driver_ohm: flags.driverOhm,
        sense_ohm: flags.senseOhm,
      },
      driveBothEnds: flags.driveBothEnds ?? false,
      floatingRows: flags.floatRows,
      floatingColumns: flags.floatCols,
    },
    drive: applyScheme(scheme, {
      rows,
      columns,
      inputs_V,
      count,
      selected: { row, column },
    }),
  };
}

/** The input vector that `--input` names. @throws `crossbar.usage` */
export function oneInput(text: string, count: number): number {
  const input = Number(text);
  if (Number.isInteger(input) && input >= 0 && input < count) return input;
  throw inputError('crossbar.usage', `--input: got ${text}; input vectors count from 0 to ${count - 1}`);
}

export const wholePositive = (text: string): number => {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0)) {
    throw new InvalidArgumentError('a whole number above 0 is needed.');
  }
  return value;
};

function parseScheme(text: string): string {
  const known = [...Object.keys(driveSchemes), ...Object.keys(formerSchemeNames)];
  if (known.includes(text)) return text;
  throw new InvalidArgumentError(`Allowed choices are ${Object.keys(driveSchemes).join(', ')}.`);
}

/** The name that a scheme has now; says so where it had another. */
function presentScheme(io: Io, name: string): string {
  const present = formerSchemeNames[name];
  if (present === undefined) return name;
  warn(io, `--scheme ${name} is called ${present} now`);
  return present;
}

function parseCell(text: string): [number, number] {
  const match = /^(\d+),(\d+)$/.exec(text.trim());
  if (match === null) throw new InvalidArgumentError('write row,column, both from 0: 3,5');
  return [Number(match[1]), Number(match[2])];
}

/** `3,5-7` → 3, 5, 6, 7. */
export function parseLines(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const match = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part);
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match === null || last < first || last - first > 1e6) {
      throw new InvalidArgumentError('write lines from 0 like 3,5-7');
    }
    return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  });
}
