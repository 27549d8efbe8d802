import type { Status } from '../../core/status.js';

// Dormand & Prince, J. Comput. Appl. Math. 6:19 (1980): the embedded Runge–Kutta pair of orders 5 and 4.
const C = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const A = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

export interface ScalarOdeOptions {
  /** Error of a step, relative to the range of the state. */
  readonly tolerance: number;
  /** Bounds that the state is clipped to after every step and in every stage. */
  readonly low: number;
  readonly high: number;
  /** Steps from one sample to the next at most. */
  readonly maxSteps: number;
}

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
  const k = new Float64Array(7);
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
    let error = 0;
    let next = x;
    for (let stage = 0; stage < 7; stage++) {
      let sum = 0;
      for (let j = 0; j < stage; j++) sum += A[stage][j] * k[j];
      next = clip(x + h * sum);
      k[stage] = rate(t + C[stage] * h, next);
      error += ERROR[stage] * k[stage];
    }
    const size = Math.abs(h * error) / scale;
    if (Number.isNaN(size)) return { state: x, status: 'not-finite', steps, step_s: h };
    const grow = Math.min(5, Math.max(0.2, 0.9 * size ** -0.2));
    // a step that cannot be halved any more is taken: a jump of the rate lies in it
    if (size <= 1 || h <= 1e-12 * span) {
      t = last ? t1 : t + h;
      x = next;
      if (!last) usual = h;
      h *= Number.isFinite(grow) ? grow : 5;
      if (!last) usual = h;
    } else h *= grow;
  }
  return { state: x, status: 'too-many-steps', steps: maxSteps, step_s: h };
}
