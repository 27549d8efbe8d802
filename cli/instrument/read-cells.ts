import { inputError } from '../../core/index.js';
import { readQuantityCell } from '../../records/tables/index.js';
import { readMatrix } from '../crossbar/read-matrix.js';

/**
 * One conductance a cell of an array from CSV, NPY or `W.npz:name`, S; an empty field or NaN leaves a cell alone. A smaller
 * matrix is that of the array's first rows and columns.
 */
export async function readCellMatrix(file: string, rows: number, columns: number): Promise<Float64Array> {
  const field = (text: string, decimalComma: boolean) =>
    text.trim() === '' ? Number.NaN : readQuantityCell(text, 'S', 1, decimalComma, '--target');
  const matrix = await readMatrix(file, '--target', field, 'a conductance in S is needed');
  if (matrix.rows > rows || matrix.columns > columns) {
    throw inputError(
      'program.targets',
      `${file}: has ${matrix.rows} × ${matrix.columns} targets, the array ${rows} × ${columns} cells`,
    );
  }
  const all_S = new Float64Array(rows * columns).fill(Number.NaN);
  for (const [i, target_S] of matrix.values.entries()) {
    all_S[Math.floor(i / matrix.columns) * columns + (i % matrix.columns)] = target_S;
  }
  return all_S;
}
