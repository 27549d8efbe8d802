import { type MeasuredFile, settingOf } from '../measured/index.js';
import { endOf, type HalfLoop } from './half-loops.js';
import { middle } from './read-conductance.js';

/** Where conductances are read, and who said so. */
export interface ReadVoltage {
  /** Magnitude [V]; every reading says its sign. */
  readonly value_V: number;
  readonly from: 'asked' | 'file' | 'chosen';
}

/** Where nobody says: 0.1 V as most papers do, a twentieth of the amplitude where that is larger. */
const CHOSEN_V = 0.1;
const SHARE = 1 / 20;
/** A third of the amplitude at the most: above, cells switch. */
const MOST = 1 / 3;

/** The read voltage of a file's loops. */
export function readVoltageFor(
  loops: readonly HalfLoop[],
  file: Pick<MeasuredFile, 'settings'>,
  asked_V?: number,
): ReadVoltage {
  if (asked_V !== undefined) return { value_V: Math.abs(asked_V), from: 'asked' };
  const told = settingOf(file as MeasuredFile, 'readVoltage_V');
  if (told !== undefined && told !== 0) return { value_V: Math.abs(told), from: 'file' };
  const ends = ([1, -1] as const)
    .map((polarity) => middle(loops.filter((loop) => loop.polarity === polarity).map(endOf)))
    .filter((end) => !Number.isNaN(end))
    .map(Math.abs);
  if (ends.length === 0) return { value_V: CHOSEN_V, from: 'chosen' };
  const amplitude = Math.min(...ends);
  const least = Math.max(CHOSEN_V, oneDigit(SHARE * amplitude), firstStep(loops));
  return { value_V: least <= MOST * amplitude ? least : oneDigit(MOST * amplitude), from: 'chosen' };
}

/** The median of the smallest voltages on the ways out: below them there is nothing to read between. */
function firstStep(loops: readonly HalfLoop[]): number {
  const first = loops.flatMap(({ trace, out }) =>
    out === undefined ? [] : [Math.abs(trace.voltage_V[out.from])],
  );
  return first.length === 0 ? 0 : oneDigit(middle(first));
}

/** Rounded to one digit: 0.1, 0.2, 0.5 V rather than 0.1372 V. */
const oneDigit = (value: number): number => (value > 0 ? Number(value.toPrecision(1)) : 0);
