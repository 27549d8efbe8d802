import { inputError } from '../../core/index.js';

/**
 * Values of one quantity in the order measured, each known exactly or between two ends: `low === high` exact, `low < high` an interval
 * (low, high], `high` infinite right-censored (none seen up to `low`).
 */
export interface Observations {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Observations that are numbers. */
export const exactly = (values: ArrayLike<number>): Observations => {
  const low = Float64Array.from(values);
  return { low, high: low };
};

/** Infinite ends are alike. */
const ends = (a: number, b: number): number => (a === b ? 0 : a - b);

/** Different observations, ascending by their upper end, and how often each came: what likelihoods and resamples are computed from. */
export interface Tally {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly count: Float64Array;
  /** Which of the different ones each observation is, `[observations]`. */
  readonly index: Uint32Array;
}

/** The different observations of a list. Throws `estimates.observations` for ends in the wrong order and for what is no number. */
export function tallyOf({ low, high }: Observations): Tally {
  for (let k = 0; k < low.length; k++)
    if (!(low[k] <= high[k]) || low[k] === Infinity)
      throw inputError(
        'estimates.observations',
        `observation ${k + 1} lies between ${low[k]} and ${high[k]}: the lower end comes first, and both are numbers`,
      );
  const order = Array.from(low.keys()).sort((a, b) => ends(high[a], high[b]) || low[a] - low[b]);
  const index = new Uint32Array(low.length);
  const [lows, highs, counts]: [number[], number[], number[]] = [[], [], []];
  for (const k of order) {
    const last = lows.length - 1;
    if (last < 0 || lows[last] !== low[k] || highs[last] !== high[k]) {
      lows.push(low[k]);
      highs.push(high[k]);
      counts.push(0);
    }
    counts[lows.length - 1]++;
    index[k] = lows.length - 1;
  }
  return {
    low: Float64Array.from(lows),
    high: Float64Array.from(highs),
    count: Float64Array.from(counts),
    index,
  };
}

/** Whether every observation is a number. */
export const isExact = ({ low, high }: Observations): boolean => low.every((value, k) => value === high[k]);
