import type { TrainPoints } from './measured-train.js';

/** A train in the order of its pulses, and whether it was listed the other way. */
export interface OrientedTrain extends TrainPoints {
  readonly reversed: boolean;
}

/** Share of the range that a train must end above or below its start by, to rise or fall as a whole. */
const CLEARLY = 0.05;

/**
 * Brings a train into the order in which its pulses came. First by its pulse numbers, where they fall; then by what it does: a
 * depression that rises was listed from its end, as NeuroSim's scripts list them, and its pulse k is counted from the other end.
 */
export function orientTrain(points: TrainPoints, direction: 'up' | 'down'): OrientedTrain {
  const { pulses, states } = points;
  const last = pulses.length - 1;
  const falls = last > 0 && pulses[last] < pulses[0];
  const ordered = falls ? backwards(points, pulses.slice().reverse()) : points;
  const way = wayOf(ordered.states);
  const wrong = direction === 'up' ? way === 'falls' : way === 'rises';
  if (!wrong) return { ...ordered, reversed: false };
  const from = ordered.pulses[0];
  const to = ordered.pulses[last];
  const counted = Float64Array.from(states, (_, at) => from + to - ordered.pulses[last - at]);
  return { ...backwards(ordered, counted), reversed: true };
}

/** What a column does as a whole, by the means of its first and last tenths; `neither` where they are much the same. */
export function wayOf(states: ArrayLike<number>): 'rises' | 'falls' | 'neither' {
  const n = states.length;
  const tenth = Math.max(1, Math.floor(n / 10));
  let [first, last, low, high] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < n; i++) {
    low = Math.min(low, states[i]);
    high = Math.max(high, states[i]);
  }
  for (let i = 0; i < tenth; i++) {
    first += states[i] / tenth;
    last += states[n - 1 - i] / tenth;
  }
  if (Math.abs(last - first) <= CLEARLY * (high - low)) return 'neither';
  return last > first ? 'rises' : 'falls';
}

function backwards({ states, rows }: TrainPoints, pulses: Float64Array): TrainPoints {
  return { pulses, states: states.slice().reverse(), rows: rows.slice().reverse() };
}
