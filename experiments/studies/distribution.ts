import { quantile } from '../../calibration/estimates/index.js';
import { lnGamma } from '../../core/index.js';
import type { TrialNumbers } from './numbers.js';
import type { Coordinates, Limit } from './plan.js';

/** A number below which a share of all hardware lies, with a 95 % interval that holds whatever the distribution is. */
export interface Quantile {
  readonly share: number;
  readonly value: number;
  /** Absent where so few draws say nothing that far out. */
  readonly low?: number;
  readonly high?: number;
}

/** One trial at an end of a distribution. */
export interface Extreme {
  readonly value: number;
  readonly key: string;
  readonly hardwareSeed?: number;
}

/** One number of one point over the hardware that was drawn. */
export interface Distribution {
  readonly values: Coordinates['values'];
  readonly metric: string;
  readonly n: number;
  readonly quantiles: readonly Quantile[];
  readonly least: Extreme;
  readonly most: Extreme;
  /** Which end its limit fears; absent of a number without one. */
  readonly worst?: 'least' | 'most';
  /** Share of all hardware that, at 95 % confidence, is at most worse than the worst of these. */
  readonly beyond: number;
}

/** Shares of the hardware whose quantiles are told. */
const SHARES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

/** How numbers are distributed over the draws of each point. */
export function distributionsOf(
  points: readonly Pick<Coordinates, 'values'>[],
  trials: readonly TrialNumbers[],
  metrics: readonly string[],
  limits: readonly Limit[],
): Distribution[] {
  const by = new Map<string, TrialNumbers[]>();
  for (const trial of trials) {
    const place = JSON.stringify(trial.values);
    const here = by.get(place);
    if (here === undefined) by.set(place, [trial]);
    else here.push(trial);
  }
  return points.flatMap(({ values }) =>
    metrics.flatMap((metric): Distribution[] => {
      const sorted = (by.get(JSON.stringify(values)) ?? [])
        .flatMap(({ numbers, key, hardwareSeed }): Extreme[] => {
          const value = numbers.get(metric);
          return value === undefined
            ? []
            : [{ value, key, ...(hardwareSeed === undefined ? {} : { hardwareSeed }) }];
        })
        .sort((a, b) => a.value - b.value);
      const [least, most] = [sorted[0], sorted[sorted.length - 1]];
      if (least === undefined || most === undefined) return [];
      const n = sorted.length;
      const limit = limits.find((one) => one.metric === metric);
      const numbers = Float64Array.from(sorted, ({ value }) => value);
      return [
        {
          values,
          metric,
          n,
          quantiles: SHARES.map((share) => ({ share, ...quantileOf(numbers, share) })),
          least,
          most,
          ...(limit === undefined ? {} : { worst: limit.relation.startsWith('<') ? 'most' : 'least' }),
          beyond: 1 - 0.05 ** (1 / n),
        },
      ];
    }),
  );
}

/**
 * A quantile of sorted values, and between which of them the true one lies at 95 %: the l-th and u-th, by the binomial distribution of how
 * many lie below it (David & Nagaraja, Order Statistics, § 7.1). Neither end is trusted with more than 2.5 %.
 */
export function quantileOf(sorted: Float64Array, share: number): Omit<Quantile, 'share'> {
  const n = sorted.length;
  let [lower, upper] = [0, n + 1];
  let below = 0;
  for (let k = 0; k <= n; k++) {
    // P(fewer than k lie below)
    if (below <= TAIL) lower = k;
    if (1 - below <= TAIL && upper > n) upper = k;
    below += binomial(n, k, share);
  }
  return {
    value: quantile(sorted, share),
    ...(lower < 1 ? {} : { low: sorted[lower - 1] }),
    ...(upper > n ? {} : { high: sorted[upper - 1] }),
  };
}

const TAIL = 0.025;

/** Probability of k of n. */
function binomial(n: number, k: number, p: number): number {
  return Math.exp(
    lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p),
  );
}
