import { type LeastSquares, leastSquares, type Problem } from './least-squares.js';
import { coordinateOf, liesAtBound } from './parameters.js';
import { likelihoodDrop } from './student.js';

/** A value of a parameter, and by how much all others together make up for it. */
export type ProfilePoint = readonly [value: number, drop: number];

/** Where the profile of the likelihood crosses its threshold on either side of the best value. */
export interface ProfileInterval {
  readonly low: number;
  readonly high: number;
  /** The profile came to a bound of the search below its threshold: the data does not close the interval there. */
  readonly openLow: boolean;
  readonly openHigh: boolean;
  /** Indices of other parameters that had come to a bound of the search where the profile closed: beyond it the interval may go on. */
  readonly stopped: readonly number[];
  /** What was met of the profile: values, and 2[ℓ̂ − ℓ_p] there; the best value is one of them. */
  readonly points: readonly ProfilePoint[];
  /**
   * A better fit that was met on the way, by more than matters to an interval: the search had not ended at the bottom. The profile was
   * broken off there unless it was to go on.
   */
  readonly better?: LeastSquares;
}

/** What is held, and how far to look first. */
export interface ProfileOptions {
  /** `[parameters]`: held throughout, so no parameters of the fit. */
  readonly held?: readonly boolean[];
  /** Standard error in coordinates of 0 … 1, for the first step. */
  readonly step?: number;
  /** Go on to both ends where a better fit is met. */
  readonly regardless?: boolean;
}

/** Of the threshold: what a point of the profile need not be fitted closer than. */
const WORTH = 1e-3;
/** Points of a profile begin near their ends. */
const DAMPING = 1e-6;
/** Of the threshold: what a better fit must gain to be worth starting again. */
const BETTER = 0.02;
/** A point of the profile gets so many iterations more once it is below this share of the threshold: on a ridge there is always a little to be gained. */
const [WELL_BELOW, ONCE_BELOW] = [0.5, 6];
/** Share of the threshold's root that a crossing is found to; of points that themselves are only known roughly. */
const [CLOSE, ROUGHLY] = [0.002, 0.02];
/** Of the way from the best value: a crossing is known closely enough between two points that near. */
const NARROW = 0.002;
/** Of the same: points within and without so near each other are asked once more where the root between them is no line; so often on a side at most. */
const [WALL, MOST_CHECKS] = [0.1, 4];
const MOST_POINTS = 30;
const within = (t: number): number => Math.min(1, Math.max(0, t));

/**
 * Profile-likelihood interval {θ: 2[ℓ̂ − ℓ_p(θ)] ≤ drop} of one parameter of a least-squares problem with unknown noise,
 * 2[ℓ̂ − ℓ_p] = n·ln(S_p/Ŝ), all others fitted again at every point (Venzon and Moolgavkar 1988).
 * @param best where the search ended @param index the parameter
 */
export function profileInterval(
  problem: Problem,
  best: LeastSquares,
  index: number,
  { held = [], step = 0.02, regardless = false }: ProfileOptions = {},
): ProfileInterval {
  const { parameters, count } = problem;
  const coordinate = coordinateOf(parameters[index]);
  const drop = likelihoodDrop(count, parameters.filter((_, j) => !held[j]).length);
  const value = best.values[index];
  // nothing left over: the data lie on the curve, to the last digits
  if (best.cost === 0)
    return { low: value, high: value, openLow: false, openHigh: false, stopped: [], points: [] };
  const points: ProfilePoint[] = [[value, 0]];
  const goal = Math.sqrt(drop);
  const ways = parameters.map(coordinateOf);
  const from = coordinate.of(value);
  const inside = best.cost * Math.exp((WELL_BELOW * drop) / count);
  const fallen = best.cost * Math.exp((-BETTER * drop) / count);
  let better: LeastSquares | undefined;
  const brokenOff = (): boolean => better !== undefined && !regardless;

  const others = parameters.map((_, j) => j === index || held[j] === true);
  const residuals = new Float64Array(count);
  const costAt = (values: Float64Array): number => {
    problem.residuals(values, residuals);
    const cost = residuals.reduce((sum, r) => sum + r * r, 0);
    return Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost;
  };

  /** A point of the profile from where others lead: of the starts that they propose, that with the least cost. */
  const pointAt = (t: number, from: readonly ProfileFit[]): ProfileFit => {
    const starts = startsAt(t, from).map((at) =>
      Float64Array.from(ways, (way, j) =>
        j === index ? coordinate.value(t) : held[j] === true ? best.values[j] : way.value(within(at[j])),
      ),
    );
    const costs = starts.map(costAt);
    const fit = leastSquares(problem, starts[costs.indexOf(Math.min(...costs))], {
      held: others,
      iterations: 60,
      worth: (WORTH * drop) / count,
      damping: DAMPING,
      enough: { cost: inside, iterations: ONCE_BELOW },
    });
    if (fit.cost < Math.min(fallen, better?.cost ?? Number.POSITIVE_INFINITY)) better = fit;
    const lost = Math.max(0, count * Math.log(fit.cost / best.cost));
    if (Number.isFinite(lost)) points.push([fit.values[index], lost]);
    return {
      t,
      root: Math.sqrt(lost),
      at: ways.map((way, j) => way.of(fit.values[j])),
      exact: fit.status === 'converged' || fit.iterations < 8,
    };
  };

  const isClose = ({ root, exact }: ProfileFit): boolean =>
    Math.abs(root - goal) <= (exact ? CLOSE : ROUGHLY) * goal;

  const openAt = (t: number): ProfileEnd => ({ end: coordinate.value(t), open: true, stopped: [] });
  const closedAt = ({ t, at }: ProfileFit): ProfileEnd => ({
    end: coordinate.value(t),
    open: false,
    stopped: at.flatMap((a, j) =>
      !others[j] && liesAtBound(a) && !liesAtBound(ways[j].of(best.values[j])) ? [j] : [],
    ),
  });

  const side = (sign: 1 | -1): ProfileEnd => {
    const bound = sign > 0 ? 1 : 0;
    if (from === bound) return openAt(bound);
    const way = Math.abs(bound - from);
    let inner: ProfileFit = {
      t: from,
      root: 0,
      at: ways.map((one, j) => one.of(best.values[j])),
      exact: true,
    };
    let before = inner;
    let outer: ProfileFit | undefined;
    let next = Math.min(way, Math.max(1e-9, goal * step));
    // of the regula falsi on the root, which is nearly a straight line: weights of the ends (Illinois), and how the bracket shrinks
    let [low, high] = [1, 1];
    let widths: number[] = [];
    let checked = 0;
    let asked: ProfileFit | undefined;
    for (let n = 0; n < MOST_POINTS && !brokenOff(); n++) {
      const point = pointAt(
        from + sign * next,
        outer === undefined ? [inner, before] : [inner, outer, before],
      );
      if (isClose(point)) return closedAt(point);
      if (point.root < goal) {
        if (point.t === bound) return openAt(bound);
        [before, inner, low, high] = [inner, point, 1, high / 2];
      } else {
        [outer, low, high] = [point, low / 2, 1];
      }
      if (outer === undefined) {
        const grow = point.root > 0 ? Math.min(4, Math.max(1.2, (1.1 * goal) / point.root)) : 4;
        next = Math.min(way, grow * next);
        continue;
      }
      const width = Math.abs(outer.t - inner.t);
      const slow = widths.push(width) > 2 && width > widths[widths.length - 3] / 2;
      const near = slow && width < WALL * Math.abs(outer.t - from);
      const found = width <= NARROW * Math.abs(outer.t - from);
      if ((near || found) && outer !== asked && checked < MOST_CHECKS) {
        // a wall, or a search that went astray on its way from farther off: once more, from the neighbour
        checked++;
        const again = pointAt(outer.t, [inner]);
        if (isClose(again)) return closedAt(again);
        if (again.root < goal) {
          if (again.t === bound) return openAt(bound);
          [before, inner, outer, low, high, widths] = [inner, again, undefined, 1, 1, []];
          next = Math.min(way, 1.5 * Math.abs(again.t - from));
          continue;
        }
        outer = asked = again;
      }
      if (found) break;
      const [a, b] = [low * (goal - inner.root), high * (Math.min(outer.root, 3 * goal) - goal)];
      const share = slow ? 0.5 : a / (a + b);
      next = Math.abs(inner.t - from) + share * width;
    }
    return outer === undefined ? openAt(bound) : closedAt(outer);
  };

  const below = side(-1);
  const above = brokenOff() ? openAt(from) : side(1);
  return {
    low: below.end,
    high: above.end,
    openLow: below.open,
    openHigh: above.open,
    stopped: [...new Set([...below.stopped, ...above.stopped])],
    points: points.sort(([a], [b]) => a - b),
    ...(better === undefined ? {} : { better }),
  };
}

/** Where a profile ends on one side. */
interface ProfileEnd {
  readonly end: number;
  readonly open: boolean;
  readonly stopped: readonly number[];
}

/** A point of a profile: where it was held, the root of what was lost there, and the coordinates of all. */
interface ProfileFit {
  readonly t: number;
  readonly root: number;
  readonly at: readonly number[];
  /** All others are at their best there, as far as matters. */
  readonly exact: boolean;
}

/** Coordinates to begin a point at: those of the first of `from`, and those of the straight lines through it and each of the others. */
function startsAt(t: number, [first, ...others]: readonly ProfileFit[]): (readonly number[])[] {
  const lines = others
    .filter(({ t: own }) => own !== first.t)
    .map(({ t: own, at }) => {
      const along = (t - first.t) / (own - first.t);
      return first.at.map((a, j) => a + along * (at[j] - a));
    });
  return [first.at, ...lines];
}
