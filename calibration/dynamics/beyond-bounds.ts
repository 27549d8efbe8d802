import { coordinateOf, type Estimate, leastSquares, liesAtBound } from '../estimates/index.js';
import type { LoopParameter } from './loop-model.js';
import { LoopProblem } from './loop-problem.js';

/** How much farther off a bound is that is let go. */
const WIDER = 4;
/** A scale so much larger shows which bounds it sets. */
const OTHER = 1.5;

/** Names of the model's own parameters that lie at a bound of their search. */
export function atBounds({ own }: LoopProblem, values: ArrayLike<number>): string[] {
  return own
    .filter((parameter, j) => liesAtBound(coordinateOf(parameter).of(values[j])))
    .map(({ name }) => name);
}

/** What a fit comes to where bounds that it lies at are let go. */
export interface BeyondBounds {
  /** Parameters at a bound of their search that lie elsewhere without it. */
  readonly bound: readonly string[];
  /** Values, by name, of parameters that leave their intervals then: those hold for that bound alone. */
  readonly moved: Readonly<Record<string, number>>;
}

/**
 * Intervals of a fit that lies at a bound of its search, which the scale of the loops sets and nature does not, are of that bound as much as
 * of the loops. So the fit goes on in wider bounds, and what leaves its interval is found.
 */
export function beyondBounds(
  problem: LoopProblem,
  values: ArrayLike<number>,
  estimates: Readonly<Record<string, Pick<Estimate, 'low' | 'high'>>>,
): BeyondBounds {
  const names = atBounds(problem, values);
  if (names.length === 0) return { bound: [], moved: {} };
  const model = { ...problem.model, parameters: () => widened(problem) };
  const wide = new LoopProblem(model, problem.loops, problem.scale, problem.options);
  const { values: free } = leastSquares(wide, Float64Array.from(values), { iterations: 100 });
  const bound = names.filter((name) => {
    const j = problem.own.findIndex((one) => one.name === name);
    return free[j] < problem.own[j].low || free[j] > problem.own[j].high;
  });
  if (bound.length === 0) return { bound, moved: {} };
  const left = problem.own.flatMap(({ name }, j) =>
    free[j] < estimates[name].low || free[j] > estimates[name].high ? [[name, free[j]] as const] : [],
  );
  return { bound, moved: Object.fromEntries(left) };
}

/** Parameters with bounds that the scale of the loops sets so much wider; those that nature sets stay. */
function widened({ model, scale, own }: LoopProblem): LoopParameter[] {
  const other = model.parameters({
    highest_V: OTHER * scale.highest_V,
    lowest_V: OTHER * scale.lowest_V,
    current_A: OTHER * scale.current_A,
    g_high_S: OTHER * scale.g_high_S,
    g_low_S: OTHER * scale.g_low_S,
    step_s: OTHER * scale.step_s,
    span_s: OTHER * scale.span_s,
  });
  return own.map((parameter, j) => {
    const { low, high } = parameter;
    return {
      ...parameter,
      low: other[j].low === low ? low : low > 0 ? low / WIDER : low * WIDER,
      high: other[j].high === high ? high : high > 0 ? high * WIDER : high / WIDER,
    };
  });
}
