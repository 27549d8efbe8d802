import { RandomStream } from '../../core/index.js';
import { type LeastSquares, leastSquares, type Problem, type SearchOptions } from './least-squares.js';
import { coordinateOf } from './parameters.js';

/** The best of several searches, and what the others say of it. */
export interface MultiStart extends LeastSquares {
  /** How many of the starts ended within 1 % of the best cost, and of how many. */
  readonly agreeing: number;
  readonly starts: number;
  /** Two ends as good as each other (1 %) lie apart by more than a twentieth of the way between the bounds. */
  readonly apart: boolean;
}

/** How many starts besides those proposed. */
export interface MultiStartOptions extends SearchOptions {
  /** Starts besides those given, drawn evenly between the bounds. */
  readonly draws?: number;
  readonly seed?: number;
}

/** Iterations that a start gets before only the best goes on. */
const FIRST_ITERATIONS = 40;

/**
 * Least squares from several starts: those that a model proposes, and others drawn from a seed. Nobody is asked for a start.
 * @param proposed at least one start, `[parameters]` each
 */
export function fromManyStarts(
  problem: Problem,
  proposed: readonly ArrayLike<number>[],
  { draws = 8, seed = 0, ...options }: MultiStartOptions = {},
): MultiStart {
  const coordinates = problem.parameters.map(coordinateOf);
  const random = new RandomStream(seed, 'multi-start');
  const drawn = Array.from({ length: draws }, () =>
    coordinates.map((c, j) => (options.held?.[j] ? proposed[0][j] : c.value(random.uniform()))),
  );
  const ends = [...proposed, ...drawn].map((start) =>
    leastSquares(problem, start, { ...options, iterations: FIRST_ITERATIONS }),
  );
  const first = ends.reduce((best, end) => (end.cost < best.cost ? end : best));
  const best = leastSquares(problem, first.values, { iterations: 200, ...options });
  const close = ends.filter(({ cost }) => cost <= 1.01 * best.cost);
  const apart = close.some(({ values }) =>
    coordinates.some((c, j) => Math.abs(c.of(values[j]) - c.of(best.values[j])) > 0.05),
  );
  return { ...best, agreeing: close.length, starts: ends.length, apart };
}
