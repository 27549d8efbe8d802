import { RandomStream } from '../../core/index.js';
import { type Estimate, LEVEL } from './estimate.js';

/** How values in a row are drawn again. */
export interface BlockPlan {
  /** Neighbours drawn together: 25, or √n where that is less. */
  readonly block: number;
  readonly repeats: number;
  readonly seed: number;
}

const BLOCK = 25;
const REPEATS = 1000;
/** Draws that all repeats together may make: what a thousand cycles take. */
const DRAWS = 2e6;
/** Fewer values are no sample to draw from. */
const FEW = 8;

/** The plan for n values in a row. */
export const blockPlan = (n: number, seed = 1): BlockPlan => ({
  block: Math.max(1, Math.min(BLOCK, Math.ceil(Math.sqrt(n)))),
  repeats: Math.max(200, Math.min(REPEATS, Math.floor(DRAWS / Math.max(1, n)))),
  seed,
});

/**
 * Values of several statistics over resamples of n values in a row, drawn in overlapping blocks so that what neighbours have in common stays
 * (moving-block bootstrap, Künsch 1989). `statistics` gets how often each different value was drawn.
 * @param index which different value each is, `[n]` @param kinds how many different values
 * @returns `[statistics][repeats]`, NaN where one had no value
 */
export function blockBootstrap(
  index: Uint32Array,
  kinds: number,
  { block, repeats, seed }: BlockPlan,
  statistics: (count: Float64Array) => readonly number[],
): Float64Array[] {
  const n = index.length;
  const random = new RandomStream(seed, 'block-bootstrap');
  const count = new Float64Array(kinds);
  const results: Float64Array[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    count.fill(0);
    for (let drawn = 0; drawn < n; ) {
      const first = random.integer(n - block + 1);
      for (let k = 0; k < block && drawn < n; k++, drawn++) count[index[first + k]]++;
    }
    statistics(count).forEach((value, j) => {
      results[j] ??= new Float64Array(repeats).fill(Number.NaN);
      results[j][repeat] = value;
    });
  }
  return results;
}

/** A share of resamples without a value above which the data does not say the number. */
const MOST_WITHOUT = 0.05;

/**
 * The interval between the 2.5 and 97.5 % points of resampled values, and the number of independent values that the n are worth:
 * n·(standard error of independent values / spread of the resamples)².
 * @param independent standard error if the values were independent
 */
export function percentileEstimate(
  value: number,
  resampled: Float64Array,
  n: number,
  independent: number,
  { block, repeats }: BlockPlan,
  how: string,
): Estimate {
  const found = resampled.filter((one) => !Number.isNaN(one)).sort();
  const enough = found.length >= (1 - MOST_WITHOUT) * resampled.length && n >= FEW;
  const mean = found.reduce((sum, one) => sum + one, 0) / found.length;
  const spread = Math.sqrt(found.reduce((sum, one) => sum + (one - mean) ** 2, 0) / found.length);
  const worth = Math.min(n, n * (independent / spread) ** 2);
  return {
    value,
    low: enough ? quantile(found, 0.025) : -Infinity,
    high: enough ? quantile(found, 0.975) : Infinity,
    level: LEVEL,
    identifiable: Number.isFinite(value) && (n < FEW || enough),
    n,
    ...(enough && Number.isFinite(worth) && worth >= 1 && { nEffective: worth }),
    method: enough
      ? `${how}; interval by block bootstrap (blocks of ${block}, ${repeats} resamples, percentiles)`
      : `${how}; ${n < FEW ? `${n} values are too few for an interval` : 'no interval: too many resamples without a value'}`,
  };
}

/** Quantile of sorted values, straight between neighbours. */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const rest = place - below;
  return rest === 0 ? sorted[below] : sorted[below] * (1 - rest) + sorted[below + 1] * rest;
}

/** Correlation of neighbours: Σ d_t·d_{t+1}/Σ d_t² of deviations from the mean; 0 where nothing varies. */
export function lagOne(values: ArrayLike<number>): number {
  const n = values.length;
  let mean = 0;
  for (let k = 0; k < n; k++) mean += values[k] / n;
  let [product, square] = [0, 0];
  for (let k = 0; k < n; k++) {
    square += (values[k] - mean) ** 2;
    if (k > 0) product += (values[k] - mean) * (values[k - 1] - mean);
  }
  return square > 0 ? product / square : 0;
}
