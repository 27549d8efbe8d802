import { inputError } from '../../../core/index.js';
import { curvatureOf, labelOf } from './nonlinearity.js';
import type { PulseModel } from './pulse-model.js';
import type { StepShape } from './step-shape.js';

/** States [pulses + 1] of a train of identical pulses from `from`, the start included. */
export function pulseTrain(shape: StepShape, from: number, pulses: number): Float64Array {
  const states = new Float64Array(pulses + 1);
  states[0] = from;
  for (let n = 1; n <= pulses; n++) states[n] = shape.after(states[n - 1], 1);
  return states;
}

/** Of the largest step: an end where the step is smaller is only approached. */
const NO_STEP = 1e-6;

/** Pulses from one end to the other; where that is only approached, or not come to in `limit`, to 99 % of the way made. */
export function pulsesEndToEnd(shape: StepShape, rising: boolean, limit = 100_000): number {
  const [start, bound] = rising ? [0, 1] : [1, 0];
  const end = shape.after(start, limit);
  const largest = shape.table.reduce((most, step) => Math.max(most, Math.abs(step)), 0);
  const reached = Math.abs(end - bound) < 1e-9 && Math.abs(shape.step(bound)) > NO_STEP * largest;
  const goal = reached ? end : start + 0.99 * (end - start);
  let low = 0;
  let high = limit;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const w = shape.after(start, middle);
    if (rising ? w >= goal - 1e-9 : w <= goal + 1e-9) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Least-squares nonlinearity label of a measured or simulated train. `fixed` holds both ends of the train and fits the
 * curvature alone; `free` fits both ends too. The rule belongs to the label: the same data can give 2.4 or 0.5.
 */
export type EndPointRule = 'fixed' | 'free';

/** A nonlinearity label with the rule that it was fitted by and the R² of the fit. */
export interface FittedLabel {
  readonly label: number;
  readonly rule: EndPointRule;
  readonly r2: number;
}

/**
 * A falling train is read from its end, as NeuroSim does: there a negative label says that depression bends the other way.
 * @param states conductances or states after 0, 1, 2 … pulses, either direction; any unit
 * @param pulses the number of each, rising, where some are missing or between pulses
 */
export function fitLabel(
  states: ArrayLike<number>,
  rule: EndPointRule,
  pulses?: ArrayLike<number>,
): FittedLabel {
  const n = states.length;
  if (n < 4) throw inputError('pulse.train', `a nonlinearity needs at least 4 states, got ${n}`);
  const y = Float64Array.from(states);
  const x = sharesOf(n, pulses);
  if (y[n - 1] < y[0]) {
    y.reverse();
    x.reverse().forEach((share, i) => {
      x[i] = 1 - share;
    });
  }
  const span = y[n - 1] - y[0];
  if (span === 0) throw inputError('pulse.train', 'a train whose ends are equal has no nonlinearity');
  const mean = y.reduce((sum, v) => sum + v, 0) / n;
  const total = y.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const error = (u: number): number => {
    const curve = x.map((share) => curveAt(share, u));
    if (rule === 'fixed') return y.reduce((sum, v, i) => sum + (v - y[0] - span * curve[i]) ** 2, 0);
    const cMean = curve.reduce((sum, c) => sum + c, 0) / n;
    let cc = 0;
    let cy = 0;
    for (let i = 0; i < n; i++) {
      cc += (curve[i] - cMean) ** 2;
      cy += (curve[i] - cMean) * (y[i] - mean);
    }
    return total - (cy * cy) / cc;
  };
  // evenly spaced near 0, where labels change, and up to 1/a = 1000, the label 10.02
  const spread = (t: number) => (MAX_CURVED * Math.sinh(5 * t)) / Math.sinh(5);
  const u = spread(leastBetween((t) => error(spread(t)), -1, 1));
  return { label: Math.abs(u) < 1e-7 ? 0 : labelOf(1 / u), rule, r2: 1 - error(u) / total };
}

const MAX_CURVED = 1000;

/**
 * The curve that a label stands for, over the train that it was fitted to: what to lay over the train in a figure.
 * @param states the train, in its own order
 * @returns as many values, in the train's unit; with `free` ends, the least-squares ones
 */
export function labelCurve(
  states: ArrayLike<number>,
  { label, rule }: FittedLabel,
  pulses?: ArrayLike<number>,
): Float64Array {
  const n = states.length;
  const y = Float64Array.from(states);
  const x = sharesOf(n, pulses);
  const falls = y[n - 1] < y[0];
  if (falls) {
    y.reverse();
    x.reverse().forEach((share, i) => {
      x[i] = 1 - share;
    });
  }
  const u = 1 / curvatureOf(label);
  const curve = x.map((share) => curveAt(share, u));
  const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / n;
  const [yMean, cMean] = [mean(y), mean(curve)];
  const slope =
    rule === 'fixed'
      ? y[n - 1] - y[0]
      : mean(curve.map((c, i) => (c - cMean) * (y[i] - yMean))) / mean(curve.map((c) => (c - cMean) ** 2));
  const start = rule === 'fixed' ? y[0] : yMean - slope * cMean;
  const fitted = curve.map((c) => start + slope * c);
  return falls ? fitted.reverse() : fitted;
}

/** Where each state stands between the first, 0, and the last, 1. */
function sharesOf(n: number, pulses: ArrayLike<number> | undefined): Float64Array {
  if (pulses === undefined) return Float64Array.from({ length: n }, (_, i) => i / (n - 1));
  const [first, last] = [pulses[0], pulses[n - 1]];
  return Float64Array.from(pulses, (pulse) => (pulse - first) / (last - first));
}

/** (1 − e^(−u·x))/(1 − e^(−u)): from 0 to 1, u = 1/a, either sign. */
function curveAt(x: number, u: number): number {
  if (Math.abs(u) < 1e-9) return x;
  return u > 0 ? Math.expm1(-u * x) / Math.expm1(-u) : (Math.exp(u * (1 - x)) - Math.exp(u)) / -Math.expm1(u);
}

/** Where a function of one number is least: a scan, then golden sections around the best. */
function leastBetween(f: (u: number) => number, low: number, high: number): number {
  const count = 240;
  let best = low;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= count; i++) {
    const u = low + ((high - low) * i) / count;
    const value = f(u);
    if (value < least) {
      least = value;
      best = u;
    }
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let a = best - (high - low) / count;
  let b = best + (high - low) / count;
  for (let i = 0; i < 60; i++) {
    const c = b - golden * (b - a);
    const d = a + golden * (b - a);
    if (f(c) < f(d)) b = d;
    else a = c;
  }
  return 0.5 * (a + b);
}

/** The two steps of a cell, as far as the symmetry point asks for them. */
export interface StepPair {
  readonly potentiation: Pick<StepShape, 'step'>;
  readonly depression: Pick<StepShape, 'step'>;
}

/**
 * The state at which a pulse up and a pulse down cancel: `everywhere` for cells whose steps are each other's mirror image,
 * undefined where they never do inside the range. Ends that neither pulse leaves do not count.
 * @param count intervals searched for a change of sign
 */
export function symmetryPoint(cell: StepPair, count = 1000): number | 'everywhere' | undefined {
  const net = (w: number) => cell.potentiation.step(w) + cell.depression.step(w);
  let before: { w: number; net: number } | undefined;
  let moves = false;
  for (let i = 0; i <= count; i++) {
    const w = i / count;
    const [up, down] = [cell.potentiation.step(w), cell.depression.step(w)];
    moves ||= up - down > 0;
    if (Math.abs(up + down) <= 1e-9 * (up - down)) continue;
    if (before !== undefined && before.net * (up + down) < 0) {
      let [a, b] = [before.w, w];
      for (let n = 0; n < 60 && b - a > 1e-12; n++) {
        const m = 0.5 * (a + b);
        if (before.net * net(m) <= 0) b = m;
        else a = m;
      }
      return 0.5 * (a + b);
    }
    before = { w, net: up + down };
  }
  return before === undefined && moves ? 'everywhere' : undefined;
}

/** States that a read of relative noise σ tells apart at 95 %: range/(2·1.96·σ·G_max), at most the pulses end to end. */
export function effectiveStates(
  { g_min_S, g_max_S }: Pick<PulseModel, 'g_min_S' | 'g_max_S'>,
  pulses: number,
  readSigma: number,
): number {
  if (readSigma === 0) return pulses;
  return Math.min(pulses, (g_max_S - g_min_S) / g_max_S / (2 * 1.96 * readSigma));
}
