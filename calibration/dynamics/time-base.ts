import { formatQuantity, inputError } from '../../core/index.js';
import type { LoopData } from './loop-data.js';

/** What a file says of when its rows were measured. */
export interface TimeBase {
  /** Of every row, where there is a column. */
  readonly times_s?: Float64Array;
  /** Of the samples, and of the drive, Hz, where they were set or named. */
  readonly rate_Hz?: number;
  readonly frequency_Hz?: number;
}

/** Fewer samples of a period do not show how it goes between them. */
const FEWEST_SAMPLES = 8;

/**
 * Times of the samples of a loop, from a column, else from the rate of the samples, else from the frequency of the drive and how many
 * periods the voltage shows.
 * @param name of the loop, for messages
 * @throws OhmpropError `dynamics.time-base` where nothing says it, `dynamics.times` where times do not rise, `dynamics.aliasing` where
 * samples lie too far apart for the drive
 */
export function timesOf(drive_V: Float64Array, base: TimeBase, name: string): Float64Array {
  const n = drive_V.length;
  const periods = periodsOf(drive_V);
  const { times_s, rate_Hz, frequency_Hz } = base;
  if (n / periods < FEWEST_SAMPLES) {
    throw inputError(
      'dynamics.aliasing',
      `${name}: ${n} samples over ${periods} periods of the voltage, ${(n / periods).toFixed(1)} each: too few to tell the drive between them (aliasing); measure at least ${FEWEST_SAMPLES} samples a period`,
    );
  }
  if (times_s !== undefined) return rising(times_s, name);
  if (rate_Hz !== undefined) {
    if (frequency_Hz !== undefined && frequency_Hz * FEWEST_SAMPLES > rate_Hz) {
      throw inputError(
        'dynamics.aliasing',
        `${name}: ${formatQuantity(rate_Hz, 'Hz')} of samples for a drive of ${formatQuantity(frequency_Hz, 'Hz')} is too slow (aliasing); correct --answer rate=… or frequency=…`,
      );
    }
    return drive_V.map((_, i) => i / rate_Hz);
  }
  if (frequency_Hz !== undefined) {
    requireWhole(drive_V, name);
    const steps = closes(drive_V) ? n - 1 : n;
    return drive_V.map((_, i) => (i * periods) / (steps * frequency_Hz));
  }
  throw inputError(
    'dynamics.time-base',
    `${name}: there is no column of times, and a state that moves needs them; say the rate of the samples, --answer rate=20kHz, or the frequency of the drive, --answer frequency=10Hz (of several files --name-pattern '*_{frequency}_*', or calibrate.yaml beside them)`,
  );
}

/** Of the span: noise of a voltage that ends where it began. */
const NOISE = 0.02;

/** @throws OhmpropError `dynamics.time-base` where the samples are no whole periods, and a frequency says nothing of their times */
function requireWhole(drive_V: Float64Array, name: string): void {
  let [low, high, step] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < drive_V.length; i++) {
    [low, high] = [Math.min(low, drive_V[i]), Math.max(high, drive_V[i])];
    if (i > 0) step = Math.max(step, Math.abs(drive_V[i] - drive_V[i - 1]));
  }
  const apart = Math.abs(drive_V[drive_V.length - 1] - drive_V[0]);
  if (apart <= 2 * step + NOISE * (high - low)) return;
  throw inputError(
    'dynamics.time-base',
    `${name}: the voltage begins at ${formatQuantity(drive_V[0], 'V')} and ends at ${formatQuantity(drive_V[drive_V.length - 1], 'V')}: its samples are no whole periods, so its frequency does not say when each was taken; say the rate of the samples, --answer rate=20kHz, or cut the file where a period ends`,
  );
}

/** Steps at either end that say how far a voltage goes in one. */
const STEPS = 3;
/** Of such a step: a last sample that near the first is the first of the next period once more. */
const SAME = 0.25;

/** Whether the last sample is the first once more, so that n samples are n − 1 steps; not told at a turning point. */
function closes(drive_V: Float64Array): boolean {
  const last = drive_V.length - 1;
  if (last < 2 * STEPS) return false;
  const step = (drive_V[STEPS] - drive_V[0] + (drive_V[last] - drive_V[last - STEPS])) / (2 * STEPS);
  return Math.abs(drive_V[last] - drive_V[0]) < SAME * Math.abs(step);
}

/** Of two frequencies: how far they may be apart and still be meant to be one. */
const OTHER_FREQUENCY = 0.2;

/** How often a voltage goes round by the times of its samples, Hz, and whether the frequency that was told is another. */
export function frequencyByTimes({
  drive_V,
  times_s,
  frequency_Hz,
}: Pick<LoopData, 'drive_V' | 'times_s' | 'frequency_Hz'>): {
  readonly own_Hz: number;
  readonly other: boolean;
} {
  const n = times_s.length;
  // n samples are n steps of a drive that goes on
  const span_s = closes(drive_V) ? times_s[n - 1] : (times_s[n - 1] * n) / (n - 1);
  const own_Hz = periodsOf(drive_V) / span_s;
  return {
    own_Hz,
    other: frequency_Hz !== undefined && Math.abs(own_Hz / frequency_Hz - 1) > OTHER_FREQUENCY,
  };
}

/** Of a loop: the frequency that was told, else, or where its times say another, that of its times, Hz. */
export function frequencyOf(loop: Pick<LoopData, 'drive_V' | 'times_s' | 'frequency_Hz'>): number {
  const { own_Hz, other } = frequencyByTimes(loop);
  return loop.frequency_Hz === undefined || other ? own_Hz : loop.frequency_Hz;
}

function rising(times_s: Float64Array, name: string): Float64Array {
  for (let i = 1; i < times_s.length; i++) {
    if (times_s[i] > times_s[i - 1]) continue;
    throw inputError(
      'dynamics.times',
      `${name}: times must rise: sample ${i + 1} is at ${times_s[i]} s, the one before it at ${times_s[i - 1]} s. A column that does not resolve the samples: name it "-" by --answer columns=…, and give --answer rate=…`,
    );
  }
  return times_s.map((t) => t - times_s[0]);
}

/** Share of the span that a voltage must pass zero by to be on the other side. */
const SIDE = 0.1;

/** Whole periods that a voltage goes through: changes from one side of its middle to the other, two each; one at least. */
export function periodsOf(drive_V: Float64Array): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of drive_V) [low, high] = [Math.min(low, v), Math.max(high, v)];
  const middle = low < 0 && high > 0 ? 0 : (low + high) / 2;
  let [side, changes] = [0, 0];
  for (const v of drive_V) {
    const now = v > middle + SIDE * (high - middle) ? 1 : v < middle - SIDE * (middle - low) ? -1 : 0;
    if (now === 0) continue;
    if (side !== 0 && now !== side) changes++;
    side = now;
  }
  return Math.max(1, Math.round(changes / 2));
}
