import { inputError } from '../../core/index.js';
import { type EndPointRule, type FittedLabel, labelOf } from '../../devices/cells/pulse/index.js';
import type { TrainPoints } from './measured-train.js';

/** A label of the data, and the curve that it stands for. */
export interface DataLabel extends FittedLabel {
  /** NeuroSim's A, in pulses; signed as the label, Infinity for a straight line. */
  readonly A_pulses: number;
  readonly rmse: number;
  /** `[points]`, in the train's unit and order. */
  readonly curve: Float64Array;
}

/** Curvatures 1/a searched: up to 1000, the label 10.02. */
const MOST_CURVED = 1000;

/**
 * NeuroSim's nonlinearity of a measured train, by least squares over its own pulse numbers: y = y₀ + D·(1 − e^(−u·x))/(1 − e^(−u)),
 * x = pulses/all pulses, label of a = 1/u. A depression is read from its end, as NeuroSim does: negative where it is fast first.
 * @param rule `fixed`: the curve goes through the first and the last measured value; `free`: y₀ and D are fitted too. It belongs to
 *   the number: one train may have 1.2 by the one and 0.5 by the other
 * @param skip `[points]`: left out of the sum, and of R²; ends among them move on to the next point
 * @throws `trains.short`, `trains.flat`, exit code 2
 */
export function dataLabel(
  train: TrainPoints & { readonly direction: 'up' | 'down'; readonly name?: string },
  rule: EndPointRule,
  skip: ReadonlySet<number> = new Set(),
): DataLabel {
  const { direction, name = 'the train' } = train;
  const used = Array.from(train.states.keys()).filter((i) => !skip.has(i));
  const n = used.length;
  if (n < 4) throw inputError('trains.short', `${name}: a nonlinearity takes at least 4 points, got ${n}`);
  // read in the direction in which it rises
  if (direction === 'down') used.reverse();
  const [first, last] = [train.pulses[used[0]], train.pulses[used[n - 1]]];
  const x = used.map((i) => (train.pulses[i] - first) / (last - first));
  const y = used.map((i) => train.states[i]);
  const span = y[n - 1] - y[0];
  if (rule === 'fixed' && span === 0) {
    throw inputError(
      'trains.flat',
      `${name}: first and last value are equal, ${y[0]}; no nonlinearity with fixed ends`,
    );
  }
  const mean = y.reduce((sum, v) => sum + v, 0) / n;
  const total = y.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  // rounding leaves something of equal values
  if (Math.sqrt(total / n) <= 1e-12 * Math.abs(mean))
    throw inputError('trains.flat', `${name}: all values are ${mean}; no nonlinearity`);
  const ends = (u: number): { start: number; way: number; error: number } => {
    const curve = x.map((xi) => curveAt(xi, u));
    let [start, way] = [y[0], span];
    if (rule === 'free') {
      const c = curve.reduce((sum, v) => sum + v, 0) / n;
      let cc = 0;
      let cy = 0;
      curve.forEach((v, i) => {
        cc += (v - c) ** 2;
        cy += (v - c) * (y[i] - mean);
      });
      way = cy / cc;
      start = mean - way * c;
    }
    const error = curve.reduce((sum, v, i) => sum + (y[i] - start - way * v) ** 2, 0);
    return { start, way, error };
  };
  // evenly spaced near 0, where labels change most
  const spread = (t: number) => (MOST_CURVED * Math.sinh(5 * t)) / Math.sinh(5);
  const u = spread(leastBetween((t) => ends(spread(t)).error));
  const { start, way, error } = ends(u);
  const straight = Math.abs(u) < 1e-7;
  return {
    rule,
    label: straight ? 0 : labelOf(1 / u),
    A_pulses: straight ? Number.POSITIVE_INFINITY : Math.abs(last - first) / u,
    r2: 1 - error / total,
    rmse: Math.sqrt(error / n),
    curve: train.pulses.map((p) => start + way * curveAt((p - first) / (last - first), u)),
  };
}

/** (1 − e^(−u·x))/(1 − e^(−u)): from 0 to 1, either sign of u. */
export function curveAt(x: number, u: number): number {
  if (Math.abs(u) < 1e-9) return x;
  return u > 0 ? Math.expm1(-u * x) / Math.expm1(-u) : (Math.exp(u * (1 - x)) - Math.exp(u)) / -Math.expm1(u);
}

/** Where a function on −1 … 1 is least: a scan, then golden sections around the best. */
function leastBetween(f: (t: number) => number): number {
  const count = 240;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= count; i++) {
    const t = -1 + (2 * i) / count;
    const value = f(t);
    if (value < least) [least, best] = [value, t];
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [Math.max(-1, best - 2 / count), Math.min(1, best + 2 / count)];
  for (let i = 0; i < 60; i++) {
    const [c, d] = [b - golden * (b - a), a + golden * (b - a)];
    if (f(c) < f(d)) b = d;
    else a = c;
  }
  return 0.5 * (a + b);
}
