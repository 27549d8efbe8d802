import { student975 } from '../../calibration/estimates/index.js';

/** Values of one number over seeds or trials. */
export interface Spread {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation of the values, n − 1; absent of one. */
  readonly deviation?: number;
  /** 95 % interval of the mean by Student's t; absent of one. */
  readonly low?: number;
  readonly high?: number;
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** @returns undefined of no values */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const ends = { least: sorted[0], median: quantile(sorted, 0.5), most: sorted[n - 1] };
  if (n === 1) return { n, mean, ...ends };
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const half = (student975(n - 1) * deviation) / Math.sqrt(n);
  return { n, mean, deviation, low: mean - half, high: mean + half, ...ends };
}

/** Of sorted values, between the nearest two (type 7 of Hyndman & Fan, Am. Stat. 50, 361, 1996). */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

const Z = 1.959963984540054;

/** A share of `n` with its 95 % interval (Wilson, J. Am. Stat. Assoc. 22, 209, 1927). */
export function shareOf(
  good: number,
  n: number,
): { readonly share: number; readonly low: number; readonly high: number } {
  const share = good / n;
  const z2 = Z * Z;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  // All and none are ends of their own intervals, which rounding would take from them.
  return {
    share,
    low: good === 0 ? 0 : Math.max(0, centre - half),
    high: good === n ? 1 : Math.min(1, centre + half),
  };
}
