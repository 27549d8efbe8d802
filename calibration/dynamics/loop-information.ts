import { coordinateOf, invertPositive, type Parameter } from '../estimates/index.js';
import type { LoopProblem } from './loop-problem.js';

/** 1/variance of a number that may be anywhere between 0 and 1: what bounds say of a coordinate. */
const PRIOR = 12;

/** Units of a parameter for one of its coordinate of 0 … 1, at a value. */
export function unitsOfCoordinate(parameter: Parameter, value: number): number {
  const way = coordinateOf(parameter);
  const t = way.of(value);
  const [low, high] = [Math.max(0, t - 1e-6), Math.min(1, t + 1e-6)];
  return (way.value(high) - way.value(low)) / (high - low);
}

/**
 * JᵀJ/σ² of residuals in coordinates of 0 … 1, `[parameters × parameters]`: what loops tell of the parameters.
 * @param values `[parameters]` at which residuals are taken for straight lines @param sigma noise of a residual
 */
export function loopInformation(
  problem: LoopProblem,
  values: ArrayLike<number>,
  sigma: number,
): Float64Array {
  const size = problem.parameters.length;
  const columns = problem.parameters.map(() => new Float64Array(problem.count));
  problem.jacobian(
    Float64Array.from(values),
    columns,
    columns.map(() => false),
  );
  const per = problem.parameters.map((parameter, j) => unitsOfCoordinate(parameter, values[j]));
  const matrix = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let k = 0; k <= j; k++) {
      let sum = 0;
      for (let i = 0; i < problem.count; i++) sum += columns[j][i] * columns[k][i];
      const entry = (sum * per[j] * per[k]) / sigma ** 2;
      matrix[j * size + k] = matrix[k * size + j] = Number.isFinite(entry) ? entry : 0;
    }
  }
  return matrix;
}

/** Both informations `[widths of each]`: the first `shared` parameters are the same, all others each one's own. */
export function joinedInformation(known: Float64Array, added: Float64Array, shared: number): Float64Array {
  const [a, b] = [Math.round(Math.sqrt(known.length)), Math.round(Math.sqrt(added.length))];
  const width = a + b - shared;
  const all = new Float64Array(width * width);
  const at = (j: number): number => (j < shared ? j : a + j - shared);
  for (let j = 0; j < a; j++) for (let k = 0; k < a; k++) all[j * width + k] = known[j * a + k];
  for (let j = 0; j < b; j++) for (let k = 0; k < b; k++) all[at(j) * width + at(k)] += added[j * b + k];
  return all;
}

/** Standard errors of the coordinates, what their bounds say counted in: never above 1/√12. */
export function coordinateErrors(information: Float64Array): Float64Array | undefined {
  const width = Math.round(Math.sqrt(information.length));
  const bounded = information.slice();
  for (let j = 0; j < width; j++) bounded[j * width + j] += PRIOR;
  const spread = invertPositive(bounded, width);
  return spread && Float64Array.from({ length: width }, (_, j) => Math.sqrt(spread[j * width + j]));
}
