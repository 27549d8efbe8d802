import type { Estimate } from '../estimates/index.js';
import { smoothed } from './mean-train.js';
import type { MeasuredTrain } from './measured-train.js';
import { type Differences, type TwoNoises, twoNoises } from './noise-likelihood.js';
import { findOutliers } from './outliers.js';

/** What repetitions of one train on one cell say of its noise. Not identifiable: cannot be told from none, `high` is a bound. */
export interface RepeatNoise {
  readonly cycles: number;
  /** Of the mean train, in the trains' unit: what shares of the range are of. */
  readonly range: number;
  /** σ that one pulse adds for good, of the step that it makes there; with σ in proportion to the step. */
  readonly c2cStep: Estimate;
  /** The same with one σ for all pulses, of the range. */
  readonly c2cRange: Estimate;
  /**
   * σ of what is seen once and not kept, of the conductance, with σ in proportion to it. A train reads once after each pulse: noise of
   * reads, and what a write leaves until the next, are together in it.
   */
  readonly read: Estimate;
  /** The same with one σ for all states, of the range. */
  readonly readWriteRange: Estimate;
  /** Which of both the data take: greater likelihood, as many parameters. */
  readonly takes: { readonly write: 'step' | 'range'; readonly read: 'conductance' | 'range' };
}

/** Points that two noises are told apart from, of one train. */
const FEWEST = 21;
/** Least share of the mean step, and of the largest state, that a weight is taken for. */
const [LEAST_STEP, LEAST_STATE] = [1e-3, 1e-3];

/**
 * Noise from repeats: same cell, same direction, as many pulses, at least two times. Contrasts of the repetitions hold nothing that
 * they share, so no law is assumed and none is missed. What a pulse adds stays; what a read adds is gone at the next: a state-space
 * likelihood tells both apart, each in proportion to the step (the conductance) or the same everywhere.
 * @returns undefined where there is no repetition, or fewer than 21 points of it
 */
export function noiseOfRepeats(trains: readonly MeasuredTrain[]): RepeatNoise | undefined {
  const points = Math.min(...trains.map(({ states }) => states.length));
  const cycles = trains.length;
  if (cycles < 2 || points < FEWEST) return undefined;
  const mean = Float64Array.from({ length: points }, (_, n) =>
    trains.reduce((s, t) => s + t.states[n] / cycles, 0),
  );
  const range = Math.max(...mean) - Math.min(...mean);
  const pulses = trains[0].pulses.slice(0, points);
  const y = contrasts(trains, points);
  const scale = scaleOf(y);
  // repetitions that are alike to the last digit are copies: nothing to estimate
  if (!(scale > 1e-12 * range) || !(range > 0)) return undefined;
  const curve = smoothed(mean, pulses);
  const meanStep = range / (points - 1);
  const step = Float64Array.from({ length: points - 1 }, (_, n) =>
    Math.max(LEAST_STEP * meanStep, Math.abs(curve[n + 1] - curve[n])),
  );
  const largest = curve.reduce((m, g) => Math.max(m, Math.abs(g)), 0);
  const gap = (n: number): number => Math.sqrt(Math.max(0, pulses[n + 1] - pulses[n]));
  const weights = {
    // k pulses between two reads add k·(σ·step/k)²
    step: step.map((s, n) => s / (gap(n) || 1)),
    everywhere: step.map((_, n) => range * gap(n)),
    conductance: curve.map((g) => Math.max(LEAST_STATE * largest, Math.abs(g))),
    range: curve.map(() => range),
  };
  // a difference shrinks as steps do, d(G + s(G))/dG = s[n+1]/s[n]; over several, as slopes of noisy reads are noisy
  const reach = Math.max(1, Math.round(points / 16));
  const pull = step.map((_, n) => {
    const [a, b] = [Math.max(0, n - reach), Math.min(step.length - 1, n + 1 + reach)];
    return Math.min(1.02, Math.max(0.5, (step[b] / step[a]) ** (1 / (b - a))));
  });
  const shared = { y, pull: Float64Array.of(...pull, 1) };
  const of = (write: 'step' | 'everywhere', read: 'conductance' | 'range'): TwoNoises => {
    const data: Differences = { ...shared, write: weights[write], read: weights[read] };
    return twoNoises(
      data,
      scale,
      `maximum likelihood of a random walk read with noise, contrasts of ${cycles} repetitions, profile-likelihood interval`,
    );
  };
  const all = {
    step: { conductance: of('step', 'conductance'), range: of('step', 'range') },
    range: { conductance: of('everywhere', 'conductance'), range: of('everywhere', 'range') },
  };
  const better = <K extends string>(a: K, b: K, error: (k: K) => number): K => (error(b) < error(a) ? b : a);
  const readOf = (write: 'step' | 'range') =>
    better<'conductance' | 'range'>('conductance', 'range', (k) => all[write][k].minusTwoLogLikelihood);
  const write = better<'step' | 'range'>('step', 'range', (k) => all[k][readOf(k)].minusTwoLogLikelihood);
  return {
    cycles,
    range,
    c2cStep: all.step[readOf('step')].write(),
    c2cRange: all.range[readOf('range')].write(),
    read: all[write].conductance.read(),
    readWriteRange: all[write].range.read(),
    takes: { write, read: readOf(write) },
  };
}

/** Orthonormal contrasts (Helmert's) of repetitions: as independent as these, without their mean; NaN at any one's outlier. */
function contrasts(trains: readonly MeasuredTrain[], points: number): Float64Array[] {
  const out = new Set(trains.flatMap((train) => [...findOutliers(train).at]));
  const sum = new Float64Array(points);
  return trains.flatMap(({ states }, k) => {
    const factor = Math.sqrt(k / (k + 1));
    const one = Float64Array.from(sum, (s, n) =>
      out.has(n) ? Number.NaN : factor * (states[n] - (k === 0 ? 0 : s / k)),
    );
    for (let n = 0; n < points; n++) sum[n] += states[n];
    return k === 0 ? [] : [one];
  });
}

/** Root mean square of successive differences. */
function scaleOf(y: readonly Float64Array[]): number {
  let [sum, n] = [0, 0];
  for (const one of y) {
    for (let i = 1; i < one.length; i++) {
      const d = one[i] - one[i - 1];
      if (Number.isNaN(d)) continue;
      sum += d * d;
      n++;
    }
  }
  return n === 0 ? 0 : Math.sqrt(sum / n);
}
