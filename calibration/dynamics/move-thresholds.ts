import { coordinateOf, type LeastSquares, leastSquares, type Problem } from '../estimates/index.js';

/** How far thresholds are moved from an end, by their coordinates of 0 … 1. */
const MOVES = [0.03, 0.1];
/** A share of the cost that a search on its way there need not gain. */
const WORTH = 1e-4;
/** A move whose cost with the threshold held there stays so many times the best is given up. */
const HOPELESS = 1.3;

/**
 * The best of an end and of those that are found from it with one threshold moved, held there while all others follow, and let go: where the
 * slopes of a sum of squares that has an edge at every sample do not lead. Never worse than the end.
 * @param thresholds indices of the parameters that are moved, one after the other
 */
export function withMovedThresholds(
  problem: Problem,
  end: LeastSquares,
  thresholds: readonly number[],
): LeastSquares {
  let best = end;
  for (const j of thresholds) {
    const way = coordinateOf(problem.parameters[j]);
    for (const move of MOVES.flatMap((size) => [-size, size])) {
      const t = way.of(best.values[j]);
      const there = Math.min(1, Math.max(0, t + move));
      if (there === t) continue;
      const start = best.values.slice();
      start[j] = way.value(there);
      const held = problem.parameters.map((_, k) => k === j);
      const near = leastSquares(problem, start, { held, iterations: 12, worth: WORTH });
      if (near.cost > HOPELESS * best.cost) continue;
      const found = leastSquares(problem, near.values, { iterations: 40, worth: WORTH });
      if (found.cost < best.cost) best = found;
    }
  }
  return best;
}
