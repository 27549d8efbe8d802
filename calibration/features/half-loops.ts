import { largest, type Trace } from './trace.js';

/** A monotone piece of a sweep on one side of zero: points `from` … `to` of the trace, both included, in the order measured. */
export interface Leg {
  readonly from: number;
  readonly to: number;
}

/** Out from zero and back to it on one side: what a set or a reset happens in. Either leg may be missing at the ends of a file. */
export interface HalfLoop {
  readonly trace: Trace;
  readonly polarity: 1 | -1;
  readonly out?: Leg;
  readonly back?: Leg;
}

/** Share of the whole span that a voltage must go back before that counts as turning round. */
const TURN = 0.05;
/** Share of the amplitude that counts as zero. */
const ZERO = 1e-3;
const MIN_POINTS = 3;

/** Points where the drive turns round, the first and the last point included. */
export function turningPoints(drive_V: Float64Array): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of drive_V) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const least = TURN * (high - low);
  const turns = [0];
  if (!(least > 0)) return turns;
  let highest = 0;
  let lowest = 0;
  /** 0 until the first move is larger than `least`. */
  let direction = 0;
  for (let k = 1; k < drive_V.length; k++) {
    if (drive_V[k] > drive_V[highest]) highest = k;
    if (drive_V[k] < drive_V[lowest]) lowest = k;
    if (direction >= 0 && drive_V[k] < drive_V[highest] - least) {
      if (highest !== turns[turns.length - 1]) turns.push(highest);
      direction = -1;
      lowest = k;
      highest = k;
    } else if (direction <= 0 && drive_V[k] > drive_V[lowest] + least) {
      if (lowest !== turns[turns.length - 1]) turns.push(lowest);
      direction = 1;
      highest = k;
      lowest = k;
    }
  }
  if (turns[turns.length - 1] !== drive_V.length - 1) turns.push(drive_V.length - 1);
  return turns;
}

/** The half-loops of a trace, in the order measured. */
export function halfLoopsOf(trace: Trace): HalfLoop[] {
  const { drive_V } = trace;
  const zero = ZERO * largest(drive_V);
  const turns = turningPoints(drive_V);
  const loops: { polarity: 1 | -1; out?: Leg; back?: Leg }[] = [];
  const add = (polarity: 1 | -1, outward: boolean, leg: Leg) => {
    const last = loops[loops.length - 1];
    if (!outward && last !== undefined && last.polarity === polarity && last.back === undefined)
      last.back = leg;
    else loops.push(outward ? { polarity, out: leg } : { polarity, back: leg });
  };
  for (let t = 0; t + 1 < turns.length; t++) {
    // A turning point belongs to both legs, so that they enclose the whole area.
    const [from, to] = [turns[t], turns[t + 1]];
    const rising = drive_V[to] > drive_V[from];
    for (const polarity of rising ? ([-1, 1] as const) : ([1, -1] as const)) {
      let [first, last] = [-1, -1];
      for (let k = from; k <= to; k++) {
        if (drive_V[k] * polarity <= zero) continue;
        if (first < 0) first = k;
        last = k;
      }
      if (first >= 0 && last - first + 1 >= MIN_POINTS)
        add(polarity, rising === (polarity === 1), { from: first, to: last });
    }
  }
  return loops.map((loop) => ({ trace, ...loop }));
}

/** Largest drive that a half-loop went to, signed [V]. */
export function endOf({ trace, out, back, polarity }: HalfLoop): number {
  let most = 0;
  for (const leg of [out, back])
    if (leg !== undefined)
      for (let k = leg.from; k <= leg.to; k++) most = Math.max(most, polarity * trace.voltage_V[k]);
  return polarity * most;
}
