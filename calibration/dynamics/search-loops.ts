import { RandomStream } from '../../core/index.js';
import { elementPoint, elementRate, rateSlopesOf } from '../../devices/elements/index.js';
import { coordinateOf, type LeastSquares, leastSquares } from '../estimates/index.js';
import type { LoopData } from './loop-data.js';
import type { LoopModel, LoopScale } from './loop-model.js';
import { LoopProblem, type LoopWeights } from './loop-problem.js';
import { MatchProblem, type StateTrace } from './match-problem.js';
import { metastable } from './models/index.js';
import { withMovedThresholds } from './move-thresholds.js';

/** Where a search of loops ended. */
export interface LoopSearch {
  readonly problem: LoopProblem;
  readonly best: LeastSquares;
  /** How many of the last searches ended within 1 % of the best cost, and of how many. */
  readonly agreeing: number;
  readonly starts: number;
  /** Ends as good as the best (1 %) that lie far from it, by more than a twentieth of the way between bounds. */
  readonly apart: boolean;
}

/** How long a search goes on. */
export interface LoopSearchOptions {
  readonly weights: LoopWeights;
  readonly seed?: number;
  /** Known starts, `[parameters]` of the problem: of an earlier fit. They alone are tried. */
  readonly from?: readonly ArrayLike<number>[];
}

/** Starts that are matched to the trace; those of them, and of others, that are tried on the loops; those that go on. */
const [MATCHED, DRAWN, TRIED, KEPT] = [24, 8, 14, 4];
/** Perturbed searches around the best; few where nearly all searches ended there already, many where samples are so few that they cost little. */
const [FEW_HOPS, HOPS, MANY_HOPS, FEW_SAMPLES] = [3, 8, 18, 500];

/**
 * The least squares of loops under a model, with no start from anybody. In stages: the metastable switch is fitted first, which nearly any
 * start leads to the same end; the model is matched to the states that it went through, from many starts, without integrating;
 * the best of those and some others are tried on the loops with long steps; what remains goes on to the end, and perturbed ends again.
 * At last thresholds are moved one by one, to where the slopes of a sum of squares that has an edge at every sample do not lead.
 */
export function searchLoops(
  model: LoopModel,
  loops: readonly LoopData[],
  scale: LoopScale,
  { weights, seed = 0, from }: LoopSearchOptions,
): LoopSearch {
  const problem = new LoopProblem(model, loops, scale, { weights });
  if (from !== undefined) return bestOf(problem, from, 100);
  const coarse = new LoopProblem(model, loops, scale, { weights, coarse: true });
  const random = new RandomStream(seed, `search ${model.name}`);
  const coordinates = problem.own.map(coordinateOf);
  const drawn = (): number[] => coordinates.map((c) => c.value(random.uniform()));
  const states = loops.map(() => 0.5);
  const candidates: number[][] = [];
  const plain = [...model.starts(scale), ...Array.from({ length: DRAWN }, drawn)];
  if (model !== metastable) {
    const { trace, starts } = switchTrace(loops, scale, weights);
    const match = new MatchProblem(model, trace, scale);
    const matches = [...model.starts(scale), ...Array.from({ length: MATCHED }, drawn)].map((start) =>
      leastSquares(match, start, { iterations: 40 }),
    );
    matches.sort((a, b) => a.cost - b.cost);
    candidates.push(...distinct(matches, coordinates).map(({ values }) => [...values, ...starts]));
  }
  candidates.push(...plain.map((start) => [...start, ...states]));
  const tried = candidates
    .slice(0, TRIED + plain.length)
    .map((start) => leastSquares(coarse, start, { iterations: 8 }))
    .filter(({ cost }) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost);
  const further = tried
    .slice(0, 2 * KEPT)
    .map(({ values }) => leastSquares(coarse, values, { iterations: 25 }))
    .sort((a, b) => a.cost - b.cost);
  const ends = further.slice(0, KEPT);
  let search = bestOf(
    problem,
    ends.map(({ values }) => values),
    60,
  );
  const all = problem.parameters.map(coordinateOf);
  const agreed = search.agreeing >= KEPT - 1 && !search.apart;
  const hops = agreed ? FEW_HOPS : problem.count > FEW_SAMPLES ? HOPS : MANY_HOPS;
  for (let hop = 0; hop < hops; hop++) {
    const size = [0.03, 0.1, 0.25][hop % 3];
    const moved = Array.from(search.best.values, (v, j) => {
      const t = all[j].of(v) + size * random.normal();
      return all[j].value(Math.min(0.98, Math.max(0.02, t)));
    });
    const near = leastSquares(coarse, moved, { iterations: 25 });
    if (near.cost > 1.5 * search.best.cost) continue;
    const end = leastSquares(problem, near.values, { iterations: 40 });
    if (end.cost < search.best.cost * (1 - 1e-4)) search = { ...search, best: end, agreeing: 0 };
    else if (end.cost < 1.01 * search.best.cost) search = { ...search, agreeing: search.agreeing + 1 };
    search = { ...search, starts: search.starts + 1 };
  }
  const best = leastSquares(
    problem,
    withMovedThresholds(problem, search.best, thresholdsOf(problem)).values,
    { iterations: 200 },
  );
  const agreeing = best.cost < 0.99 * search.best.cost ? 0 : search.agreeing;
  return { ...search, problem, best, agreeing };
}

function bestOf(problem: LoopProblem, starts: readonly ArrayLike<number>[], iterations: number): LoopSearch {
  const ends = starts.map((start) => leastSquares(problem, start, { iterations }));
  const best = ends.reduce((a, b) => (b.cost < a.cost ? b : a));
  const close = ends.filter(({ cost }) => cost <= 1.01 * best.cost);
  const coordinates = problem.parameters.map(coordinateOf);
  return {
    problem,
    best,
    agreeing: close.length,
    starts: ends.length,
    apart: close.some(({ values }) =>
      coordinates.some((c, j) => Math.abs(c.of(values[j]) - c.of(best.values[j])) > 0.05),
    ),
  };
}

/** Voltages and states from which on a law is another one: the model's parameters on a straight scale. */
function thresholdsOf({ own }: LoopProblem): number[] {
  return own.flatMap(({ spacing, zeroCounts }, j) => (spacing === 'log' || zeroCounts === true ? [] : [j]));
}

/** Ends that are not each other's neighbours, best first. */
function distinct(
  ends: readonly LeastSquares[],
  coordinates: readonly { of: (value: number) => number }[],
): LeastSquares[] {
  const kept: LeastSquares[] = [];
  for (const end of ends) {
    const same = kept.some(({ values }) =>
      coordinates.every((c, j) => Math.abs(c.of(values[j]) - c.of(end.values[j])) < 0.01),
    );
    if (!same) kept.push(end);
  }
  return kept;
}

/** The metastable switch fitted to loops with long steps, as which nearly any start ends alike. */
function fittedSwitch(loops: readonly LoopData[], scale: LoopScale, weights: LoopWeights): LoopSearch {
  const problem = new LoopProblem(metastable, loops, scale, { weights, coarse: true });
  const starts = metastable.starts(scale).map((start) => [...start, ...loops.map(() => 0.5)]);
  return bestOf(problem, starts, 40);
}

/** Σ residual² of a metastable switch, quickly: less for loops that stand so that they set at positive voltages. */
export function switchCost(loops: readonly LoopData[], scale: LoopScale, weights: LoopWeights): number {
  return fittedSwitch(loops, scale, weights).best.cost;
}

/** The states that a fitted metastable switch went through, and where it started in each loop. */
function switchTrace(
  loops: readonly LoopData[],
  scale: LoopScale,
  weights: LoopWeights,
): { trace: StateTrace; starts: number[] } {
  const { problem, best } = fittedSwitch(loops, scale, weights);
  const element = problem.elementOf(best.values)!;
  const slopes = rateSlopesOf(element);
  const [point, speed] = [elementPoint(), elementRate()];
  const rows = loops.flatMap(({ times_s, current_A, fitted }, k) => {
    const response = problem.answer(best.values, k);
    if (response === undefined) return [];
    return Array.from(times_s, (t, i) => {
      const [v, x] = [response.voltage_V[i], response.state[i]];
      element.evaluate(v, x, point);
      slopes(v, x, point, speed);
      const step = i + 1 < times_s.length ? times_s[i + 1] - t : t - times_s[i - 1];
      const current = fitted[i] ? current_A[i] : point.current_A;
      return [v, x, speed.rate, speed.stateSlope, step, current];
    });
  });
  const column = (j: number) => Float64Array.from(rows, (row) => row[j]);
  return {
    trace: {
      voltage_V: column(0),
      state: column(1),
      rate: column(2),
      rateByState: column(3),
      step_s: column(4),
      current_A: column(5),
    },
    starts: Array.from(best.values.slice(problem.own.length)),
  };
}
