import { median } from '../../core/index.js';

/**
 * σ of one value of a series, whatever the series does as a whole: of each against the line between its neighbours, which has 3/2 of
 * the variance of a value, by the median (0.6745 σ of a normal distribution), which jumps leave alone; 0 of fewer than three.
 */
export function scatterOf(values: ArrayLike<number>): number {
  const off: number[] = [];
  for (let k = 1; k + 1 < values.length; k++) {
    off.push(Math.abs(values[k] - (values[k - 1] + values[k + 1]) / 2));
  }
  return off.length === 0 ? 0 : median(off) / 0.6745 / Math.sqrt(1.5);
}
