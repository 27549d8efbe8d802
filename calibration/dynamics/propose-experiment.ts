import { sineDrive } from '../../core/index.js';
import { coordinateOf, invertPositive } from '../estimates/index.js';
import type { LoopData } from './loop-data.js';
import { LoopProblem } from './loop-problem.js';

/** A sine that would tell parameters which the loops leave open, and by how much. */
export interface ProposedExperiment {
  readonly positive_V: number;
  readonly negative_V: number;
  readonly frequency_Hz: number;
  readonly periods: number;
  /** The parameter that it is proposed for: the least known of those left open. */
  readonly parameter: string;
  /** Its standard error over its value, from the loops alone and with the experiment, by their sensitivities. */
  readonly now: number;
  readonly afterwards: number;
}

const FREQUENCIES = [0.03, 0.1, 0.3, 1, 3, 10, 30];
const AMPLITUDES = [0.7, 1, 1.3];
const PERIODS = [1, 3];
const SAMPLES = 200;
/** 1/variance of a number that may be anywhere between 0 and 1: what bounds say of a coordinate. */
const PRIOR = 12;

/**
 * The sine, among some around the loops' own frequency and amplitude, that would leave the least standard error of what the loops leave
 * open: from the sensitivities of both, with noise as in the loops, and a start state of its own that nobody knows.
 * @param values of the fit @param open names of parameters that are not identifiable
 * @param sigma noise of a point in the residuals' units
 */
export function proposeExperiment(
  problem: LoopProblem,
  values: ArrayLike<number>,
  open: readonly string[],
  sigma: number,
): ProposedExperiment | undefined {
  const indices = open.map((name) => problem.own.findIndex((own) => own.name === name)).filter((j) => j >= 0);
  if (indices.length === 0 || !(sigma > 0)) return undefined;
  const [first] = problem.loops;
  const own_Hz = first.frequency_Hz ?? 1 / (first.times_s[first.times_s.length - 1] - first.times_s[0]);
  const known = information(problem, values, sigma);
  const size = problem.own.length;
  const relative = (matrix: Float64Array, width: number): Float64Array | undefined => {
    const spread = invertPositive(matrix, width);
    if (spread === undefined) return undefined;
    return Float64Array.from(indices, (j) => {
      const way = coordinateOf(problem.own[j]);
      const t = way.of(values[j]);
      const slope = (way.value(Math.min(1, t + 1e-6)) - way.value(Math.max(0, t - 1e-6))) / 2e-6;
      return (Math.sqrt(spread[j * width + j]) * Math.abs(slope)) / Math.max(Math.abs(values[j]), 1e-300);
    });
  };
  const width = problem.parameters.length;
  const now = relative(known, width);
  if (now === undefined) return undefined;
  const worst = now.indexOf(Math.max(...now));
  let best: ProposedExperiment | undefined;
  for (const share of AMPLITUDES) {
    for (const frequency of FREQUENCIES) {
      for (const periods of PERIODS) {
        const positive_V = share * problem.scale.highest_V;
        const negative_V = share * problem.scale.lowest_V;
        const frequency_Hz = frequency * own_Hz;
        const loop = sineLoop(first, positive_V, negative_V, frequency_Hz, periods);
        const other = new LoopProblem(problem.model, [loop], problem.scale, problem.options);
        const added = information(other, [...Array.from(values).slice(0, size), 0.5], sigma);
        const all = joined(known, width, added, size);
        const after = relative(all, width + 1);
        if (after === undefined || !(after[worst] < (best?.afterwards ?? Number.POSITIVE_INFINITY))) continue;
        best = {
          positive_V,
          negative_V,
          frequency_Hz,
          periods,
          parameter: problem.own[indices[worst]].name,
          now: now[worst],
          afterwards: after[worst],
        };
      }
    }
  }
  return best;
}

function sineLoop(
  like: LoopData,
  positive_V: number,
  negative_V: number,
  frequency_Hz: number,
  periods: number,
): LoopData {
  const n = SAMPLES * periods + 1;
  const times_s = Float64Array.from({ length: n }, (_, i) => i / (SAMPLES * frequency_Hz));
  return {
    name: 'proposed',
    cell: like.cell,
    times_s,
    drive_V: times_s.map(sineDrive(positive_V, -negative_V, frequency_Hz)),
    current_A: new Float64Array(n),
    fitted: new Uint8Array(n).fill(1),
    frequency_Hz,
    circuit: like.circuit,
  };
}

/** JᵀJ/σ² in coordinates of 0 … 1, and what their bounds say. */
function information(problem: LoopProblem, values: ArrayLike<number>, sigma: number): Float64Array {
  const size = problem.parameters.length;
  const columns = problem.parameters.map(() => new Float64Array(problem.count));
  problem.jacobian(
    Float64Array.from(values),
    columns,
    columns.map(() => false),
  );
  const per = problem.parameters.map((parameter, j) => {
    const way = coordinateOf(parameter);
    const t = way.of(values[j]);
    return (way.value(Math.min(1, t + 1e-6)) - way.value(Math.max(0, t - 1e-6))) / 2e-6;
  });
  const matrix = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let k = 0; k <= j; k++) {
      let sum = 0;
      for (let i = 0; i < problem.count; i++) sum += columns[j][i] * columns[k][i];
      const entry = (sum * per[j] * per[k]) / sigma ** 2;
      matrix[j * size + k] = matrix[k * size + j] = Number.isFinite(entry) ? entry : 0;
    }
    matrix[j * size + j] += PRIOR;
  }
  return matrix;
}

/** Both informations: the first `shared` parameters are the same, the start state of the second is its own. */
function joined(known: Float64Array, width: number, added: Float64Array, shared: number): Float64Array {
  const all = new Float64Array((width + 1) ** 2);
  const at = (j: number): number => (j < shared ? j : width);
  for (let j = 0; j < width; j++) {
    for (let k = 0; k < width; k++) all[j * (width + 1) + k] = known[j * width + k];
  }
  for (let j = 0; j <= shared; j++) {
    for (let k = 0; k <= shared; k++) {
      const twice = j === k && j < shared ? PRIOR : 0;
      all[at(j) * (width + 1) + at(k)] += added[j * (shared + 1) + k] - twice;
    }
  }
  return all;
}
