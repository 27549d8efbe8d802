import { blockBootstrap, blockPlan, lagOne, percentileEstimate } from './bootstrap.js';
import { compareDistributions, type DistributionComparison } from './distributions.js';
import type { Estimate } from './estimate.js';
import {
  FEW,
  fewEstimate,
  MANY,
  meanInterval,
  rowMedianInterval,
  spreadInterval,
  worthOfFew,
} from './few-values.js';
import { type Observations, tallyOf } from './observations.js';

/** One quantity over many cycles or devices. Of an interval its upper end is taken, as papers print it. */
export interface Summary {
  readonly n: number;
  /** Of them, not seen up to the end of what was measured. */
  readonly censored: number;
  readonly median: Estimate;
  /** Not identifiable where some were not seen. */
  readonly mean: Estimate;
  readonly sd: Estimate;
  /** Correlation of neighbours (of logarithms where all are positive). */
  readonly lag1: number;
  /** By what the standard error of the mean exceeds that of independent values: √((1 + ρ)/(1 − ρ)) of an AR(1) with that lag 1, and by the blocks. */
  readonly inflation: { readonly ar1: number; readonly blocks: number };
  /** Absent where fewer than eight differ, or nothing varies. */
  readonly distributions?: DistributionComparison;
}

const MIN_FOR_LAWS = 8;

/**
 * Median, mean and spread with intervals, dependence, and the laws that describe the quantity. Intervals of 200 values and more in a row
 * are of a block bootstrap; of fewer, and of values without an order, by order statistics, Student's t and Bonett's of the spread.
 * @param ordered false for devices, which have no order
 */
export function summarise(
  observations: Observations,
  seed = 1,
  { ordered = true }: { readonly ordered?: boolean } = {},
): Summary {
  const tally = tallyOf(observations);
  const n = tally.index.length;
  const value = tally.high;
  const censored = value.reduce((sum, high, k) => sum + (high === Infinity ? tally.count[k] : 0), 0);
  const plan = blockPlan(n, seed);
  const moments = (count: Float64Array): readonly [number, number, number] => [
    weightedMedian(value, count, n),
    ...meanAndSpread(value, count, n),
  ];
  const [median, mean, sd] = moments(tally.count);
  const drawn =
    n < MANY || !ordered
      ? [0, 1, 2].map(() => new Float64Array(0))
      : blockBootstrap(tally.index, value.length, plan, moments);
  const series =
    tally.index.length === 0 ? [] : Array.from(tally.index, (k) => value[k]).filter(Number.isFinite);
  const compared = series.every((one) => one > 0) ? series.map(Math.log) : series;
  const lag1 = lagOne(compared);
  const worth = Math.max(1, n === 0 ? 1 : (worthOfFew(compared, ordered) * n) / Math.max(1, compared.length));
  const sorted = Float64Array.from(tally.index, (k) => value[k]).sort();
  const few = [
    [
      'by order statistics, of values worth few by Student’s t',
      () => rowMedianInterval(sorted, series, worth),
    ],
    ['by Student’s t', () => meanInterval(mean, sd, worth)],
    ['by the kurtosis (Bonett)', () => spreadInterval(sorted, sd, worth)],
  ] as const;
  const estimate = (which: number, found: number, independent: number, how: string) => {
    if (n >= MANY && ordered) return percentileEstimate(found, drawn[which], n, independent, plan, how);
    const [interval, ends] = few[which];
    const none = [Number.NaN, Number.NaN] as const;
    return fewEstimate(found, n < FEW || Number.isNaN(found) ? none : ends(), n, worth, how, interval);
  };
  const meanEstimate = estimate(1, mean, sd / Math.sqrt(n), 'arithmetic mean');
  const laws =
    value.length >= 2 && n >= MIN_FOR_LAWS
      ? compareDistributions(observations, seed, { ordered })
      : undefined;
  return {
    n,
    censored,
    // Standard error of the median of a normal sample: √(π/2)·σ/√n.
    median: estimate(0, median, (1.2533 * sd) / Math.sqrt(n), 'median'),
    mean: meanEstimate,
    sd: estimate(2, sd, sd / Math.sqrt(2 * n), 'standard deviation (n − 1)'),
    lag1,
    inflation: {
      ar1: Math.sqrt((1 + Math.max(0, lag1)) / (1 - Math.max(0, lag1))),
      blocks: Math.sqrt(n / (meanEstimate.nEffective ?? Number.NaN)),
    },
    ...(laws !== undefined && { distributions: laws }),
  };
}

/** Of ascending values with counts. */
function weightedMedian(value: Float64Array, count: Float64Array, n: number): number {
  let below = 0;
  for (let k = 0; k < value.length; k++) {
    below += count[k];
    if (below > n / 2) return finite(value[k]);
    if (below === n / 2) {
      const next = value.findIndex((_, j) => j > k && count[j] > 0);
      return finite((value[k] + (next < 0 ? value[k] : value[next])) / 2);
    }
  }
  return Number.NaN;
}

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);

function meanAndSpread(value: Float64Array, count: Float64Array, n: number): [number, number] {
  let sum = 0;
  for (let k = 0; k < value.length; k++) if (count[k] > 0) sum += count[k] * value[k];
  const mean = sum / n;
  if (!Number.isFinite(mean)) return [Number.NaN, Number.NaN];
  let square = 0;
  for (let k = 0; k < value.length; k++) square += count[k] * (value[k] - mean) ** 2;
  return [mean, n > 1 ? Math.sqrt(square / (n - 1)) : Number.NaN];
}
