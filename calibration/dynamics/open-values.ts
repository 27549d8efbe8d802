import { coordinateOf, leastSquares } from '../estimates/index.js';
import type { LoopProblem } from './loop-problem.js';

/** A parameter that loops leave open, and how far. */
export interface OpenParameter {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** Values that are tried, and that are wanted. */
const [TRIED, WANTED] = [12, 6];
/** Of Σ residual²/σ²: what values that loops do not rule out may lose. */
const NOT_RULED_OUT = 6;
/** Of what is open by decades: how many of them to either side of the fit are taken for possible. */
const DECADES = 1;
/** Ends of a profile that come this close to a bound of its search came to it. */
const AT_BOUND = 1e-3;

/**
 * Values that loops leave possible, `[values][parameters]`, those of the fit first: every open parameter is spread over what is open of it,
 * one at a time held there while all others follow. Where the bounds of `problem` are wider than those of the search that
 * came to them, what is open reaches to the wider; what is open by decades, to one on either side of the fit.
 * @param searched the fit's own problem @param problem of the same loops with bounds as wide or wider
 * @param sigma noise of a residual
 */
export function openValues(
  searched: LoopProblem,
  problem: LoopProblem,
  values: ArrayLike<number>,
  open: readonly OpenParameter[],
  sigma: number,
): Float64Array[] {
  const ways = problem.parameters.map(coordinateOf);
  const first = Float64Array.from(values);
  const residuals = new Float64Array(problem.count);
  problem.residuals(first, residuals);
  const cost = residuals.reduce((sum, r) => sum + r * r, 0);
  const spans = open.map(({ name, low, high }) => {
    const j = problem.own.findIndex((own) => own.name === name);
    const before = coordinateOf(searched.own[j]);
    const [from, to] = [before.of(low), before.of(high)];
    const [least, most] =
      problem.own[j].spacing === 'log'
        ? [ways[j].of(first[j] / 10 ** DECADES), ways[j].of(first[j] * 10 ** DECADES)]
        : [0, 1];
    return {
      j,
      low: Math.max(least, from <= AT_BOUND ? 0 : ways[j].of(low)),
      high: Math.min(most, to >= 1 - AT_BOUND ? 1 : ways[j].of(high)),
    };
  });
  const found: Float64Array[] = [first];
  for (let n = 0; n < TRIED && found.length < WANTED; n++) {
    const start = first.slice();
    // a sequence of additive recurrences: evenly over the span of each, and of all of them together
    spans.forEach(({ j, low, high }, k) => {
      const share = (0.5 + (n + 1) * (Math.sqrt(PRIMES[k % PRIMES.length]) % 1)) % 1;
      start[j] = ways[j].value(low + share * (high - low));
    });
    const held = spans[n % spans.length].j;
    const fit = leastSquares(problem, start, {
      held: problem.parameters.map((_, j) => j === held),
      iterations: 40,
      worth: sigma ** 2 / Math.max(cost, Number.MIN_VALUE) / 10,
    });
    if ((fit.cost - cost) / sigma ** 2 < NOT_RULED_OUT) found.push(fit.values);
  }
  return found;
}

const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19];
