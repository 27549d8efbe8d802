import {
  cellAtVoltage,
  isCellFileName,
  missingPart,
  readCellFile,
} from '../../calibration/cell-files/index.js';
import { formatQuantity, inputError, quoted } from '../../core/index.js';
import { type Io, warn } from '../io.js';
import { readMatrix, readNumber } from './read-matrix.js';

/** Cells of a cell file, each at a state of its own. */
export interface CellStates {
  readonly cells: string;
  readonly states: string;
  readonly read: number;
}

/** More than this between half a voltage and all of it is told as a figure that matters. */
const BENT = 0.01;

/**
 * Conductances of cells at their states, as resistors at one voltage: g = low + x·(high − low), x from 0 to 1.
 * @returns row-major, S; and the largest voltage that a branch of the file was found at
 * @throws `cell.part` with what else the file would need; `crossbar.states`
 */
export async function readCellStates(
  io: Io,
  { cells, states, read }: CellStates,
): Promise<{ rows: number; columns: number; values: Float64Array; reach_V: number }> {
  if (!isCellFileName(cells)) {
    throw inputError(
      'crossbar.cells',
      `--cells: ${quoted(cells)} is no cell file; a crossbar takes the part "iv" of a name.cell.json`,
    );
  }
  const file = await readCellFile(cells);
  if (file.cell.iv === undefined) {
    if (file.cell.dynamics === undefined) throw missingPart(file, ['iv'], 'crossbar --cells');
    throw inputError(
      'crossbar.cells',
      `${cells}: it has "dynamics" and no "iv"; crossbars of cells that bend with their voltage are not solved yet, only static branches ("iv") at a stated voltage: ohmprop calibrate fit LOOPS -o my.cell.json makes them`,
      undefined,
      { file: cells, field: 'iv' },
    );
  }
  const { low_S, high_S, bend, states: known } = cellAtVoltage(file.cell, read);
  const { rows, columns, values } = await readMatrix(
    states,
    '--cell-states',
    (text, decimalComma) => readNumber(text, '1', decimalComma),
    'a state from 0 to 1 is needed',
  );
  const wrong = values.findIndex((x) => !(x >= 0 && x <= 1));
  if (wrong >= 0) {
    throw inputError(
      'crossbar.states',
      `--cell-states: ${states}, row ${Math.floor(wrong / columns)}, column ${wrong % columns} (from 0): got ${values[wrong]}; a state from 0 (least conducting) to 1 is needed`,
    );
  }
  const bent =
    bend > BENT
      ? `; at half of it a cell's conductance differs by ${(100 * bend).toPrecision(bend >= 0.995 ? 3 : 2)} %, which is not solved for`
      : '';
  const range =
    known === 1
      ? `${formatQuantity(low_S, 'S')}, the only state of the file whatever --cell-states says`
      : `${formatQuantity(low_S, 'S')} to ${formatQuantity(high_S, 'S')}`;
  warn(
    io,
    `cells ${file.cell.name}: taken as resistors of ${range}, what they are at ${formatQuantity(read, 'V')}${bent}`,
  );
  const reach_V = Math.max(...file.cell.iv.branches.flatMap(({ voltage_V }) => voltage_V.map(Math.abs)));
  return { rows, columns, values: values.map((x) => low_S + x * (high_S - low_S)), reach_V };
}

/** Says that inputs go beyond the voltages that the states of cells were measured at. */
export function warnBeyond(io: Io, inputs_V: Float64Array, reach_V: number): void {
  const most_V = inputs_V.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  if (most_V <= reach_V * (1 + 1e-9)) return;
  warn(
    io,
    `inputs go to ${formatQuantity(most_V, 'V')}, and the states of these cells were measured up to ${formatQuantity(reach_V, 'V')}: beyond it a cell may switch, which is not solved for`,
  );
}
