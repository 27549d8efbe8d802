import { lagOne, quantile } from './bootstrap.js';
import { type Estimate, LEVEL } from './estimate.js';
import { type LocationScale, type Standard, sums } from './location-scale.js';
import { likelihoodDrop, student975, Z_975 } from './student.js';

/** From so many values on a block bootstrap is taken: of fewer its few blocks give intervals that are far too narrow. */
export const MANY = 200;
/** Fewer values give no interval. */
export const FEW = 8;
/** What dependent values are worth at least: a lag of so few values says little itself. */
const LEAST_WORTH = 3;
/** Standard errors of ρ that are added to it: of 20 values dependence does not show, and the intervals of independent ones cover 85 %. */
const DOUBT = 0.5;

/**
 * What fewer than `MANY` values are worth: n·(1 − ρ)/(1 + ρ) of an AR(1), ρ corrected for its bias in short series, (1 + 4ρ)/n (Kendall
 * 1954), and half its standard error above that; all, where that is not above 0.
 * @param ordered false for devices, which have no order
 */
export function worthOfFew(values: ArrayLike<number>, ordered: boolean): number {
  const n = values.length;
  const lag1 = ordered ? lagOne(values) : Number.NaN;
  const error = Math.sqrt(Math.max(0, 1 - lag1 ** 2) / n);
  const rho = Math.min(0.95, lag1 + (1 + 4 * lag1) / n + DOUBT * error);
  if (!(rho > 0)) return n;
  return Math.max(Math.min(n, LEAST_WORTH), (n * (1 - rho)) / (1 + rho));
}

/** An estimate with an interval of few values, or with none below `FEW`. */
export function fewEstimate(
  value: number,
  [low, high]: readonly [number, number],
  n: number,
  worth: number,
  how: string,
  interval: string,
): Estimate {
  const enough = n >= FEW && !Number.isNaN(low) && !Number.isNaN(high);
  return {
    value,
    low: enough ? low : -Infinity,
    high: enough ? high : Infinity,
    level: LEVEL,
    identifiable: Number.isFinite(value),
    n,
    ...(enough && { nEffective: worth }),
    method: enough
      ? `${how}; interval ${interval}${worth < n ? `, for the ${worth.toPrecision(3)} independent values that ${n} dependent ones are worth` : ''}`
      : `${how}; ${n} values are too few for an interval`,
  };
}

/** Of the mean by Student's t. */
export function meanInterval(mean: number, sd: number, worth: number): [number, number] {
  const half = (student975(worth - 1) * sd) / Math.sqrt(worth);
  return [mean - half, mean + half];
}

/**
 * Of the median by order statistics, whose ranks are binomial whatever the law, straight between neighbouring ranks (Hettmansperger and
 * Sheather 1986). NaN where fewer than six values are left.
 * @param sorted ascending
 */
export function medianInterval(sorted: Float64Array, worth: number): [number, number] {
  const m = Math.floor(worth);
  // P(k ≤ B ≤ m − k) of a fair coin thrown m times, k = 1, 2, …
  // By logarithms: of more than a thousand throws the first terms are smaller than any number.
  let lnTerm = -m * Math.LN2;
  let below = Math.exp(lnTerm);
  let [k, held] = [1, 1 - 2 * below];
  if (!(held >= LEVEL)) return [Number.NaN, Number.NaN];
  for (;;) {
    lnTerm += Math.log((m - k + 1) / k);
    below += Math.exp(lnTerm);
    const next = 1 - 2 * below;
    if (next < LEVEL) {
      const share = (held - LEVEL) / (held - next);
      const rank = k + ((m - k) * share) / (k + (m - 2 * k) * share);
      // As a share of the values, where more stand there than they are worth.
      const place = Math.max(0, ((rank - 0.5) / m) * sorted.length - 0.5);
      const at = place / (sorted.length - 1);
      return [quantile(sorted, at), quantile(sorted, 1 - at)];
    }
    [k, held] = [k + 1, next];
  }
}

/** From so many independent values on the median's ranks are fine enough where they are a share of dependent ones. */
const RANKS = 12;
/** Standard error of the median over that of the mean, of normal numbers: √(π/2). */
const OF_MEDIAN = Math.sqrt(Math.PI / 2);

/**
 * Of the median of values in a row: by order statistics, or where they are worth few by Student's t of the normal law, of logarithms where
 * all are positive. A share of 20 values has hardly any ranks: their intervals cover 75 %.
 * @param values finite, in their order; fewer than there are where some were not seen: then by order statistics alone
 */
export function rowMedianInterval(
  sorted: Float64Array,
  values: readonly number[],
  worth: number,
): [number, number] {
  if (worth >= Math.min(RANKS, sorted.length) || values.length < sorted.length)
    return medianInterval(sorted, worth);
  const logs = values.every((one) => one > 0);
  const scaled = Float64Array.from(values, (one) => (logs ? Math.log(one) : one)).sort();
  const mean = scaled.reduce((sum, one) => sum + one / scaled.length, 0);
  const square = scaled.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (scaled.length - 1);
  const half = (OF_MEDIAN * student975(worth - 1) * Math.sqrt(square)) / Math.sqrt(worth);
  const middle = quantile(scaled, 0.5);
  const ends: [number, number] = [middle - half, middle + half];
  return logs ? [Math.exp(ends[0]), Math.exp(ends[1])] : ends;
}

/** Of the standard deviation, whatever the tails (Bonett 2006): ln s² is near normal, its spread follows from the kurtosis. */
export function spreadInterval(sorted: Float64Array, sd: number, worth: number): [number, number] {
  const middle = quantile(sorted, 0.5);
  const n = sorted.length;
  const mean = sorted.reduce((sum, one) => sum + one / n, 0);
  const fourth = sorted.reduce((sum, one) => sum + (one - middle) ** 4, 0);
  const second = sorted.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const kurtosis = (n * fourth) / second ** 2;
  const c = worth / (worth - Z_975);
  const error = c * Math.sqrt(Math.max(0, kurtosis - (worth - 3) / worth) / (worth - 1));
  return [
    sd * Math.sqrt(c) * Math.exp((-Z_975 * error) / 2),
    sd * Math.sqrt(c) * Math.exp((Z_975 * error) / 2),
  ];
}

/** Ends of the intervals of location and scale. */
export interface LocationScaleIntervals {
  readonly location: readonly [number, number];
  readonly scale: readonly [number, number];
}

/**
 * Profile likelihood of location and of scale, the other fitted again at every point; the drop is that of Student's t, which is exact for
 * the mean of a normal law and near it for others (`likelihoodDrop`).
 */
export function locationScaleIntervals(
  standard: Standard,
  { low, high }: { readonly low: Float64Array; readonly high: Float64Array },
  weight: Float64Array,
  found: LocationScale,
  worth: number,
): LocationScaleIntervals {
  const n = weight.reduce((sum, one) => sum + one, 0);
  const allowed = (likelihoodDrop(worth, 2) / 2) * (n / worth);
  const at = (a: number, b: number) => sums(standard, low, high, weight, a, b);
  const best = at(1 / found.scale, found.location / found.scale).value;
  const ofScale = (scale: number) =>
    climb(found.location / scale, -Infinity, (b) => {
      const { value, b: slope, bb: bend } = at(1 / scale, b);
      return { value, slope, bend };
    });
  const ofLocation = (location: number) =>
    climb(1 / Math.max(found.scale, Math.abs(location - found.location)), 0, (a) => {
      const s = at(a, a * location);
      return {
        value: s.value,
        slope: s.a + location * s.b,
        bend: s.aa + 2 * location * s.ab + location * location * s.bb,
      };
    });
  const step = found.scale / Math.sqrt(worth);
  const side = (sign: number, reach: (t: number) => number, likelihood: (x: number) => number) =>
    crossing(
      (t) => best - likelihood(reach(sign * t)) - allowed,
      (t) => reach(sign * t),
    );
  const scaleAt = (t: number) => found.scale * Math.exp(t / Math.sqrt(worth));
  const locationAt = (t: number) => found.location + t * step;
  return {
    location: [side(-1, locationAt, ofLocation) ?? -Infinity, side(1, locationAt, ofLocation) ?? Infinity],
    scale: [side(-1, scaleAt, ofScale) ?? 0, side(1, scaleAt, ofScale) ?? Infinity],
  };
}

/** The largest value of a concave function of one number above `floor`, by Newton's method, halved where it would fall. */
function climb(
  start: number,
  floor: number,
  at: (x: number) => { value: number; slope: number; bend: number },
): number {
  let x = start;
  let now = at(x);
  for (let n = 0; n < 60; n++) {
    let change = -now.slope / now.bend;
    if (!(now.bend < 0) || !Number.isFinite(change)) break;
    while (x + change <= floor) change /= 2;
    let next = at(x + change);
    while (
      !(next.value >= now.value - 1e-12 * Math.abs(now.value)) &&
      Math.abs(change) > 1e-12 * (1 + Math.abs(x))
    ) {
      change /= 2;
      next = at(x + change);
    }
    x += change;
    now = next;
    if (Math.abs(change) <= 1e-9 * (1 + Math.abs(x))) break;
  }
  return now.value;
}

/** Where a rising function of t > 0 comes to zero, as `reach` of it; undefined where it does not within a hundred standard errors. */
function crossing(over: (t: number) => number, reach: (t: number) => number): number | undefined {
  let [inner, outer] = [0, 2];
  while (!(over(outer) >= 0)) {
    if (outer > 100) return undefined;
    [inner, outer] = [outer, outer * 1.5];
  }
  for (let n = 0; n < 40; n++) {
    const middle = (inner + outer) / 2;
    if (over(middle) >= 0) outer = middle;
    else inner = middle;
  }
  return reach(outer);
}
