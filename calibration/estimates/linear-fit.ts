import { type Estimate, LEVEL } from './estimate.js';
import { invertPositive } from './normal-equations.js';
import { student975 } from './student.js';

/** A sum of known functions fitted to numbers. */
export interface LinearFit {
  /** Coefficients in the order of the columns. */
  readonly coefficients: readonly Estimate[];
  readonly r2: number;
  /** Root of the mean square of what is left over, unit of y. */
  readonly rmse: number;
  readonly n: number;
}

/**
 * Least squares of y over columns of known functions, all points alike, errors as of independent ones. Undefined for fewer points
 * than columns, and where columns depend on each other.
 * @param rows `[n][columns]` @param y `[n]`
 */
export function linearFit(rows: readonly (readonly number[])[], y: ArrayLike<number>): LinearFit | undefined {
  const n = rows.length;
  const size = rows[0]?.length ?? 0;
  if (n <= size || size === 0) return undefined;
  const normal = new Float64Array(size * size);
  const right = new Float64Array(size);
  rows.forEach((row, k) => {
    for (let i = 0; i < size; i++) {
      right[i] += row[i] * y[k];
      for (let j = 0; j < size; j++) normal[i * size + j] += row[i] * row[j];
    }
  });
  const inverse = invertPositive(normal, size);
  if (inverse === undefined) return undefined;
  const values = Array.from({ length: size }, (_, i) =>
    right.reduce((sum, b, j) => sum + inverse[i * size + j] * b, 0),
  );
  let [squares, mean] = [0, 0];
  for (let k = 0; k < n; k++) mean += y[k] / n;
  let total = 0;
  rows.forEach((row, k) => {
    squares += (y[k] - row.reduce((sum, x, i) => sum + x * values[i], 0)) ** 2;
    total += (y[k] - mean) ** 2;
  });
  const reach = student975(n - size) * Math.sqrt(squares / (n - size));
  return {
    coefficients: values.map((value, i) => {
      const half = reach * Math.sqrt(inverse[i * size + i]);
      return {
        value,
        low: value - half,
        high: value + half,
        level: LEVEL,
        identifiable: true,
        n,
        method: 'linear least squares, all points alike',
      };
    }),
    r2: total > 0 ? 1 - squares / total : 0,
    rmse: Math.sqrt(squares / n),
    n,
  };
}
