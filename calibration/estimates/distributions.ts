import { type BlockPlan, blockBootstrap, blockPlan, percentileEstimate } from './bootstrap.js';
import type { Estimate } from './estimate.js';
import { fewEstimate, locationScaleIntervals, MANY, worthOfFew } from './few-values.js';
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
  /** Where intervals are of a block bootstrap. */
  readonly plan?: BlockPlan;
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
 * each other; of fewer than 200, and of values without an order, by the profile of the likelihood. Undefined where nothing varies or nothing was seen. Laws of positive numbers are left out where a number is not.
 * @param seed of the resampling: the same numbers each time
 * @param ordered false for devices, which have no order
 */
export function compareDistributions(
  observations: Observations,
  seed = 1,
  { ordered = true }: { readonly ordered?: boolean } = {},
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
  const resample = n >= MANY && ordered;
  const draw = () =>
    blockBootstrap(tally.index, tally.count.length, plan, (count) =>
      possible.flatMap(({ law, ends, found }) => {
        const again = refit(law, ends, count, found);
        return again === undefined ? [Number.NaN, Number.NaN] : Object.values(law.numbers(again));
      }),
    );
  const resampled = resample ? draw() : [];
  const seen = Array.from(tally.index, (k) => tally.high[k]).filter(Number.isFinite);
  const worth = resample
    ? n
    : (worthOfFew(positive ? seen.map(Math.log) : seen, ordered) * n) / Math.max(1, seen.length);
  const fits = possible.map(({ law, ends, found, lnLikelihood }, index) => {
    const errors = law.errors(found, n);
    const intervals = resample
      ? undefined
      : profiled(law, ends, tally.count, found, Math.max(Math.min(n, LEAST_FOR_LAWS), worth));
    const parameters = Object.entries(law.numbers(found)).map(([name, value], which) => [
      name,
      intervals === undefined
        ? percentileEstimate(value, resampled[2 * index + which], n, errors[which], plan, METHOD)
        : fewEstimate(value, intervals[name], n, worth, METHOD, 'by the profile of the likelihood'),
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
  const worthAll = worthOf(fits, n);
  const compared = fits
    .map((fit) => ({ ...fit, deltaAic: (fit.aic - least) * (worthAll / n) }))
    .sort((a, b) => a.deltaAic - b.deltaAic);
  return {
    fits: compared,
    best: compared[0].law,
    indistinguishable: compared
      .slice(1)
      .filter(({ deltaAic }) => deltaAic < NO_DIFFERENCE)
      .map(({ law }) => law),
    ...(resample && { plan }),
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

/** Intervals of a law's numbers: each follows from the location alone or from the scale alone. */
function profiled(
  law: Law,
  ends: Ends,
  count: Float64Array,
  found: LocationScale,
  worth: number,
): Record<string, [number, number]> {
  const { location, scale } = locationScaleIntervals(law.standard, ends, count, found, worth);
  const [first, second] = [0, 1].map((k) => law.numbers({ location: location[k], scale: scale[k] }));
  return Object.fromEntries(
    Object.keys(first).map((name) => [
      name,
      [Math.min(first[name], second[name]), Math.max(first[name], second[name])],
    ]),
  );
}

/** Two parameters take as many numbers for an interval of any use. */
const LEAST_FOR_LAWS = 4;

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
