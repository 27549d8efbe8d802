import type { CrossbarCells, CrossbarCircuit, CrossbarDrive } from '../../circuits/crossbar/index.js';
import { crossbarNetlist } from '../../circuits/netlist/index.js';
import { solveOperatingPoint } from '../mna/index.js';
import type { ReferenceVoltages } from './reference.js';

/**
 * The plain, slow answer for cells with models: the whole crossbar as a circuit, its operating point by Newton's method with sparse
 * factors, and by continuation where that fails. To check others by, and where relaxation hardly moves. Undefined where it did not settle.
 */
export function cellsOperatingPoint(
  circuit: CrossbarCircuit,
  cells: CrossbarCells,
  drive: CrossbarDrive,
  input = 0,
): ReferenceVoltages | undefined {
  const { rows, columns, wires } = circuit;
  const point = solveOperatingPoint(crossbarNetlist(circuit, drive, input, cells));
  if (point.status !== 'settled') return undefined;
  const word_V = new Float64Array(rows * columns);
  const bit_V = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const k = i * columns + j;
      word_V[k] = point.voltages_V[wires.row_ohm > 0 ? `w_${i}_${j}` : `w_${i}`];
      bit_V[k] = point.voltages_V[wires.column_ohm > 0 ? `b_${i}_${j}` : `b_${j}`];
    }
  }
  return { word_V, bit_V };
}
