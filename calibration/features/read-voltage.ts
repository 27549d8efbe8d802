import { median } from '../../core/index.js';
import { type MeasuredFile, settingOf } from '../measured/index.js';
import { endOf, type HalfLoop } from './half-loops.js';

/** Where conductances are read, and who said so. */
export interface ReadVoltage {
  /** Magnitude [V]; every reading says its sign. */
  readonly value_V: number;
  readonly from: 'asked' | 'file' | 'chosen' | 'common';
  /** The largest magnitude that both states can be read at before the cell switches: a third of the smaller amplitude [V]; absent without a sweep. */
  readonly most_V?: number;
}

/** Where nobody says: 0.1 V as most papers do, a twentieth of the amplitude where that is larger. */
const CHOSEN_V = 0.1;
const SHARE = 1 / 20;
/** A third of the amplitude at the most: above, cells switch. */
const MOST = 1 / 3;

/** The read voltage of a file's loops. @param common_V at which cells of several files are compared; what a person asks comes first */
export function readVoltageFor(
  loops: readonly HalfLoop[],
  file: Pick<MeasuredFile, 'settings'>,
  asked_V?: number,
  common_V?: number,
): ReadVoltage {
  const amplitude = amplitudeOf(loops);
  const most_V = oneDigitBelow(MOST * amplitude);
  const reach = most_V > 0 ? { most_V } : {};
  if (asked_V !== undefined) return { value_V: Math.abs(asked_V), from: 'asked', ...reach };
  if (common_V !== undefined) return { value_V: common_V, from: 'common', ...reach };
  const told = settingOf(file as MeasuredFile, 'readVoltage_V');
  if (told !== undefined && told !== 0) return { value_V: Math.abs(told), from: 'file', ...reach };
  if (Number.isNaN(amplitude)) return { value_V: CHOSEN_V, from: 'chosen' };
  const least = Math.max(CHOSEN_V, oneDigit(SHARE * amplitude), firstStep(loops));
  return {
    value_V: least <= MOST * amplitude ? least : oneDigit(MOST * amplitude),
    from: 'chosen',
    ...reach,
  };
}

/** The smaller of the amplitudes on either side [V]; NaN without a loop. */
function amplitudeOf(loops: readonly HalfLoop[]): number {
  const ends = ([1, -1] as const)
    .map((polarity) => median(loops.filter((loop) => loop.polarity === polarity).map(endOf)))
    .filter((end) => !Number.isNaN(end))
    .map(Math.abs);
  return ends.length === 0 ? Number.NaN : Math.min(...ends);
}

/** The median of the smallest voltages on the ways out: below them there is nothing to read between. */
function firstStep(loops: readonly HalfLoop[]): number {
  const first = loops.flatMap(({ trace, out }) =>
    out === undefined ? [] : [Math.abs(trace.voltage_V[out.from])],
  );
  return first.length === 0 ? 0 : oneDigit(median(first));
}

/** Rounded to one digit: 0.1, 0.2, 0.5 V rather than 0.1372 V. */
const oneDigit = (value: number): number => (value > 0 ? Number(value.toPrecision(1)) : 0);

/** Cut to one digit, so that what is meant as the most stays below it. */
function oneDigitBelow(value: number): number {
  if (!(value > 0)) return 0;
  const near = oneDigit(value);
  return near <= value * (1 + 1e-9) ? near : oneDigit(near - 10 ** Math.floor(Math.log10(value)));
}
