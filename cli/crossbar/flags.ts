import { applyScheme, type CrossbarDescription, type CrossbarDrive } from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';
import type { Io } from '../io.js';
import { readCellStates } from './cell-states.js';
import { readCells, readMatrix, readNumber } from './read-matrix.js';

/** What describes a crossbar on the command line. */
export interface CrossbarFlags {
  readonly conductances?: string;
  readonly resistances?: string;
  /** Cells of a file at states of a file, as resistors at a voltage. */
  readonly cells?: string;
  readonly cellStates?: string;
  readonly read?: number;
  readonly inputs: string;
  /** Of both, where these two say nothing. */
  readonly wireOhm?: number;
  readonly wireRowOhm?: number;
  readonly wireColOhm?: number;
  readonly driverOhm: number;
  readonly senseOhm: number;
  readonly driveBothEnds?: boolean;
  readonly scheme: string;
  readonly select?: readonly [number, number];
  readonly floatRows: readonly number[];
  readonly floatCols: readonly number[];
  readonly shortOhm: number;
}

/** How it is solved. */
export interface SolverFlags {
  readonly threads: number;
  readonly tolerance: number;
}

/** Reads the files and puts the crossbar and its drive together. */
export async function readCrossbar(
  io: Io,
  flags: CrossbarFlags,
): Promise<{
  description: CrossbarDescription;
  drive: CrossbarDrive;
}> {
  const given = [flags.conductances, flags.resistances, flags.cells].filter((file) => file !== undefined);
  if (given.length !== 1) {
    throw inputError(
      'crossbar.usage',
      'give either --conductances FILE (S) or --resistances FILE (ohm), or --cells FILE with --cell-states FILE and --read V',
    );
  }
  requireStates(flags);
  if ([flags.wireOhm, flags.wireRowOhm, flags.wireColOhm].every((ohm) => ohm !== undefined)) {
    throw inputError(
      'crossbar.usage',
      '--wire-ohm: --wire-row-ohm and --wire-col-ohm say it for both lines; leave it out',
    );
  }
  const cells =
    flags.cells !== undefined
      ? await readCellStates(io, {
          cells: flags.cells,
          states: flags.cellStates ?? '',
          read: flags.read ?? 0,
        })
      : flags.conductances === undefined
        ? await readCells(io, flags.resistances ?? '', 'resistances', flags.shortOhm)
        : await readCells(io, flags.conductances, 'conductances', flags.shortOhm);
  const { rows, columns } = cells;
  const inputs = await readMatrix(
    flags.inputs,
    '--inputs',
    (text, decimalComma) => readNumber(text, 'V', decimalComma),
    'a voltage in V is needed',
  );
  const { scheme, select } = flags;
  if (scheme === 'parallel' && select !== undefined) {
    throw inputError(
      'crossbar.usage',
      '--select: the scheme parallel drives every word line; give --scheme row-by-row, v/2 or v/3 too',
    );
  }
  const [row, column] = select ?? [0, 0];
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
        row_ohm: flags.wireRowOhm ?? flags.wireOhm ?? 0,
        column_ohm: flags.wireColOhm ?? flags.wireOhm ?? 0,
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

/** What only goes together. */
function requireStates({ cells, cellStates, read }: CrossbarFlags): void {
  if (cells === undefined) {
    const flag = cellStates !== undefined ? '--cell-states' : read !== undefined ? '--read' : undefined;
    if (flag === undefined) return;
    throw inputError(
      'crossbar.usage',
      `${flag} goes with --cells my.cell.json; numbers of a matrix are what they are`,
    );
  }
  if (cellStates === undefined) {
    throw inputError('crossbar.usage', '--cells: --cell-states FILE is needed, where each cell is, 0 to 1');
  }
  if (read === undefined || read === 0) {
    throw inputError(
      'crossbar.usage',
      '--cells: --read V is needed, the voltage at which cells are taken as resistors, not 0',
    );
  }
}

/** The input vector that `--input` names. @throws `crossbar.usage` */
export function oneInput(input: number, count: number): number {
  if (input < count) return input;
  throw inputError('crossbar.usage', `--input: got ${input}; input vectors count from 0 to ${count - 1}`);
}
