import { median } from '../../core/index.js';
import { scatterOf } from '../estimates/index.js';
import { type CutCosts, costsOfCuts } from './cut-costs.js';
import { regularCuts } from './regular-cuts.js';

/** Rows `from` to `to`, both included, over which a column of states goes one way. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly way: 'rises' | 'falls';
}

/** Fewest rows of a stretch; fewer between two others are the reset of a cell, not a train. */
export const FEWEST_ROWS = 4;
/** A retrace by this share of the range is a turning point. */
const CLEAR = 0.3;
/** A smaller one is where all come back in time. */
const SMALL = 0.1;
/** And by that many standard deviations of the scatter of single rows. */
const OVER_SCATTER = 4;
/** Lengths of stretches may differ by that share of their median to come back in time. */
const ALIKE = 0.2;

/**
 * Cuts a column of states, in the order measured, where it turns. Turning points are found in the running median of five rows (one
 * glitch is none), by how far the column goes back; then moved to where two smooth pieces describe the rows best; and where trains are
 * of one length, as a program of pulses makes them, set to where that program has them, if the rows do not speak against it.
 * @returns one stretch where nothing turns; none where there are fewer than four rows
 */
export function stretchesOf(states: Float64Array): Stretch[] {
  const n = states.length;
  if (n < FEWEST_ROWS) return [];
  const smooth = runningMedian(states);
  const scatter = scatterOf(states);
  const range = spanOf(smooth);
  const whole = (): Stretch[] => [
    { from: 0, to: n - 1, way: states[n - 1] >= states[0] ? 'rises' : 'falls' },
  ];
  if (!(range > 0)) return whole();
  const clear = turnsOf(smooth, Math.max(CLEAR * range, OVER_SCATTER * scatter), scatter);
  const small = turnsOf(smooth, Math.max(SMALL * range, 2 * OVER_SCATTER * scatter), scatter);
  const turns = small.length >= 3 && small.length > clear.length && isRegular(small, n) ? small : clear;
  if (turns.length === 0) return whole();
  const rises = smooth[turns[0].extreme] > smooth[0];
  const pieces = withoutResets(inRaw(turns, states, rises), rises, n);
  return refined(states, pieces, range);
}

const spanOf = (values: Float64Array): number =>
  values.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY) -
  values.reduce((m, v) => Math.min(m, v), Number.POSITIVE_INFINITY);

function runningMedian(values: Float64Array): Float64Array {
  const n = values.length;
  return values.map((_, i) => {
    const reach = Math.min(2, i, n - 1 - i);
    return median(values.slice(i - reach, i + reach + 1));
  });
}

/** Where a column turns: the row of the extreme, and the last row near it. */
interface Turn {
  readonly extreme: number;
  readonly last: number;
}

/** Extremes from which the column goes back by `least`, alternately highest and lowest. */
function turnsOf(values: Float64Array, least: number, scatter: number): Turn[] {
  const turns: Turn[] = [];
  // of a saturated train, which wanders about its end, the extreme may be anywhere: its last row near it counts
  const near = Math.min(least / 3, 2 * scatter);
  const turnAt = (extreme: number, before: number): Turn => {
    let last = before;
    while (last > extreme && Math.abs(values[last] - values[extreme]) > near) last--;
    return { extreme, last };
  };
  let [high, low] = [0, 0];
  let way = 0;
  for (let i = 1; i < values.length; i++) {
    if (way >= 0 && values[i] >= values[high]) high = i;
    if (way <= 0 && values[i] <= values[low]) low = i;
    if (way >= 0 && values[high] - values[i] > least) {
      if (way > 0 || high > 0) turns.push(turnAt(high, i));
      way = -1;
      low = i;
    } else if (way <= 0 && values[i] - values[low] > least) {
      if (way < 0 || low > 0) turns.push(turnAt(low, i));
      way = 1;
      high = i;
    }
  }
  // The first extreme of a column that goes one way from its start is no turn.
  return turns.length > 0 && Math.abs(values[turns[0].extreme] - values[0]) <= least / 2
    ? turns.slice(1)
    : turns;
}

/** Whether stretches between turning points are of one length, rising and falling each. */
function isRegular(turns: readonly Turn[], n: number): boolean {
  const lengths = turns.slice(1).map(({ last }, k) => last - turns[k].last);
  const last = n - 1 - turns[turns.length - 1].last;
  return [0, 1].every((parity) => {
    const own = lengths.filter((_, k) => k % 2 === parity);
    if (own.length === 0) return last > 0;
    const middle = median(own);
    return own.every((length) => Math.abs(length - middle) <= Math.max(1, ALIKE * middle));
  });
}

/** Turns of the running median at the extremes of the rows themselves, two rows off at most. */
function inRaw(turns: readonly Turn[], states: Float64Array, rises: boolean): Turn[] {
  return turns.map((turn, k) => {
    const sign = (k % 2 === 0) === rises ? 1 : -1;
    let extreme = Math.max(0, turn.extreme - 2);
    for (let i = extreme; i <= Math.min(states.length - 1, turn.extreme + 2); i++)
      if (sign * states[i] > sign * states[extreme]) extreme = i;
    return { extreme, last: turn.last > turn.extreme + 2 ? turn.last : extreme };
  });
}

/** Of the stretches the other way, a shorter one is a reset however many rows it takes to be seen. */
const RESET = 0.15;

/** Stretches between turns; those too short to be trains are resets: their inner rows belong to nothing. */
function withoutResets(turns: readonly Turn[], rises: boolean, n: number): Stretch[] {
  const ends = [...turns.map(({ last }) => last), n - 1];
  const lengths = ends.map((end, k) => end - (k === 0 ? -1 : ends[k - 1]));
  const pieces: Stretch[] = [];
  let from = 0;
  ends.forEach((to, k) => {
    const others = lengths.filter((_, other) => other % 2 !== k % 2);
    const least = Math.max(FEWEST_ROWS, RESET * (others.length === 0 ? 0 : median(others)));
    if (ends.length > 1 && to - from + 1 < least) {
      // the row at which a reset ends is the first of what follows
      from = turns[k]?.extreme ?? to + 1;
      return;
    }
    pieces.push({ from, to, way: (k % 2 === 0) === rises ? 'rises' : 'falls' });
    from = to + 1;
  });
  return pieces;
}

/** The boundaries between neighbours moved to where the rows have them. */
function refined(states: Float64Array, pieces: readonly Stretch[], range: number): Stretch[] {
  const costs: (CutCosts | undefined)[] = pieces.slice(1).map((next, k) => {
    const before = pieces[k];
    return next.from === before.to + 1 ? costsOfCuts(states, before, next, range) : undefined;
  });
  const cuts = regularCuts(pieces, costs, range) ?? costs.map((cost) => cost?.best);
  return pieces.map((piece, k) => ({
    ...piece,
    from: k > 0 && cuts[k - 1] !== undefined ? cuts[k - 1]! + 1 : piece.from,
    to: cuts[k] ?? piece.to,
  }));
}
