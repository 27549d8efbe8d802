import { type Estimate, LEVEL } from '../estimates/index.js';

/**
 * Differences between repetitions of one train: what is left of them once all that repetitions share is gone. Each is a random walk
 * d[n+1] = pull[n]·d[n] + σ_c·write[n]·ε, read as y[n] = d[n] + σ_r·read[n]·η. Arrays `[points]`.
 */
export interface Differences {
  /** `[cycles − 1][points]`; NaN where a point is left out. */
  readonly y: readonly Float64Array[];
  readonly pull: Float64Array;
  /** σ that a pulse adds and that a read adds, in units of the two numbers sought. */
  readonly write: Float64Array;
  readonly read: Float64Array;
}

/** Square roots of the two variances, with intervals where they are asked for, and how well they fit. */
export interface TwoNoises {
  readonly write: () => Estimate;
  readonly read: () => Estimate;
  readonly minusTwoLogLikelihood: number;
}

/** χ² of one degree, 95 %. */
const DROP = 3.841;
/** σ searched, of the scale that all differences have. */
const [SMALLEST, LARGEST] = [1e-6, 1e3];
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Σ ln F, Σ v²/F and the count of the innovations v of variance F, by the Kalman filter; where each begins is unknown (diffuse). */
function innovations({ y, pull, write, read }: Differences, c: number, r: number) {
  const points = pull.length;
  const state = new Float64Array(y.length);
  let [logs, squares, count] = [0, 0, 0];
  let variance = Number.POSITIVE_INFINITY;
  for (let n = 0; n < points; n++) {
    if (n > 0 && variance !== Number.POSITIVE_INFINITY) {
      variance = pull[n - 1] ** 2 * variance + (c * write[n - 1]) ** 2;
      for (let k = 0; k < state.length; k++) state[k] *= pull[n - 1];
    }
    if (Number.isNaN(y[0][n])) continue;
    const ofRead = (r * read[n]) ** 2;
    if (variance === Number.POSITIVE_INFINITY) {
      for (let k = 0; k < state.length; k++) state[k] = y[k][n];
      variance = ofRead;
      continue;
    }
    const total = variance + ofRead;
    const gain = variance / total;
    let here = 0;
    for (let k = 0; k < state.length; k++) {
      const off = y[k][n] - state[k];
      here += off * off;
      state[k] += gain * off;
    }
    logs += state.length * Math.log(total);
    squares += here / total;
    count += state.length;
    variance *= 1 - gain;
  }
  return { logs, squares, count };
}

function minusTwoLog(data: Differences, c: number, r: number): number {
  const { logs, squares } = innovations(data, c, r);
  return logs + squares;
}

/** Least of a function with one valley between two ends, by golden sections. */
function valley(f: (x: number) => number, low: number, high: number, steps = 26): [x: number, y: number] {
  let [a, b] = [low, high];
  let [c, d] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
  let [fc, fd] = [f(c), f(d)];
  for (let k = 0; k < steps; k++) {
    if (fc < fd) {
      [b, d, fd] = [d, c, fc];
      c = b - GOLDEN * (b - a);
      fc = f(c);
    } else {
      [a, c, fc] = [c, d, fd];
      d = a + GOLDEN * (b - a);
      fd = f(d);
    }
  }
  return fc < fd ? [c, fc] : [d, fd];
}

/**
 * Both noises by maximum likelihood, each with a profile-likelihood interval: read noise pulls successive differences apart in turn
 * (lag-1 covariance −σ_r²), write noise does not, and the filter weighs the two at every state by what they are there. Where an interval
 * reaches zero, the data do not tell that noise from none: not identifiable, and its upper end is a bound.
 * @param scale a σ in y's unit that both are looked for around
 */
export function twoNoises(data: Differences, scale: number, method: string): TwoNoises {
  const unitOf = (weights: Float64Array): number =>
    scale / Math.sqrt(weights.reduce((s, w) => s + w * w, 0) / weights.length);
  const units = { write: unitOf(data.write), read: unitOf(data.read) };
  const at = (logC: number, logR: number): number =>
    minusTwoLog(data, units.write * Math.exp(logC), units.read * Math.exp(logR));
  const [low, high] = [Math.log(SMALLEST), Math.log(LARGEST)];
  // along either, the other fitted again, near where it was
  const along = (which: 'write' | 'read', start: number) => {
    let near = start;
    return (log: number): number => {
      const other = (x: number) => (which === 'write' ? at(log, x) : at(x, log));
      const [x, y] = valley(other, Math.max(low, near - 3), Math.min(high, near + 3), 20);
      near = x;
      return y;
    };
  };
  // both are a ratio and a common factor, and the best factor of a ratio is known: √(Σv²/F/n)
  const ofRatio = (ratio: number) => {
    const { logs, squares, count } = innovations(
      data,
      units.write * Math.exp(ratio / 2),
      units.read * Math.exp(-ratio / 2),
    );
    return { cost: logs + count * Math.log(squares / count), factor: Math.log(squares / count) / 2 };
  };
  const [ratio] = valley((x) => ofRatio(x).cost, 2 * low, -2 * low, 40);
  const { factor } = ofRatio(ratio);
  const clip = (x: number) => Math.min(high, Math.max(low, x));
  const [logC, logR] = [clip(factor + ratio / 2), clip(factor - ratio / 2)];
  const best = at(logC, logR);
  const n = data.y.length * data.y[0].reduce((s, v) => s + (Number.isNaN(v) ? 0 : 1), 0);
  const estimateOf = (which: 'write' | 'read'): Estimate => {
    const middle = which === 'write' ? logC : logR;
    const side = (sign: 1 | -1): number => {
      const profile = along(which, which === 'write' ? logR : logC);
      const off = (x: number) => profile(x) - best - DROP;
      const bound = sign > 0 ? high : low;
      let inner = middle;
      let outer = middle;
      for (let step = 0.1; ; step *= 2) {
        outer = sign > 0 ? Math.min(bound, middle + step) : Math.max(bound, middle - step);
        if (off(outer) > 0) break;
        inner = outer;
        if (outer === bound) return sign > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      }
      for (let k = 0; k < 10; k++) {
        const half = (inner + outer) / 2;
        if (off(half) > 0) outer = half;
        else inner = half;
      }
      return (inner + outer) / 2;
    };
    const [from, to] = [Math.exp(side(-1)), Math.exp(side(1))].map((x) => units[which] * x);
    return {
      value: units[which] * Math.exp(middle),
      low: from,
      high: to,
      level: LEVEL,
      identifiable: from > 0 && Number.isFinite(to),
      n,
      method,
    };
  };
  return {
    write: () => estimateOf('write'),
    read: () => estimateOf('read'),
    minusTwoLogLikelihood: best,
  };
}
