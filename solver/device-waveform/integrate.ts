import type { Status } from '../../core/index.js';
import { dormandPrince, RungeKuttaStep } from './runge-kutta-step.js';

/** Accuracy and bounds of `integrate`. */
export interface ScalarOdeOptions {
  /** Error of a step, relative to the range of the state. */
  readonly tolerance: number;
  /** Bounds that the state is clipped to after every step and in every stage. */
  readonly low: number;
  readonly high: number;
  /** Steps from one sample to the next at most. */
  readonly maxSteps: number;
}

/** Where `integrate` came to, and how. */
export interface ScalarOdeResult {
  readonly state: number;
  /** `settled`: the end of the interval was reached. */
  readonly status: Extract<Status, 'settled' | 'too-many-steps' | 'not-finite'>;
  readonly steps: number;
  /** Step to begin the next interval with, s. */
  readonly step_s: number;
}

/** Integrates dx/dt = rate(t, x) of one bounded state from t0 to t1 with adaptive steps. */
export function integrate(
  rate: (t: number, x: number) => number,
  x0: number,
  t0: number,
  t1: number,
  options: ScalarOdeOptions,
  firstStep_s = (t1 - t0) / 8,
): ScalarOdeResult {
  const { low, high, tolerance, maxSteps } = options;
  const clip = (x: number) => (x < low ? low : x > high ? high : x);
  const stepper = new RungeKuttaStep(dormandPrince, rate, clip);
  const scale = tolerance * (high - low);
  const span = t1 - t0;
  let t = t0;
  let x = x0;
  let h = Math.min(firstStep_s, span);
  let usual = h;
  for (let steps = 0; steps < maxSteps; steps++) {
    if (t1 - t <= 1e-14 * Math.max(Math.abs(t1), span)) {
      return { state: x, status: 'settled', steps, step_s: usual };
    }
    const last = t + h >= t1;
    if (last) h = t1 - t;
    stepper.take(t, x, h);
    const size = Math.abs(h * stepper.error_per_s) / scale;
    if (Number.isNaN(size)) return { state: x, status: 'not-finite', steps, step_s: h };
    const grow = growth(size);
    // a step that cannot be halved any more is taken: a jump of the rate lies in it
    if (size <= 1 || h <= 1e-12 * span) {
      t = last ? t1 : t + h;
      x = stepper.next;
      if (!last) usual = h;
      h *= Number.isFinite(grow) ? grow : 5;
      if (!last) usual = h;
    } else h *= grow;
  }
  return { state: x, status: 'too-many-steps', steps: maxSteps, step_s: h };
}

/** Factor on the next step after an error of `size` tolerances, for a pair of orders 5 and 4. */
function growth(size: number): number {
  return Math.min(5, Math.max(0.2, 0.9 * size ** -0.2));
}
