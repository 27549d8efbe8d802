import { type LeastSquares, leastSquares, type Problem } from './least-squares.js';
import { coordinateOf } from './parameters.js';
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
  /** What was met of the profile: values, and 2[ℓ̂ − ℓ_p] there; the best value is one of them. */
  readonly points: readonly ProfilePoint[];
  /** A better fit that was met on the way: the search had not ended at the bottom. */
  readonly better?: LeastSquares;
}

/** What is held, and how far to look first. */
export interface ProfileOptions {
  /** `[parameters]`: held throughout, so no parameters of the fit. */
  readonly held?: readonly boolean[];
  /** Standard error in coordinates of 0 … 1, for the first step. */
  readonly step?: number;
}

/** Of the threshold: what a point of the profile need not be fitted closer than. */
const WORTH = 1e-3;
/** Points of a profile begin near their ends. */
const DAMPING = 1e-6;
/** Share of the threshold's root that a crossing is found to. */
const CLOSE = 0.005;
const MOST_POINTS = 25;
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
  { held = [], step = 0.02 }: ProfileOptions = {},
): ProfileInterval {
  const { parameters, count } = problem;
  const coordinate = coordinateOf(parameters[index]);
  const drop = likelihoodDrop(count, parameters.filter((_, j) => !held[j]).length);
  const value = best.values[index];
  // nothing left over: the data lie on the curve, to the last digits
  if (best.cost === 0) return { low: value, high: value, openLow: false, openHigh: false, points: [] };
  const points: ProfilePoint[] = [[value, 0]];
  const goal = Math.sqrt(drop);
  const ways = parameters.map(coordinateOf);
  const from = coordinate.of(value);
  let better: LeastSquares | undefined;

  const side = (sign: 1 | -1): { end: number; open: boolean } => {
    const bound = sign > 0 ? 1 : 0;
    // the last two points of the profile: the next begins on their straight line
    let last = { t: from, at: ways.map((way, j) => way.of(best.values[j])) };
    let earlier = last;
    const rootAt = (t: number): number => {
      const along = earlier.t === last.t ? 0 : (t - last.t) / (last.t - earlier.t);
      const start = ways.map((way, j) =>
        held[j] === true
          ? best.values[j]
          : way.value(within(last.at[j] + along * (last.at[j] - earlier.at[j]))),
      );
      start[index] = coordinate.value(t);
      const fit = leastSquares(problem, start, {
        held: parameters.map((_, j) => j === index || held[j] === true),
        iterations: 60,
        worth: (WORTH * drop) / count,
        damping: DAMPING,
      });
      const own = { t, at: ways.map((way, j) => way.of(fit.values[j])) };
      [earlier, last] = [last, own];
      if (fit.cost < best.cost * (1 - 1e-6) && fit.cost < (better?.cost ?? Number.POSITIVE_INFINITY)) {
        better = fit;
      }
      const lost = Math.max(0, count * Math.log(fit.cost / best.cost));
      if (Number.isFinite(lost)) points.push([start[index], lost]);
      return Math.sqrt(lost);
    };
    if (from === bound) return { end: coordinate.value(bound), open: true };
    let [inner, innerRoot] = [from, 0];
    let outer = from + sign * Math.min(Math.abs(bound - from), Math.max(1e-9, goal * step));
    let outerRoot = rootAt(outer);
    for (let n = 0; outerRoot < goal; n++) {
      if (outer === bound || n > MOST_POINTS) return { end: coordinate.value(bound), open: true };
      const grow = outerRoot > 0 ? Math.min(4, Math.max(1.2, (1.1 * goal) / outerRoot)) : 4;
      [inner, innerRoot] = [outer, outerRoot];
      outer = from + sign * Math.min(Math.abs(bound - from), grow * Math.abs(outer - from));
      outerRoot = rootAt(outer);
    }
    // regula falsi on the root, which is nearly a straight line; halved where one end stays (Illinois)
    let [low, high] = [innerRoot - goal, outerRoot - goal];
    for (let n = 0; n < MOST_POINTS && Math.abs(high) > CLOSE * goal; n++) {
      const t = Number.isFinite(high) ? (inner * high - outer * low) / (high - low) : (inner + outer) / 2;
      const d = rootAt(t) - goal;
      if (Math.abs(d) <= CLOSE * goal) {
        outer = t;
        break;
      }
      if (d < 0) {
        [inner, low] = [t, d];
        high /= 2;
      } else {
        [outer, high] = [t, d];
        low /= 2;
      }
    }
    return { end: coordinate.value(outer), open: false };
  };

  const [below, above] = [side(-1), side(1)];
  return {
    low: below.end,
    high: above.end,
    openLow: below.open,
    openHigh: above.open,
    points: points.sort(([a], [b]) => a - b),
    ...(better === undefined ? {} : { better }),
  };
}
