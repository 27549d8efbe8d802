import { type BlockPlan, blockBootstrap, blockPlan, percentileEstimate } from './bootstrap.js';
import type { Estimate } from './estimate.js';
import {
  fitLocationScale,
  type LocationScale,
  normalStandard,
  type Standard,
  smallestStandard,
} from './location-scale.js';
import { isExact, type Observations, type Tally, tallyOf } from './observations.js';

/** The laws that cycles and devices are compared with. */
export type DistributionLaw = 'weibull' | 'lognormal' | 'normal';

/** A law fitted by maximum likelihood, censored observations by the probability of their interval. */
export interface DistributionFit {
  readonly law: DistributionLaw;
  /** weibull: shape, scale (unit of the data); lognormal: median (unit of the data), sigma (of ln); normal: mean, sd (unit of the data). */
  readonly parameters: Readonly<Record<string, Estimate>>;
  readonly lnLikelihood: number;
  /** −2 ln L + 4, of observations taken for independent. */
  readonly aic: number;
  /** Above the least, scaled to as many observations as the dependent ones are worth. */
  readonly deltaAic: number;
  /** Of `weibull` without censoring: shape by the line through ln(−ln(1 − F)), F = (i − 0.3)/(n + 0.4), over ln x. */
  readonly rankRegressionShape?: number;
}

/** Laws beside each other, best first. */
export interface DistributionComparison {
  readonly fits: readonly DistributionFit[];
  readonly best: DistributionLaw;
  /** Others that the data cannot tell from the best. */
  readonly indistinguishable: readonly DistributionLaw[];
  readonly plan: BlockPlan;
}

interface Ends {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

interface Law {
  readonly name: DistributionLaw;
  readonly standard: Standard;
  readonly logs: boolean;
  /** Numbers of the law from location and scale. */
  readonly numbers: (found: Pick<LocationScale, 'location' | 'scale'>) => Record<string, number>;
  /** Standard errors of these from n independent exact observations. */
  readonly errors: (found: LocationScale, n: number) => readonly [number, number];
}

const laws: readonly Law[] = [
  {
    name: 'weibull',
    standard: smallestStandard,
    logs: true,
    numbers: ({ location, scale }) => ({ shape: 1 / scale, scale: Math.exp(location) }),
    // Inverse Fisher information of the two-parameter law (Bain and Engelhardt 1991, 5.1): 0.6079 β²/n and 1.1087 (η/β)²/n.
    errors: ({ location, scale }, n) => [
      Math.sqrt(0.6079271 / n) / scale,
      Math.sqrt(1.1086651 / n) * Math.exp(location) * scale,
    ],
  },
  {
    name: 'lognormal',
    standard: normalStandard,
    logs: true,
    numbers: ({ location, scale }) => ({ median: Math.exp(location), sigma: scale }),
    errors: ({ location, scale }, n) => [
      (Math.exp(location) * scale) / Math.sqrt(n),
      scale / Math.sqrt(2 * n),
    ],
  },
  {
    name: 'normal',
    standard: normalStandard,
    logs: false,
    numbers: ({ location, scale }) => ({ mean: location, sd: scale }),
    errors: ({ scale }, n) => [scale / Math.sqrt(n), scale / Math.sqrt(2 * n)],
  },
];

const METHOD = 'maximum likelihood';
/** A difference in AIC that says nothing. */
const NO_DIFFERENCE = 4;

/**
 * Weibull, lognormal and normal law of observations in the order measured. Intervals from a block bootstrap, since cycles depend on
 * each other; undefined where nothing varies or nothing was seen. Laws of positive numbers are left out where a number is not.
 * @param seed of the resampling: the same numbers each time
 */
export function compareDistributions(
  observations: Observations,
  seed = 1,
): DistributionComparison | undefined {
  const tally = tallyOf(observations);
  const n = tally.index.length;
  const plan = blockPlan(n, seed);
  const positive =
    tally.high.every((value) => value > 0) &&
    tally.low.every((value, k) => value > 0 || tally.high[k] > value);
  const possible = laws.filter(({ logs }) => !logs || positive).flatMap((law) => fitOf(law, tally));
  if (possible.length === 0) return undefined;
  const exact = isExact(observations);
  const refit = ({ standard }: Law, { low, high }: Ends, count: Float64Array, start: LocationScale) =>
    exact ? standard.ofNumbers(low, count, start) : fitLocationScale(standard, { low, high }, count, start);
  const resampled = blockBootstrap(tally.index, tally.count.length, plan, (count) =>
    possible.flatMap(({ law, ends, found }) => {
      const again = refit(law, ends, count, found);
      return again === undefined ? [Number.NaN, Number.NaN] : Object.values(law.numbers(again));
    }),
  );
  const fits = possible.map(({ law, found, lnLikelihood }, index) => {
    const errors = law.errors(found, n);
    const parameters = Object.entries(law.numbers(found)).map(([name, value], which) => [
      name,
      percentileEstimate(value, resampled[2 * index + which], n, errors[which], plan, METHOD),
    ]);
    return {
      law: law.name,
      parameters: Object.fromEntries(parameters) as Record<string, Estimate>,
      lnLikelihood,
      aic: 4 - 2 * lnLikelihood,
      ...(law.name === 'weibull' && exact && { rankRegressionShape: rankRegression(observations.low) }),
    };
  });
  const least = Math.min(...fits.map(({ aic }) => aic));
  const worth = worthOf(fits, n);
  const compared = fits
    .map((fit) => ({ ...fit, deltaAic: (fit.aic - least) * (worth / n) }))
    .sort((a, b) => a.deltaAic - b.deltaAic);
  return {
    fits: compared,
    best: compared[0].law,
    indistinguishable: compared
      .slice(1)
      .filter(({ deltaAic }) => deltaAic < NO_DIFFERENCE)
      .map(({ law }) => law),
    plan,
  };
}

/** A law's best location and scale, with ln L of the data itself (its density, not that of its logarithms). */
function fitOf(law: Law, tally: Tally) {
  const take = (values: Float64Array) =>
    law.logs ? values.map((value) => Math.log(Math.max(0, value))) : values;
  const ends = { low: take(tally.low), high: take(tally.high) };
  const found = fitLocationScale(law.standard, ends, tally.count);
  if (found === undefined) return [];
  let change = 0;
  if (law.logs)
    for (let k = 0; k < ends.low.length; k++)
      if (ends.low[k] === ends.high[k]) change += tally.count[k] * ends.low[k];
  return [{ law, ends, found, lnLikelihood: found.lnLikelihood - change }];
}

/** What n dependent observations are worth: the middle of what the parameters say. */
function worthOf(fits: readonly { parameters: Readonly<Record<string, Estimate>> }[], n: number): number {
  const worths = fits.flatMap(({ parameters }) =>
    Object.values(parameters).flatMap(({ nEffective }) => (nEffective === undefined ? [] : [nEffective])),
  );
  return worths.length === 0 ? n : worths.sort((a, b) => a - b)[worths.length >> 1];
}

/** Weibull shape by rank regression of exact positive values (Bernard's median ranks). */
function rankRegression(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const x = sorted.map(Math.log);
  const y = sorted.map((_, k) => Math.log(-Math.log1p(-(k + 0.7) / (n + 0.4))));
  const mean = (all: Float64Array) => all.reduce((sum, one) => sum + one, 0) / n;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [sxx, sxy] = [0, 0];
  for (let k = 0; k < n; k++) {
    sxx += (x[k] - meanX) ** 2;
    sxy += (x[k] - meanX) * (y[k] - meanY);
  }
  return sxy / sxx;
}
