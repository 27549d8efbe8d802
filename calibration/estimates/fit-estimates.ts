import { effectiveCount, withCorrelation } from './correlated.js';
import { type Estimate, LEVEL } from './estimate.js';
import { stoppedWarnings, warningsOf } from './fit-warnings.js';
import { type FitStatus, type LeastSquares, leastSquares, type Problem } from './least-squares.js';
import { fromManyStarts } from './multi-start.js';
import { invertPositive } from './normal-equations.js';
import { coordinateOf } from './parameters.js';
import { type ProfileInterval, type ProfilePoint, profileInterval } from './profile.js';
import { likelihoodDrop } from './student.js';

/** A model fitted to data: its parameters with intervals, and what to know of the fit. */
export interface FittedModel {
  /** By the parameters' names, in their order. */
  readonly estimates: Readonly<Record<string, Estimate>>;
  readonly status: FitStatus;
  /** `[parameters]` of the problem as given. */
  readonly values: Float64Array;
  /** Residuals at these, as the problem gives them: uncorrelated only if `correlation` is undefined. */
  readonly residuals: Float64Array;
  /** Root of the mean square of the residuals. */
  readonly rmse: number;
  readonly n: number;
  readonly nEffective: number;
  /** Lag-1 correlation of the noise, where the likelihood carries one. */
  readonly correlation?: Estimate;
  /** By the parameters' names: what was met of their profiles. */
  readonly profiles: Readonly<Record<string, readonly ProfilePoint[]>>;
  /** `[parameters × parameters]`, of the values, linearised; left out where the data leave a combination of them open. */
  readonly covariance?: Float64Array;
  /** Twice the negative log-likelihood but for a constant of n. */
  readonly minusTwoLogLikelihood: number;
  /** Parameters fitted, the correlation among them. */
  readonly degrees: number;
  /** Sentences. */
  readonly warnings: readonly string[];
}

/** Where to start and what the noise is like. */
export interface FitOptions {
  /** Starts, each `[parameters]`; others are drawn. */
  readonly starts: readonly ArrayLike<number>[];
  readonly draws?: number;
  readonly seed?: number;
  /** `[parameters]`: held at the value of the first start. */
  readonly held?: readonly boolean[];
  /** Residuals of each train in order: within one, noise may be correlated. All of them one train where left out. */
  readonly lengths?: readonly number[];
  /** Noise that follows itself: `test` (carried where a likelihood ratio asks for it, 5 %) or said. */
  readonly correlated?: boolean | 'test';
  /** Bounds of that correlation, where more is known of it. */
  readonly correlationWithin?: { readonly low: number; readonly high: number };
  /** No intervals: a value of each parameter alone, for comparisons. */
  readonly intervals?: boolean;
  /** Intervals of these parameters alone; the others' are their values. */
  readonly only?: readonly string[];
  /** Called with each profile that is done: how many of them, of how many; they may begin again. */
  readonly progress?: (done: number, of: number) => void;
}

/** How often profiles begin again where they have met a better fit. */
const RESTARTS = 8;

/**
 * Fits a model and gives every parameter a profile-likelihood interval, from a likelihood that carries the lag-1 correlation of
 * the noise where there is one. A search that has not converged is tried from everywhere else first, and says so in `status`.
 */
export function fitEstimates(problem: Problem, options: FitOptions): FittedModel {
  const { lengths = [problem.count], correlated = 'test', held = [], intervals = true } = options;
  const size = problem.parameters.length;
  const n = problem.count;
  let white = fromManyStarts(problem, options.starts, options);
  let apart = white.apart;
  let problemUsed = problem;
  let fit: LeastSquares = white;
  const { correlationWithin: within } = options;
  const carried = withCorrelation(problem, lengths, within);
  const along = (from: LeastSquares): LeastSquares => {
    const [less, more] = within === undefined ? [0.3, 0.9] : [within.low, within.high];
    const start = Float64Array.of(...from.values, less);
    const other = Float64Array.of(...from.values, more);
    const [a, b] = [start, other].map((s) => leastSquares(carried, s, { held: [...held], iterations: 200 }));
    return a.cost <= b.cost ? a : b;
  };
  // a correlation needs numbers to be seen in: two beyond the parameters
  if (correlated !== false && white.cost > 0 && n > freeOf(size, held) + 2) {
    const fitted = along(white);
    const drop = n * Math.log(white.cost / fitted.cost);
    if (correlated === true || drop > likelihoodDrop(n, freeOf(size, held) + 1)) {
      [problemUsed, fit] = [carried, fitted];
    }
  }
  let profiles = intervals ? profilesOf(problemUsed, fit, options) : [];
  for (let again = 1; again <= RESTARTS; again++) {
    const better = profiles.find(({ better }) => better !== undefined)?.better;
    if (better === undefined) break;
    fit = leastSquares(problemUsed, better.values, { held: [...held], iterations: 200 });
    apart = true;
    if (problemUsed === problem) white = { ...white, ...fit };
    profiles = profilesOf(problemUsed, fit, options, again === RESTARTS);
  }
  const values = fit.values.slice(0, size);
  const residuals = new Float64Array(n);
  problem.residuals(values, residuals);
  const rss = residuals.reduce((sum, r) => sum + r * r, 0);
  const isCorrelated = problemUsed !== problem;
  const rho = isCorrelated ? fit.values[size] : 0;
  const nEffective = effectiveCount(n, rho);
  const errors = standardErrors(problemUsed, fit, held);
  const method = `least squares${isCorrelated ? ' with lag-1 correlated noise (exact Gaussian likelihood)' : ''}, profile-likelihood interval`;
  const estimateOf = (j: number): Estimate => {
    const { name, zeroCounts = false } = problemUsed.parameters[j];
    const profile = profiles[j];
    const value = fit.values[j];
    if (held[j] === true || profile === undefined) {
      return { value, low: value, high: value, level: LEVEL, identifiable: true, n, method: `${name} held` };
    }
    const open = profile.openLow || profile.openHigh;
    const vague = !zeroCounts && errors !== undefined && errors.value[j] > Math.abs(value);
    const lowest = Math.min(profile.low, value);
    const highest = Math.max(profile.high, value);
    return {
      value,
      low: lowest,
      high: highest,
      level: LEVEL,
      identifiable: !open && !vague && fit.status === 'converged',
      n,
      nEffective,
      method,
    };
  };
  const estimates = Object.fromEntries(problem.parameters.map(({ name }, j) => [name, estimateOf(j)]));
  return {
    estimates,
    status: fit.status,
    values,
    residuals,
    rmse: Math.sqrt(rss / n),
    n,
    nEffective,
    ...(isCorrelated ? { correlation: estimateOf(size) } : {}),
    profiles: Object.fromEntries(problem.parameters.map(({ name }, j) => [name, profiles[j]?.points ?? []])),
    ...(errors === undefined
      ? {}
      : { covariance: covarianceOf(errors, size, problemUsed.parameters.length) }),
    minusTwoLogLikelihood: fit.cost > 0 ? n * Math.log(fit.cost / n) : Number.NEGATIVE_INFINITY,
    degrees: freeOf(problemUsed.parameters.length, held),
    warnings: [
      ...warningsOf(problemUsed, fit, held, apart, errors?.correlation),
      ...stoppedWarnings(problemUsed, profiles),
    ],
  };
}

const freeOf = (size: number, held: readonly boolean[]): number =>
  size - held.filter((is) => is === true).length;

/** Profiles of all parameters; where one meets a better fit they end with it, unless they are to go on `regardless`. */
function profilesOf(
  problem: Problem,
  fit: LeastSquares,
  { held = [], only, progress }: FitOptions,
  regardless = false,
): ProfileInterval[] {
  const errors = standardErrors(problem, fit, held);
  const profiles: ProfileInterval[] = [];
  for (const [j, { name }] of problem.parameters.entries()) {
    const value = fit.values[j];
    const profile =
      held[j] === true || only?.includes(name) === false
        ? { low: value, high: value, openLow: false, openHigh: false, stopped: [], points: [] }
        : profileInterval(problem, fit, j, {
            held,
            regardless,
            ...(errors === undefined ? {} : { step: errors.coordinate[j] }),
          });
    profiles.push(profile);
    progress?.(profiles.length, problem.parameters.length);
    if (profile.better !== undefined && !regardless) break;
  }
  return profiles;
}

interface StandardErrors {
  readonly coordinate: Float64Array;
  readonly value: Float64Array;
  /** `[parameters × parameters]`. */
  readonly correlation: Float64Array;
}

/** From (JᵀJ)⁻¹·σ²; undefined where J has no full rank. Held parameters are 0. */
function standardErrors(
  problem: Problem,
  fit: LeastSquares,
  held: readonly boolean[],
): StandardErrors | undefined {
  const size = problem.parameters.length;
  const free = problem.parameters.flatMap((_, j) => (held[j] === true ? [] : [j]));
  const m = free.length;
  const small = Float64Array.from(
    { length: m * m },
    (_, i) => fit.normal[free[Math.floor(i / m)] * size + free[i % m]],
  );
  const inverse = invertPositive(small, m);
  if (inverse === undefined) return undefined;
  const variance = fit.cost / Math.max(1, problem.count - m);
  const coordinate = new Float64Array(size);
  const value = new Float64Array(size);
  const correlation = new Float64Array(size * size);
  free.forEach((j, a) => {
    coordinate[j] = Math.sqrt(variance * inverse[a * m + a]);
    const way = coordinateOf(problem.parameters[j]);
    const t = way.of(fit.values[j]);
    const slope = (way.value(Math.min(1, t + 1e-6)) - way.value(Math.max(0, t - 1e-6))) / 2e-6;
    value[j] = coordinate[j] * Math.abs(slope);
    free.forEach((k, b) => {
      correlation[j * size + k] = inverse[a * m + b] / Math.sqrt(inverse[a * m + a] * inverse[b * m + b]);
    });
  });
  return { coordinate, value, correlation };
}

/** Of the first `size` values. */
function covarianceOf({ value, correlation }: StandardErrors, size: number, width: number): Float64Array {
  const all = new Float64Array(size * size);
  for (let j = 0; j < size; j++)
    for (let k = 0; k < size; k++) all[j * size + k] = value[j] * value[k] * correlation[j * width + k];
  return all;
}
