import { median } from '../../core/index.js';
import { coordinateOf } from '../estimates/index.js';
import {
  type DrivenRange,
  drivenRange,
  EXPERIMENT_PERIODS,
  EXPERIMENT_SAMPLES,
  experimentLoop,
  type SineExperiment,
  sineExperiments,
} from './experiments.js';
import {
  coordinateErrors,
  joinedInformation,
  loopInformation,
  unitsOfCoordinate,
} from './loop-information.js';
import { LoopProblem } from './loop-problem.js';
import { type OpenParameter, openValues } from './open-values.js';

/** A parameter that an experiment would tell: its standard error over its value, the median over values that the loops leave possible. */
export interface ToldParameter {
  readonly name: string;
  /** From the loops alone, and with the experiment. */
  readonly now: number;
  readonly afterwards: number;
}

/** A sine that would tell parameters which the loops leave open, and by how much. */
export interface ProposedExperiment extends SineExperiment {
  /** Whose interval it would close, the least known first. */
  readonly told: readonly ToldParameter[];
  /** Names of those left open that it would not tell. */
  readonly untold: readonly string[];
  /** What the loops reached: the proposal may drive a polarity, a voltage or a frequency that they never did. */
  readonly reached: DrivenRange;
}

/** Samples of a period, and steps between two, while experiments are compared. */
const [SAMPLES, SUBSTEPS] = [100, 1];
/** Experiments this close to the best are as good: the mildest of them is proposed. */
const AS_GOOD = 1.15;
/** Standard errors between a value and a bound that close an interval there, the share of possible values at which they must, and the error over the value that is told. */
const [CLOSED, MOSTLY, TOLD] = [2.5, 0.6, 0.3];

/**
 * The sine that would leave the least standard error of what the loops leave open, the mean over values that they leave possible: at one of
 * them alone a threshold that is not known would seem to be where the fit happened to leave it. From the sensitivities of loops and
 * experiment, with noise as in the loops, and a start state of its own that nobody knows.
 * @param values of the fit @param open parameters that are not identifiable, and their intervals
 * @param sigma noise of a point in the residuals' units
 */
export function proposeExperiment(
  problem: LoopProblem,
  values: ArrayLike<number>,
  open: readonly OpenParameter[],
  sigma: number,
): ProposedExperiment | undefined {
  const asked = open.filter(({ name }) => problem.own.some((own) => own.name === name));
  if (asked.length === 0 || !(sigma > 0)) return undefined;
  const { model, loops, options } = problem;
  const range = drivenRange(loops);
  const sines = sineExperiments(range);
  // bounds as a fit of the loops and any of the experiments would have them
  const scale = { ...problem.scale };
  for (const { positive_V, negative_V } of sines) {
    scale.highest_V = Math.max(scale.highest_V, positive_V);
    scale.lowest_V = Math.min(scale.lowest_V, negative_V);
  }
  const wide = new LoopProblem(model, loops, scale, options);
  const possible = openValues(problem, wide, values, asked, sigma);
  const own = wide.own.length;
  const indices = asked.map(({ name }) => wide.own.findIndex((one) => one.name === name));
  const known = possible.map((at) => loopInformation(wide, at, sigma));
  const before = known.map((one) => coordinateErrors(one));
  const noise = sigma * Math.sqrt(SAMPLES / EXPERIMENT_SAMPLES);
  const judged = (sine: SineExperiment): Judged | undefined => {
    const loop = experimentLoop(sine, loops[0], SAMPLES);
    const other = new LoopProblem(model, [loop], scale, { ...options, substeps: SUBSTEPS });
    const errors: Float64Array[] = [];
    let sum = 0;
    for (const [i, at] of possible.entries()) {
      const added = loopInformation(other, [...at.subarray(0, own), 0.5], noise);
      const error = coordinateErrors(joinedInformation(known[i], added, own));
      if (error === undefined) return undefined;
      errors.push(error);
      for (const j of indices) sum += error[j];
    }
    return { sine, errors, mean: sum / possible.length / indices.length };
  };
  const all = sines
    .flatMap((sine) => EXPERIMENT_PERIODS.map((periods) => judged({ ...sine, periods })))
    .filter((one) => one !== undefined);
  const best = all.reduce((a, b) => (b.mean < a.mean ? b : a), all[0]);
  if (best === undefined || before.some((errors) => errors === undefined)) return undefined;
  const { sine, errors } = all
    .filter(({ mean }) => mean <= AS_GOOD * best.mean)
    .reduce((a, b) => (severity(b.sine, range) < severity(a.sine, range) ? b : a));
  const of = (j: number): ToldParameter => {
    const relative = (error: Float64Array, i: number): number =>
      (error[j] * Math.abs(unitsOfCoordinate(wide.own[j], possible[i][j]))) /
      Math.max(Math.abs(possible[i][j]), 1e-300);
    return {
      name: wide.own[j].name,
      now: median(before.map((error, i) => relative(error ?? errors[i], i))),
      afterwards: median(errors.map(relative)),
    };
  };
  const closes = (j: number): boolean => {
    const way = coordinateOf(wide.own[j]);
    const closed = possible.filter((at, i) => {
      const t = way.of(at[j]);
      return Math.min(t, 1 - t) > CLOSED * errors[i][j];
    });
    return closed.length >= MOSTLY * possible.length && of(j).afterwards < TOLD;
  };
  const told = indices.filter(closes).map(of);
  return {
    ...sine,
    told: told.sort((a, b) => b.now - a.now),
    untold: indices.filter((j) => !closes(j)).map((j) => wide.own[j].name),
    reached: range,
  };
}

interface Judged {
  readonly sine: SineExperiment;
  /** `[possible values][parameters]`, of their coordinates. */
  readonly errors: readonly Float64Array[];
  readonly mean: number;
}

/** How much an experiment asks of a cell beyond what it went through, and then how long it takes. */
function severity(
  { positive_V, negative_V, frequency_Hz, periods }: SineExperiment,
  range: DrivenRange,
): number {
  const size_V = Math.max(range.highest_V, -range.lowest_V);
  const beyond = Math.max(0, positive_V - range.highest_V) + Math.max(0, range.lowest_V - negative_V);
  return beyond / size_V + 1e-3 * Math.log((periods * range.fastest_Hz) / frequency_Hz);
}
