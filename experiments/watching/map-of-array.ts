import type { MapTold } from './told.js';

/** Entries of a picture along a side; more are means of blocks. */
const MOST_SIDE = 96;
const BINS = 48;

/**
 * An array as a page shows it.
 * @param array row-major [rows × columns]
 */
export function mapOfArray(
  name: string,
  unit: string,
  array: ArrayLike<number>,
  rows: number,
  columns: number,
): MapTold {
  let [low, high, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let k = 0; k < array.length; k++) {
    const value = array[k];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
    count++;
  }
  if (count === 0) [low, high] = [0, 0];
  const counts = new Array<number>(BINS).fill(0);
  const width = high - low;
  for (let k = 0; k < array.length; k++) {
    if (!Number.isFinite(array[k])) continue;
    counts[width > 0 ? Math.min(BINS - 1, Math.floor(((array[k] - low) / width) * BINS)) : 0]++;
  }
  return {
    name,
    unit,
    rows,
    columns,
    shown: shrunk(array, rows, columns),
    low,
    high,
    mean: count === 0 ? 0 : sum / count,
    histogram: { low, high, counts },
  };
}

function shrunk(array: ArrayLike<number>, rows: number, columns: number): MapTold['shown'] {
  const [down, across] = [Math.min(rows, MOST_SIDE), Math.min(columns, MOST_SIDE)];
  const sums = new Float64Array(down * across);
  const counts = new Uint32Array(down * across);
  for (let r = 0; r < rows; r++) {
    const to = Math.floor((r * down) / rows) * across;
    for (let c = 0; c < columns; c++) {
      const value = array[r * columns + c];
      if (!Number.isFinite(value)) continue;
      const k = to + Math.floor((c * across) / columns);
      sums[k] += value;
      counts[k]++;
    }
  }
  const values = Array.from(sums, (sum, k) =>
    counts[k] === 0 ? null : Number((sum / counts[k]).toPrecision(5)),
  );
  return { rows: down, columns: across, values };
}
