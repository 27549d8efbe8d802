import { median } from '../../core/index.js';
import type { MeasuredTrain, TrainPoints } from './measured-train.js';

/** Points of a train that stand out of their neighbours. */
export interface Outliers {
  /** Places in the train, from 0. */
  readonly at: readonly number[];
  /** Rows of the file's series, from 0. */
  readonly rows: readonly number[];
  /**
   * Most of them come back every so many pulses: an instrument (a range that switches, a trigger, a scan that beats), not the
   * cell's noise of writing. `size`: their mean distance from their neighbours, in the train's unit.
   */
  readonly periodic?: { readonly period: number; readonly count: number; readonly size: number };
  /** The very first or second point is one of them: a glitch of the start. */
  readonly atStart: boolean;
}

/** Points on either side that a point is judged by. */
const NEIGHBOURS = 4;
/** Points on either side that the local noise is taken from. */
const LOCAL = 10;
/** In standard deviations of the noise, estimated by the median: chance gives one in 5·10⁸. */
const FAR = 6;
/** Share of the range below which nothing is called an outlier. */
const SMALL = 0.01;
const PASSES = 4;

/**
 * Outliers against a robust parabola through the four points on either side, judged by the larger of the noise of the whole train
 * and of its neighbourhood, so that a steep start or a noisy stretch is none.
 */
export function findOutliers({ pulses, states, rows }: TrainPoints): Outliers {
  const n = states.length;
  if (n < 2 * NEIGHBOURS + 4) return { at: [], rows: [], atStart: false };
  const range = spanOf(states);
  const out = new Uint8Array(n);
  const steep = new Set(steepEnds(pulses, states));
  let distance = new Float64Array(n);
  for (let pass = 0; pass < PASSES; pass++) {
    distance = Float64Array.from(states, (_, at) => distanceAt(at, pulses, states, out, range));
    const good = (from: number, to: number): number[] => {
      const sizes: number[] = [];
      for (let i = Math.max(0, from); i < Math.min(n, to); i++)
        if (out[i] === 0) sizes.push(Math.abs(distance[i]));
      return sizes;
    };
    const overall = deviation(good(0, n));
    let changed = false;
    const next = Uint8Array.from(states, (_, at) => {
      const noise = Math.max(overall, deviation(good(at - LOCAL, at + LOCAL + 1)));
      const far = Math.abs(distance[at]) > FAR * noise && Math.abs(distance[at]) > SMALL * range;
      const is = far && !steep.has(at) ? 1 : 0;
      changed ||= is !== out[at];
      return is;
    });
    out.set(next);
    if (!changed) break;
  }
  const at = Array.from(out.keys()).filter((i) => out[i] === 1);
  const periodic = periodOf(at, pulses, distance);
  return {
    at,
    rows: at.map((i) => rows[i]),
    ...(periodic === undefined ? {} : { periodic }),
    atStart: out[0] === 1 || out[1] === 1,
  };
}

/** Steps towards an end that grow as those before them did, to that share, are the curve's. */
const GROWS = 0.25;

/**
 * Of the quarter at either end the points where the three next to them go on as they do: a parabola does not follow an exponential that begins so
 * steeply that a few pulses are all of it.
 */
function steepEnds(pulses: Float64Array, states: Float64Array): number[] {
  const last = states.length - 1;
  const goesOn = (i: number, inwards: 1 | -1): boolean => {
    const step = (k: number) => states[i + inwards * k] - states[i + inwards * (k + 1)];
    const wide = (k: number) => Math.abs(pulses[i + inwards * k] - pulses[i + inwards * (k + 1)]);
    const ratio = step(1) / step(2);
    const even = [1, 2].every((k) => Math.abs(wide(k) - wide(0)) <= 0.01 * wide(0));
    return even && ratio >= 1 && Math.abs(step(0) - ratio * step(1)) <= GROWS * Math.abs(ratio * step(1));
  };
  return ([1, -1] as const).flatMap((inwards) =>
    Array.from({ length: Math.max(NEIGHBOURS, Math.floor(last / 4)) }, (_, k) =>
      inwards === 1 ? k : last - k,
    ).filter((i) => goesOn(i, inwards)),
  );
}

/** Points that must be left for a train to be judged without its outliers. */
const FEWEST_LEFT = 8;

/** Places that labels, window and laws leave out alike: the outliers, where enough is left without them. */
export const leftOut = ({ at }: Outliers, points: number): ReadonlySet<number> =>
  new Set(points - at.length < FEWEST_LEFT ? [] : at);

/** A train without its outliers, whose pulse numbers stay: what laws are fitted to, and tables are made of. */
export function soundTrain(train: MeasuredTrain): MeasuredTrain {
  const skip = leftOut(findOutliers(train), train.states.length);
  if (skip.size === 0) return train;
  const keep = (_: number, i: number) => !skip.has(i);
  return {
    ...train,
    pulses: train.pulses.filter(keep),
    states: train.states.filter(keep),
    rows: train.rows.filter(keep),
  };
}

const spanOf = (values: Float64Array): number =>
  values.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY) -
  values.reduce((m, v) => Math.min(m, v), Number.POSITIVE_INFINITY);

/** Standard deviation of normal noise from the median of its sizes; 0 of none. */
const deviation = (sizes: number[]): number => (sizes.length === 0 ? 0 : 1.4826 * median(sizes));

/** From a parabola through the nearest points that are no outliers, by least absolute distances (reweighted least squares). */
function distanceAt(
  at: number,
  pulses: Float64Array,
  states: Float64Array,
  out: Uint8Array,
  range: number,
): number {
  const near: number[] = [];
  for (let step = 1; near.length < 2 * NEIGHBOURS && step < states.length; step++) {
    for (const i of [at - step, at + step]) {
      if (i >= 0 && i < states.length && out[i] === 0) near.push(i);
    }
  }
  const width = Math.max(...near.map((i) => Math.abs(pulses[i] - pulses[at]))) || 1;
  const x = near.map((i) => (pulses[i] - pulses[at]) / width);
  const y = near.map((i) => states[i] - states[at]);
  let weights = near.map(() => 1);
  let here = 0;
  for (let round = 0; round < 8; round++) {
    const c = parabola(x, y, weights);
    here = c[0];
    const left = y.map((v, i) => Math.abs(v - c[0] - c[1] * x[i] - c[2] * x[i] * x[i]));
    const floor = 0.3 * deviation([...left]) + 1e-12 * range || Number.MIN_VALUE;
    weights = left.map((r) => 1 / Math.max(r, floor));
  }
  return -here;
}

function parabola(
  x: readonly number[],
  y: readonly number[],
  w: readonly number[],
): [number, number, number] {
  const s = new Float64Array(5);
  const t = new Float64Array(3);
  const whole = w.reduce((sum, v) => sum + v, 0);
  x.forEach((xi, i) => {
    for (let k = 0, p = w[i] / whole; k < 5; k++, p *= xi) {
      s[k] += p;
      if (k < 3) t[k] += p * y[i];
    }
  });
  // Cramer's rule on the 3 × 3 normal equations
  const [s0, s1, s2, s3, s4] = s;
  const det = s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2);
  if (Math.abs(det) < 1e-14) return [t[0] / s0, 0, 0];
  return [
    (t[0] * (s2 * s4 - s3 * s3) - s1 * (t[1] * s4 - s3 * t[2]) + s2 * (t[1] * s3 - s2 * t[2])) / det,
    (s0 * (t[1] * s4 - s3 * t[2]) - t[0] * (s1 * s4 - s2 * s3) + s2 * (s1 * t[2] - t[1] * s2)) / det,
    (s0 * (s2 * t[2] - t[1] * s3) - s1 * (s1 * t[2] - t[1] * s2) + t[0] * (s1 * s3 - s2 * s2)) / det,
  ];
}

/** Three or more that lie a whole number of periods apart, most of all outliers, at most of the places where one is due. */
function periodOf(
  at: readonly number[],
  pulses: Float64Array,
  distance: Float64Array,
): Outliers['periodic'] | undefined {
  if (at.length < 3) return undefined;
  const last = pulses.length - 1;
  let best: Outliers['periodic'] | undefined;
  const periods = new Set(at.slice(1).map((i, k) => Math.round(pulses[i] - pulses[at[k]])));
  for (const period of periods) {
    if (period < 2) continue;
    for (const start of at) {
      const phase = pulses[start] % period;
      const those = at.filter((i) => Math.abs((pulses[i] % period) - phase) < 1e-6);
      const due = Math.floor((pulses[last] - pulses[0]) / period);
      if (those.length < 3 || those.length < 0.6 * at.length || those.length < 0.6 * due) continue;
      if (those.length > (best?.count ?? 0)) {
        const size = those.reduce((sum, i) => sum + distance[i], 0) / those.length;
        best = { period, count: those.length, size };
      }
    }
  }
  return best;
}
