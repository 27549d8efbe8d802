import { median } from '../../core/index.js';

/** A retrace by that share of the range is a turn. */
const TURN = 0.3;
/** Of the steps of a train, smoothed over five rows, so many go the way of the one before; of a wandering state six or seven in ten. */
const STEADY = 0.85;
/** Fewest rows a rise or a fall. */
const FEWEST = 6;

/** Whether values rise and fall steadily, at least once each: what pulses do to a cell, and no state that is left alone. */
export function turnsRound(values: Float64Array): boolean {
  const known = values.filter(Number.isFinite);
  const smooth = known.map((_, i) => {
    const reach = Math.min(2, i, known.length - 1 - i);
    return median(known.slice(i - reach, i + reach + 1));
  });
  const turns = turnsOf(smooth);
  return turns > 0 && known.length >= FEWEST * (turns + 1) && steadiness(smooth) >= STEADY;
}

/** How often values go back by a share of their range. */
function turnsOf(values: Float64Array): number {
  const [low, high] = values.reduce(
    ([least, most], v) => [Math.min(least, v), Math.max(most, v)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const least = TURN * (high - low);
  if (!(least > 0)) return 0;
  let turns = -1;
  let way = 0;
  let [top, bottom] = [values[0], values[0]];
  for (const v of values) {
    top = Math.max(top, v);
    bottom = Math.min(bottom, v);
    if (way <= 0 && v - bottom > least) [way, turns, top] = [1, turns + 1, v];
    else if (way >= 0 && top - v > least) [way, turns, bottom] = [-1, turns + 1, v];
  }
  return Math.max(0, turns);
}

/** Share of the steps that go the way of the one before; where a coarse converter shows none, there is none. */
function steadiness(values: Float64Array): number {
  const ways = Array.from(values.subarray(1), (v, i) => Math.sign(v - values[i])).filter((way) => way !== 0);
  const same = ways.filter((way, i) => i > 0 && way === ways[i - 1]).length;
  return same / Math.max(1, ways.length - 1);
}
