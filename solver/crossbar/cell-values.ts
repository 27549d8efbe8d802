import type { CrossbarCells, CrossbarDrive } from '../../circuits/crossbar/index.js';
import { cellLaw, cellPoint } from './cell-law.js';

/** Currents and slopes of all cells at voltages [inputs × rows × columns], by the models themselves. */
export function evaluateAll(
  cells: CrossbarCells,
  rows: number,
  columns: number,
  word_V: Float64Array,
  bit_V: Float64Array,
  gates_V: Float64Array | undefined,
): { currents_A: Float64Array; slopes_S: Float64Array } {
  const law = cellLaw(cells);
  const point = cellPoint();
  const currents_A = new Float64Array(word_V.length);
  const slopes_S = new Float64Array(word_V.length);
  let inner_V = 0;
  for (let k = 0; k < word_V.length; k++) {
    const cell = k % (rows * columns);
    const gate_V = gates_V?.[Math.floor(k / columns)] ?? 0;
    inner_V = law.evaluate(word_V[k], bit_V[k], cells.states[cell], gate_V, inner_V, point);
    currents_A[k] = point.current_A;
    slopes_S[k] = 0.5 * (point.word_S + point.bit_S);
  }
  return { currents_A, slopes_S };
}

/** What every cell carries between the ends of its lines under input vector `input`, with no drop along them: [rows × columns], A. */
export function cellCurrents_A(
  cells: CrossbarCells,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  { rows_V, columns_V, gates_V }: CrossbarDrive,
  input: number,
): Float64Array {
  const word_V = Float64Array.from(
    { length: rows * columns },
    (_, k) => rows_V[input * rows + Math.floor(k / columns)],
  );
  const bit_V = word_V.map((_, k) => columns_V?.[input * columns + (k % columns)] ?? 0);
  const own_V = gates_V?.subarray(input * rows, (input + 1) * rows);
  return evaluateAll(cells, rows, columns, word_V, bit_V, own_V).currents_A;
}
