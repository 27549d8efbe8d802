import { lnNormalTail } from './normal-distribution.js';

const MOST_STEPS = 60;
const CLOSE = 1e-10;

/** A standard density: what a likelihood of location and scale needs of it. */
export interface Standard {
  /** ln f(z). */
  lnDensity(z: number): number;
  /** d ln f/dz. */
  slope(z: number): number;
  /** d² ln f/dz². */
  bend(z: number): number;
  /** ln of the probability of (from, to]; `to` may be infinite. */
  lnBetween(from: number, to: number): number;
  /** Location and scale of numbers alone, without censoring: where that is quicker than by Newton's method in both. */
  ofNumbers(
    y: Float64Array,
    weight: Float64Array,
    start?: LocationScale,
  ): { location: number; scale: number } | undefined;
}

const LN_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** ln(e^a − e^b) for a ≥ b. */
const lnMinus = (a: number, b: number): number => (b === -Infinity ? a : a + Math.log(-Math.expm1(b - a)));

/** The normal distribution. */
export const normalStandard: Standard = {
  lnDensity: (z) => -LN_ROOT_TWO_PI - (z * z) / 2,
  slope: (z) => -z,
  bend: () => -1,
  lnBetween: (from, to) =>
    // Of two tails the one that the interval lies in: the other rounds to one.
    from >= 0 ? lnMinus(lnNormalTail(from), tail(to)) : lnMinus(lnNormalTail(-to), tail(-from)),
  ofNumbers(y, weight) {
    let [n, sum, square] = [0, 0, 0];
    for (let k = 0; k < y.length; k++) {
      n += weight[k];
      sum += weight[k] * y[k];
    }
    const location = sum / n;
    for (let k = 0; k < y.length; k++) square += weight[k] * (y[k] - location) ** 2;
    return { location, scale: Math.sqrt(square / n) };
  },
};
const tail = (z: number): number => (z === Infinity ? -Infinity : lnNormalTail(z));

/** The smallest extreme value (Gumbel's for minima): ln of a Weibull number. */
export const smallestStandard: Standard = {
  lnDensity: (z) => z - Math.exp(z),
  slope: (z) => 1 - Math.exp(z),
  bend: (z) => -Math.exp(z),
  lnBetween: (from, to) => {
    const [a, b] = [Math.exp(from), Math.exp(to)];
    return -a + (b === Infinity ? 0 : Math.log(-Math.expm1(a - b)));
  },
  // The shape β from Σ x^β ln x / Σ x^β − 1/β = mean ln x, which rises with β: Newton's method, kept above zero.
  ofNumbers(y, weight, start) {
    let [n, sum, top] = [0, 0, -Infinity];
    for (let k = 0; k < y.length; k++) {
      n += weight[k];
      sum += weight[k] * y[k];
      if (weight[k] > 0 && y[k] > top) top = y[k];
    }
    let shape = 1 / (start?.scale ?? normalStandard.ofNumbers(y, weight)?.scale ?? Number.NaN);
    if (!Number.isFinite(shape)) return undefined;
    for (let step = 0; step < MOST_STEPS; step++) {
      let [s0, s1, s2] = [0, 0, 0];
      for (let k = 0; k < y.length; k++) {
        if (weight[k] === 0) continue;
        const below = y[k] - top;
        const term = weight[k] * Math.exp(shape * below);
        s0 += term;
        s1 += term * below;
        s2 += term * below * below;
      }
      const mean = s1 / s0;
      const error = mean - 1 / shape - (sum / n - top);
      const change = -error / (s2 / s0 - mean * mean + 1 / shape ** 2);
      if (!Number.isFinite(change)) return undefined;
      shape = Math.max(shape / 4, shape + change);
      if (Math.abs(change) <= CLOSE * shape)
        return { location: top + Math.log(s0 / n) / shape, scale: 1 / shape };
    }
    return undefined;
  },
};

/** Where a likelihood is largest. */
export interface LocationScale {
  readonly location: number;
  readonly scale: number;
  readonly lnLikelihood: number;
}

/**
 * Maximum likelihood of location and scale from weighted observations, exact, between two ends or above one, by Newton's method
 * in a = 1/scale and b = location/scale, in which the likelihood of a log-concave density is concave (Burridge 1981): one summit. Undefined
 * where there is none (all the same, all censored).
 */
export function fitLocationScale(
  standard: Standard,
  { low, high }: { readonly low: Float64Array; readonly high: Float64Array },
  weight: Float64Array,
  start?: LocationScale,
): LocationScale | undefined {
  if (low === high || low.every((value, k) => value === high[k])) {
    const found = standard.ofNumbers(low, weight, start);
    if (found === undefined || !(found.scale > 1e-12 * Math.abs(found.location))) return undefined;
    const { value } = sums(standard, low, high, weight, 1 / found.scale, found.location / found.scale);
    return { ...found, lnLikelihood: value };
  }
  const begin = start ?? guess(low, high, weight);
  if (begin === undefined) return undefined;
  let [a, b] = [1 / begin.scale, begin.location / begin.scale];
  const at = (first: number, second: number) => sums(standard, low, high, weight, first, second);
  let now = at(a, b);
  for (let step = 0; step < MOST_STEPS; step++) {
    const determinant = now.aa * now.bb - now.ab * now.ab;
    if (!Number.isFinite(determinant) || !(now.aa < 0) || !(determinant > 0)) return undefined;
    const da = -(now.bb * now.a - now.ab * now.b) / determinant;
    const db = -(now.aa * now.b - now.ab * now.a) / determinant;
    let share = 1;
    while (a + share * da <= 0) share /= 2;
    let next = at(a + share * da, b + share * db);
    while (!(next.value >= now.value - 1e-9 * Math.abs(now.value)) && share > 1e-12) {
      share /= 2;
      next = at(a + share * da, b + share * db);
    }
    a += share * da;
    b += share * db;
    now = next;
    if (!Number.isFinite(now.value)) return undefined;
    if (Math.abs(share * da) <= CLOSE * a && Math.abs(share * db) <= CLOSE * (Math.abs(b) + a))
      return { location: b / a, scale: 1 / a, lnLikelihood: now.value };
  }
  return undefined;
}

/** Mean and spread of the middles, where they spread at all and are not all above. */
function guess(low: Float64Array, high: Float64Array, weight: Float64Array): LocationScale | undefined {
  let [n, sum, square, seen] = [0, 0, 0, 0];
  const middle = (k: number) =>
    high[k] === Infinity ? low[k] : low[k] === -Infinity ? high[k] : (low[k] + high[k]) / 2;
  for (let k = 0; k < low.length; k++) {
    n += weight[k];
    sum += weight[k] * middle(k);
    if (high[k] !== Infinity) seen += weight[k];
  }
  const mean = sum / n;
  for (let k = 0; k < low.length; k++) square += weight[k] * (middle(k) - mean) ** 2;
  const scale = Math.sqrt(square / n);
  if (!(seen > 0) || !(scale > 0)) return undefined;
  return { location: mean, scale, lnLikelihood: Number.NaN };
}

/** ln of the likelihood in a = 1/scale and b = location/scale, its slopes and bends. */
export function sums(
  standard: Standard,
  low: Float64Array,
  high: Float64Array,
  weight: Float64Array,
  a: number,
  b: number,
) {
  const total = { value: 0, a: 0, b: 0, aa: 0, ab: 0, bb: 0 };
  const add = (w: number, slope: number, bend: number, y: number) => {
    total.a += w * slope * y;
    total.b -= w * slope;
    total.aa += w * bend * y * y;
    total.ab -= w * bend * y;
    total.bb += w * bend;
  };
  for (let k = 0; k < low.length; k++) {
    const w = weight[k];
    if (w === 0) continue;
    const [y1, y2] = [low[k], high[k]];
    const z1 = a * y1 - b;
    if (y1 === y2) {
      total.value += w * (standard.lnDensity(z1) + Math.log(a));
      add(w, standard.slope(z1), standard.bend(z1), y1);
      total.a += w / a;
      total.aa -= w / (a * a);
      continue;
    }
    const z2 = y2 === Infinity ? Infinity : a * y2 - b;
    const lnP = standard.lnBetween(z1, z2);
    total.value += w * lnP;
    // dlnP/dz₂ = f(z₂)/P, dlnP/dz₁ = −f(z₁)/P, and their derivatives in turn.
    const p1 = y1 === -Infinity ? 0 : Math.exp(standard.lnDensity(z1) - lnP);
    const p2 = y2 === Infinity ? 0 : Math.exp(standard.lnDensity(z2) - lnP);
    if (p1 > 0) add(w, -p1, -p1 * standard.slope(z1) - p1 * p1, y1);
    if (p2 > 0) add(w, p2, p2 * standard.slope(z2) - p2 * p2, y2);
    if (p1 > 0 && p2 > 0) {
      total.aa += 2 * w * p1 * p2 * y1 * y2;
      total.ab -= w * p1 * p2 * (y1 + y2);
      total.bb += 2 * w * p1 * p2;
    }
  }
  return total;
}
