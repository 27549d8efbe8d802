import {
  type Estimate,
  type FitStatus,
  fitEstimates,
  leastSquares,
  likelihoodDrop,
  type ProfilePoint,
  type ResidualChecks,
  residualChecks,
  Z_975,
} from '../estimates/index.js';
import { atBounds, beyondBounds } from './beyond-bounds.js';
import { goodnessOf, type LoopGoodness, type LoopMarks, marksOf } from './goodness.js';
import type { LoopData } from './loop-data.js';
import { LoopProblem, type LoopWeights } from './loop-problem.js';
import { scaleOf } from './loop-scale.js';
import { loopModel } from './models/index.js';
import { type ProposedExperiment, proposeExperiment } from './propose-experiment.js';
import { turned } from './read-loops.js';
import { searchLoops, switchCost } from './search-loops.js';

/** How loops are to be fitted. Plain data, as all of this file is: fits go to threads and back. */
export interface LoopFitOptions {
  /** Share of ratios of currents beside their differences; 0 takes differences alone. */
  readonly logShare?: number;
  readonly seed?: number;
  /** Values `[parameters]` of an earlier fit of loops like these: the search begins there alone. */
  readonly from?: readonly number[];
}

/** A parameter as it was found. */
export interface FittedParameter {
  readonly name: string;
  readonly unit: string;
  /** Of the element's parameter `element`, `factor` times this. */
  readonly value: number;
  readonly element: string;
  readonly factor: number;
}

/** How a model follows one loop. */
export interface FittedLoop extends LoopGoodness {
  readonly name: string;
  readonly cell: string;
  readonly frequency_Hz?: number;
  /** State at its first sample. */
  readonly start: number;
  /** `[samples]`: the model's current, A; across the element, V; state. */
  readonly current_A: Float64Array;
  readonly voltage_V: Float64Array;
  readonly state: Float64Array;
  readonly marks: { readonly data: LoopMarks; readonly model: LoopMarks };
  readonly residuals: ResidualChecks;
}

/** A model fitted to loops. */
export interface FittedLoops {
  readonly model: string;
  readonly title: string;
  readonly parameters: readonly FittedParameter[];
  readonly loops: readonly FittedLoop[];
  readonly weights: LoopWeights;
  /** Σ residual² in the weights. */
  readonly cost: number;
  readonly status: FitStatus;
  /** Searches that ended within 1 % of the best, and of how many. */
  readonly agreeing: number;
  readonly starts: number;
  readonly apart: boolean;
  /** Names of parameters that lie at a bound of their search. */
  readonly atBounds: readonly string[];
  /** `[parameters]` of the problem, start states last. */
  readonly values: readonly number[];
  readonly n: number;
  /** Parameters, start states among them. */
  readonly degrees: number;
}

/** Intervals of a fit, and what is to be said of it. */
export interface LoopEstimates {
  /** By the parameters' names, start states among them. */
  readonly estimates: Readonly<Record<string, Estimate>>;
  readonly nEffective: number;
  /** Lag-1 correlation of the noise, where the likelihood carries one. */
  readonly correlation?: Estimate;
  readonly minusTwoLogLikelihood: number;
  readonly degrees: number;
  /** Where some parameters are not identifiable: what would tell them. */
  readonly proposal?: ProposedExperiment;
  readonly warnings: readonly string[];
  /** By the parameters' names: values met on their profiles, and 2[ℓ̂ − ℓ_p] there. */
  readonly profiles: Readonly<Record<string, readonly ProfilePoint[]>>;
  /** What it may come to inside an interval. */
  readonly threshold: number;
  /** Of the values, linearised, `[parameters × parameters]`, start states last; not there where the loops leave some open. */
  readonly covariance?: readonly (readonly number[])[];
  /** `[loops][samples]`: half width of the 95 % band of each curve, A, from that covariance. */
  readonly bands?: readonly Float64Array[];
}

/** Weights that go for loops: differences over the largest current, ratios above a thousandth of it. */
export function weightsOf(loops: readonly LoopData[], logShare: number): LoopWeights {
  const { current_A } = scaleOf(loops);
  return { scale_A: current_A, logShare, knee_A: 1e-3 * current_A };
}

/** Whether loops set at negative voltages: a metastable switch follows them better the other way round. */
export function setsAtNegative(loops: readonly LoopData[]): boolean {
  const weights = weightsOf(loops, 0);
  const [as, other] = [loops, loops.map(turned)].map((way) => switchCost(way, scaleOf(way), weights));
  return other < as;
}

/** Fits a model to loops of one cell or several that share its parameters, with no start from anybody. */
export function fitLoops(
  name: string,
  loops: readonly LoopData[],
  { logShare = 0, seed = 0, from }: LoopFitOptions = {},
): FittedLoops {
  const model = loopModel(name);
  const scale = scaleOf(loops);
  const weights = weightsOf(loops, logShare);
  const search = searchLoops(model, loops, scale, {
    weights,
    seed,
    ...(from === undefined ? {} : { from: [from] }),
  });
  const { best, agreeing, starts, apart } = search;
  const problem = new LoopProblem(model, loops, scale, { weights });
  return {
    model: name,
    title: model.title,
    parameters: problem.own.map(({ name: own, unit, element, factor = 1 }, k) => ({
      name: own,
      unit,
      value: best.values[k],
      element,
      factor,
    })),
    loops: loops.map((loop, k) => fittedLoop(problem, best.values, loop, k)),
    weights,
    cost: best.cost,
    status: best.status,
    agreeing,
    starts,
    apart,
    atBounds: atBounds(problem, best.values),
    values: Array.from(best.values),
    n: problem.count,
    degrees: problem.parameters.length,
  };
}

function fittedLoop(problem: LoopProblem, values: Float64Array, loop: LoopData, k: number): FittedLoop {
  const answer = problem.answer(values, k);
  const lost = new Float64Array(loop.times_s.length).fill(Number.NaN);
  const current_A = answer?.current_A.slice() ?? lost;
  const voltage_V = answer?.voltage_V.slice() ?? lost;
  const { series_ohm } = loop.circuit;
  const across = loop.drive_V.map((v, i) => v - series_ohm * loop.current_A[i]);
  return {
    name: loop.name,
    cell: loop.cell,
    ...(loop.frequency_Hz === undefined ? {} : { frequency_Hz: loop.frequency_Hz }),
    start: values[problem.own.length + k],
    current_A,
    voltage_V,
    state: answer?.state.slice() ?? lost,
    ...goodnessOf(loop, current_A),
    marks: { data: marksOf(across, loop.current_A), model: marksOf(voltage_V, current_A) },
    residuals: residualChecks(
      Array.from(current_A, (i, at) => (loop.fitted[at] ? i - loop.current_A[at] : Number.NaN)),
    ),
  };
}

/** What of a fit's intervals is wanted. */
export interface LoopEstimateOptions {
  readonly propose?: boolean;
  readonly only?: readonly string[];
  readonly progress?: (done: number, of: number) => void;
}

/**
 * Profile-likelihood intervals of a fit. The likelihood carries the lag-1 correlation of the residuals where there is one; where its best values
 * are not those of the least squares, the interval reaches to both and a warning says so. An experiment for what is left open is
 * looked for unless `propose` says no; `only` names the parameters whose intervals are wanted; `progress` hears of each interval that is found.
 */
export function estimateLoops(
  fitted: Pick<FittedLoops, 'model' | 'values' | 'weights'>,
  loops: readonly LoopData[],
  { propose = true, only, progress }: LoopEstimateOptions = {},
): LoopEstimates {
  const problem = new LoopProblem(loopModel(fitted.model), loops, scaleOf(loops), {
    weights: fitted.weights,
  });
  const found = fitEstimates(problem, {
    starts: [fitted.values],
    draws: 0,
    lengths: problem.lengths,
    correlated: 'test',
    correlationWithin: correlationOf(problem, fitted.values),
    ...(only === undefined ? {} : { only }),
    ...(progress === undefined ? {} : { progress }),
  });
  const moved: string[] = [];
  const estimates = Object.fromEntries(
    problem.parameters.map(({ name }, j): [string, Estimate] => {
      const own = found.estimates[name];
      const value = fitted.values[j];
      if (value < own.low || value > own.high) moved.push(name);
      return [name, { ...own, value, low: Math.min(own.low, value), high: Math.max(own.high, value) }];
    }),
  );
  const { bound, moved: elsewhere } = beyondBounds(problem, fitted.values, estimates);
  for (const [name, beyond] of Object.entries(elsewhere)) {
    const own = estimates[name];
    const [low, high] = [Math.min(own.low, beyond), Math.max(own.high, beyond)];
    estimates[name] = { ...own, low, high, identifiable: false };
  }
  const open = problem.own
    .filter(({ name }) => !estimates[name].identifiable)
    .map(({ name }) => ({ name, low: estimates[name].low, high: estimates[name].high }));
  const noise = Math.sqrt(squareOf(problem, fitted.values) / Math.max(1, found.nEffective));
  const proposal = propose ? proposeExperiment(problem, fitted.values, open, noise) : undefined;
  return {
    estimates,
    ...(proposal === undefined ? {} : { proposal }),
    nEffective: found.nEffective,
    ...(found.correlation === undefined ? {} : { correlation: found.correlation }),
    minusTwoLogLikelihood: found.minusTwoLogLikelihood,
    degrees: found.degrees,
    profiles: found.profiles,
    threshold: likelihoodDrop(problem.count, found.degrees),
    ...spreadOf(problem, fitted.values, found.covariance),
    warnings: [
      ...found.warnings,
      ...(Object.keys(elsewhere).length === 0
        ? []
        : [
            `${bound.join(', ')} would lie beyond the bound of the search, and with it ${Object.keys(elsewhere).join(', ')} outside their intervals, which hold for that bound alone: they are not identifiable, and intervals reach to where they would lie`,
          ]),
      ...(moved.length === 0
        ? []
        : [
            `least squares and the likelihood with correlated noise do not agree on ${moved.join(', ')}: what is left over is the model's shape, not noise, and intervals say less than they seem to`,
          ]),
    ],
  };
}

/** The band of every curve, as far as its slopes tell. */
function spreadOf(
  problem: LoopProblem,
  values: readonly number[],
  covariance: Float64Array | undefined,
): Pick<LoopEstimates, 'covariance' | 'bands'> {
  if (covariance?.every(Number.isFinite) !== true) return {};
  const size = problem.parameters.length;
  const rows = Array.from({ length: size }, (_, j) =>
    Array.from(covariance.subarray(j * size, (j + 1) * size)),
  );
  const bands = problem.loops.map((_, k) => {
    const slopes = problem.slopesOf(values, k);
    const at = slopes.map((__, j) => (j < problem.own.length ? j : problem.own.length + k));
    return bandOf(
      slopes,
      at.map((j) => at.map((i) => rows[j][i])),
    );
  });
  return { covariance: rows, bands };
}

/** Half width of a 95 % band from slopes `[parameters][samples]` and the covariance of those parameters. */
export function bandOf(
  slopes: readonly Float64Array[],
  covariance: readonly (readonly number[])[],
): Float64Array {
  return Float64Array.from(slopes[0] ?? [], (_, i) => {
    let variance = 0;
    for (let j = 0; j < slopes.length; j++)
      for (let k = 0; k < slopes.length; k++) variance += slopes[j][i] * covariance[j][k] * slopes[k][i];
    return Z_975 * Math.sqrt(Math.max(0, variance));
  });
}

/** Σ residual² at these values. */
function squareOf(problem: LoopProblem, values: readonly number[]): number {
  const residuals = new Float64Array(problem.count);
  problem.residuals(Float64Array.from(values), residuals);
  return residuals.reduce((sum, r) => sum + r * r, 0);
}

/** How far below and above the lag-1 correlation of the residuals of the least squares that of the noise is looked for. */
const [BELOW, ABOVE] = [0.1, 0.2];

/**
 * Bounds of the correlation. Left free, a model whose shape is not the data's would take its misfit for noise that hardly ever turns, and
 * fit the differences of neighbouring currents alone.
 */
function correlationOf(problem: LoopProblem, values: readonly number[]): { low: number; high: number } {
  const residuals = new Float64Array(problem.count);
  problem.residuals(Float64Array.from(values), residuals);
  let [square, product, begin] = [0, 0, 0];
  for (const n of problem.lengths) {
    for (let i = begin; i < begin + n; i++) {
      square += residuals[i] ** 2;
      if (i > begin) product += residuals[i] * residuals[i - 1];
    }
    begin += n;
  }
  const lag = square > 0 ? product / square : 0;
  return { low: Math.max(-0.95, lag - BELOW), high: Math.min(0.995, Math.max(0, lag) + ABOVE) };
}

/** How a fit predicts a loop that it has not seen: its parameters held, the start state alone fitted. */
export function predictLoop(
  fitted: Pick<FittedLoops, 'model' | 'parameters' | 'weights'>,
  loop: LoopData,
): FittedLoop {
  const model = loopModel(fitted.model);
  // bounds of the search do not matter to what is held; the range of this loop alone would shift them
  const problem = new LoopProblem(model, [loop], scaleOf([loop]), { weights: fitted.weights });
  const shared = fitted.parameters.map(({ value }) => value);
  const held = [...shared.map(() => true), false];
  const ends = [0.02, 0.3, 0.7, 0.98].map((start) =>
    leastSquares(problem, [...shared, start], { held, iterations: 40 }),
  );
  const best = ends.reduce((a, b) => (b.cost < a.cost ? b : a));
  return fittedLoop(problem, best.values, loop, 0);
}
