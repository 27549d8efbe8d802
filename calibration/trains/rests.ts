import { scatterOf } from '../estimates/index.js';
import type { Part } from './cut-trains.js';
import { somePoints, type TrainPoints } from './measured-train.js';

/** Fewest reads at rest that are seen as such, and the share of a train that they may be. */
const FEWEST = 6;
const MOST = 0.6;
/** A read has left the rest where it is so many σ of one read off its mean; a train of a smaller range than RANGE σ hides its start. */
const LEFT = 4;
const RANGE = 40;
/** Steps over so many reads; that at the start is so large a share of the largest. */
const STEPS = 4;
const STARTS = 0.6;

/**
 * Reads before the first pulse left out of trains: a state that stands still and then at once goes as fast as it ever does was not
 * pulsed until then. A cell that starts slowly goes faster and faster instead. Where the first train is preceded by such reads, as many
 * before each following train, at the end of the one before, are left out too if they stand still.
 */
export function withoutRests(parts: readonly Part[]): { parts: readonly Part[]; remark?: string } {
  const leading = parts.map(({ points }) => restBefore(points.states));
  const usual = leading[0] ?? 0;
  if (leading.every((rest) => rest === 0)) return { parts };
  let left = 0;
  const kept = parts.map((part, k) => {
    const n = part.points.states.length;
    // the last read at rest is the state that the first pulse finds
    const from = Math.max(0, leading[k] - 1);
    const between = k + 1 < parts.length && leading[k + 1] === 0 && usual > 0 && n - from > 3 * usual;
    const to = between && standsStill(part.points.states.subarray(n - usual)) ? n - usual : n;
    left += from + n - to;
    return from === 0 && to === n ? part : { ...part, points: piece(part.points, from, to) };
  });
  return {
    parts: kept,
    remark: `${left} reads at rest, before the pulses of a train, are left out: the state stands still there and then goes at once as fast as it ever does`,
  };
}

function piece(points: TrainPoints, from: number, to: number): TrainPoints {
  const { pulses, ...rest } = somePoints(points, (at) => at >= from && at < to);
  const first = pulses[0] ?? 0;
  return { ...rest, pulses: pulses.map((p) => p - first) };
}

/** How many reads lead a train without a pulse between them; 0 where it starts at once, or slowly. */
function restBefore(states: Float64Array): number {
  const n = states.length;
  const sigma = scatterOf(states);
  const range =
    states.reduce((m, v) => Math.max(m, v), states[0]) - states.reduce((m, v) => Math.min(m, v), states[0]);
  if (!(range > RANGE * sigma)) return 0;
  let [sum, rest] = [0, 0];
  while (
    rest < n &&
    (rest < 2 || Math.abs(states[rest] - sum / rest) <= LEFT * Math.max(sigma, 1e-3 * range))
  ) {
    sum += states[rest];
    rest++;
  }
  if (rest < FEWEST || rest > MOST * n || rest + STEPS >= n || !standsStill(states.subarray(0, rest)))
    return 0;
  const stepAt = (i: number): number => Math.abs(states[i + STEPS] - states[i]);
  let largest = 0;
  for (let i = 0; i + STEPS < n; i++) largest = Math.max(largest, stepAt(i));
  return stepAt(rest - 1) >= STARTS * largest ? rest : 0;
}

/** Whether reads have no trend beyond their scatter. */
function standsStill(states: Float64Array): boolean {
  const n = states.length;
  const middle = (n - 1) / 2;
  const mean = states.reduce((sum, v) => sum + v, 0) / n;
  let [along, all] = [0, 0];
  for (const [i, v] of states.entries()) {
    along += (i - middle) * (v - mean);
    all += (v - mean) ** 2;
  }
  const squares = (n * (n * n - 1)) / 12;
  const rest = Math.max(0, all - along ** 2 / squares) / (n - 2);
  return along ** 2 / squares <= 9 * rest;
}
