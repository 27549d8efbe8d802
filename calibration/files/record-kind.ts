import { scatterOf } from '../estimates/index.js';
import { FEWEST_OF_NOISE, type MeasuredColumn, type SeriesKind } from '../measured/index.js';
import { shapeOf } from './column-shapes.js';
import { isState } from './curve.js';
import { turnsRound } from './turns-round.js';

/** Samples from which an even record of a state is one of noise, where no name says it. */
const NOISE_SAMPLES = 256;
/** Longest such record [s]. */
const NOISE_SECONDS = 1000;
/** A record of noise is sampled evenly: the steps of the last tenth are at most so many times those of the first. */
const SPREADS_OUT = 2;

/**
 * A state over time: noise or retention. Values go before names where they can be one thing alone: a record at ever longer steps has no
 * spectrum. Else by words beside it; else an even and quick record that neither drifts nor is driven is one of noise.
 * @param words names and lines that stand beside it
 * @returns undefined where neither a time nor a word tells
 */
export function recordKind(columns: readonly MeasuredColumn[], words: string): SeriesKind | undefined {
  const time = columns.find(({ role }) => role === 'time_s');
  const said = words.toLowerCase();
  if (time === undefined && /\bfs[_ ]?\(?(hz)?\b|sampl\w* (rate|freq)|rate_?hz/.test(said)) return 'noise';
  if (/retention|relax|decay/.test(said)) return 'retention';
  const noisy = time === undefined || !spreadsOut(time.values);
  if (noisy && /(?<![a-z])(?:noise|rtn|psd|fluctuat\w*)(?![a-z])/.test(said)) {
    const rows = columns[0]?.values.length ?? 0;
    return rows >= FEWEST_OF_NOISE || time === undefined ? 'noise' : 'retention';
  }
  if (/endurance/.test(said)) return 'endurance';
  if (time === undefined) return undefined;
  const shape = shapeOf(time.values);
  const state = columns.find(isState);
  if (shape.even && state !== undefined && turnsRound(state.values)) return 'train';
  const quick = shape.even && shape.count >= NOISE_SAMPLES && shape.high - shape.low < NOISE_SECONDS;
  return quick && !(state !== undefined && driftsAway(state.values)) ? 'noise' : 'retention';
}

/** Whether the steps of a time grow, as they do in records over decades of it. */
function spreadsOut(time: Float64Array): boolean {
  const known = time.filter(Number.isFinite);
  const tenth = Math.max(1, Math.floor((known.length - 1) / 10));
  const first = known[tenth] - known[0];
  const last = known[known.length - 1] - known[known.length - 1 - tenth];
  return first > 0 && last > SPREADS_OUT * first;
}

/** Pieces that a record is cut into, and how many of their steps go one way where it drifts: of wandering noise half of them. */
const PIECES = 10;
const ONE_WAY = 8;
/** The drift is of at least so many standard deviations of one reading. */
const OVER_SCATTER = 3;

/** Whether a state goes one way throughout, by more than its readings scatter: it is being lost, or gained. */
function driftsAway(values: Float64Array): boolean {
  const known = values.filter(Number.isFinite);
  const size = Math.floor(known.length / PIECES);
  if (size === 0) return false;
  const means = Array.from({ length: PIECES }, (_, k) => {
    const piece = known.subarray(k * size, (k + 1) * size);
    return piece.reduce((sum, v) => sum + v, 0) / size;
  });
  const ways = means.slice(1).map((mean, k) => Math.sign(mean - means[k]));
  const change = means[PIECES - 1] - means[0];
  const along = ways.filter((way) => way !== 0 && way === Math.sign(change)).length;
  return along >= ONE_WAY && Math.abs(change) > OVER_SCATTER * scatterOf(known);
}
