import { inputError } from '../../core/errors.js';
import { labelOf } from './nonlinearity.js';
import type { PulseModel } from './pulse-model.js';
import type { StepShape } from './step-shape.js';

/** States [pulses + 1] of a train of identical pulses from `from`, the start included. */
export function pulseTrain(shape: StepShape, from: number, pulses: number): Float64Array {
  const states = new Float64Array(pulses + 1);
  states[0] = from;
  for (let n = 1; n <= pulses; n++) states[n] = shape.after(states[n - 1], 1);
  return states;
}

/** Pulses from one end to the other: until the far end is reached or `limit`, then counted to 99 % of the way made. */
export function pulsesEndToEnd(shape: StepShape, rising: boolean, limit = 100_000): number {
  const start = rising ? 0 : 1;
  const end = shape.after(start, limit);
  const goal = Math.abs(end - (rising ? 1 : 0)) < 1e-9 ? end : start + 0.99 * (end - start);
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

export interface FittedLabel {
  readonly label: number;
  readonly rule: EndPointRule;
  readonly r2: number;
}

/**
 * A falling train is read from its end, as NeuroSim does: there a negative label says that depression bends the other way.
 * @param states conductances or states after 0, 1, 2 … pulses, either direction; any unit
 */
export function fitLabel(states: ArrayLike<number>, rule: EndPointRule): FittedLabel {
  const n = states.length;
  if (n < 4) throw inputError('pulse.train', `a nonlinearity needs at least 4 states, got ${n}`);
  const y = Float64Array.from(states);
  if (y[n - 1] < y[0]) y.reverse();
  const span = y[n - 1] - y[0];
  if (span === 0) throw inputError('pulse.train', 'a train whose ends are equal has no nonlinearity');
  const mean = y.reduce((sum, v) => sum + v, 0) / n;
  const total = y.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  // u = 1/a in (−30, 30); the curve is c(x) = (1 − e^(−u·x))/(1 − e^(−u)), linear in its ends
  const error = (u: number): number => {
    const curve = y.map((_, i) => {
      const x = i / (n - 1);
      return Math.abs(u) < 1e-9 ? x : Math.expm1(-u * x) / Math.expm1(-u);
    });
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
  const u = leastBetween(error, -60, 60);
  return { label: Math.abs(u) < 1e-7 ? 0 : labelOf(1 / u), rule, r2: 1 - error(u) / total };
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

/** The state at which a pulse up and a pulse down cancel; undefined where they never do inside the range. */
export function symmetryPoint(model: PulseModel): number | undefined {
  const net = (w: number) => model.potentiation.step(w) + model.depression.step(w);
  const count = 1000;
  for (let i = 0; i < count; i++) {
    let [a, b] = [i / count, (i + 1) / count];
    if (net(a) === 0) return a;
    if (net(a) * net(b) > 0) continue;
    for (let n = 0; n < 60; n++) {
      const m = 0.5 * (a + b);
      if (net(a) * net(m) <= 0) b = m;
      else a = m;
    }
    return 0.5 * (a + b);
  }
  return undefined;
}

/** States that a read of relative noise σ tells apart at 95 %: range/(2·1.96·σ·G_max), at most the pulses end to end. */
export function effectiveStates(model: PulseModel, readSigma: number): number {
  const pulses = pulsesEndToEnd(model.potentiation, true);
  if (readSigma === 0) return pulses;
  const range = (model.g_max_S - model.g_min_S) / model.g_max_S;
  return Math.min(pulses, range / (2 * 1.96 * readSigma));
}
