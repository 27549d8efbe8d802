import { displayUnit } from '../../core/index.js';

/** A number found from data, in its SI unit; NaN where there is none. The interval is left out where nobody knows it. */
export interface MeasuredNumber {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** False: the data does not say it, and only that is printed. */
  readonly identifiable?: boolean;
  /** A bound: the number is that or more. */
  readonly atLeast?: true;
  /** Its own SI unit, where a column holds several. */
  readonly unit?: string;
  /** A word on it, shown when pointed at: the estimator, n and effective n. */
  readonly hint?: string;
}

/** A number as it is shown: `1.234`, and its interval apart. */
export interface ShownNumber {
  readonly value: string;
  readonly interval?: string;
}

/** Without an interval so many significant digits. */
const DIGITS = 4;
/** The half-width of an interval is printed to so many, and the value to the same place. */
const INTERVAL_DIGITS = 2;
const MOST_DIGITS = 6;
/** An end so many times farther from the value than the other one is printed to two digits: it is hardly known itself. */
const RUNAWAY = 100;

/** Units of one column: one prefix for all where their sizes are within this factor, else one a number. */
const ONE_PREFIX = 3e3;

/** The prefix that a number reads well in; tenths of a volt stay volts. */
export function readableUnit(size: number, unit: string): { factor: number; unit: string } {
  return Math.abs(size) >= 0.1 && Math.abs(size) < 1
    ? { factor: 1, unit: unit === '1' ? '' : unit }
    : displayUnit(size, unit);
}

/** The prefix in which all of these numbers read well; undefined where there is none. */
export function sharedUnit(
  values: readonly number[],
  unit: string,
): { factor: number; unit: string } | undefined {
  const sizes = values
    .map(Math.abs)
    .filter((size) => size > 0 && Number.isFinite(size))
    .sort((a, b) => a - b);
  if (sizes.length === 0) return displayUnit(1, unit);
  if (sizes[sizes.length - 1] / sizes[0] > ONE_PREFIX) return undefined;
  return readableUnit(sizes[Math.floor(sizes.length / 2)], unit);
}

/**
 * Digits as far as the interval allows: 3.2294 in 2.93 … 3.93 is 3.23.
 * @param bare of no unit: a whole number is a count
 */
export function showNumber(number: MeasuredNumber, factor = 1, bare = false): ShownNumber {
  const [value, low, high] = [number.value, number.low, number.high].map((part) =>
    part === undefined ? undefined : part * factor,
  );
  const half = low === undefined || high === undefined ? Number.NaN : nearerSide(value as number, low, high);
  const places = Number.isFinite(half) && half > 0 ? placesOf(half, value as number) : undefined;
  const write = (part: number) => {
    if (bare && Number.isInteger(part) && places === undefined) return minus(String(part));
    const far = Math.abs(part - (value as number)) > RUNAWAY * half;
    return far && Number.isFinite(part) ? numberAt(part, roundPlaces(part)) : numberAt(part, places);
  };
  const interval =
    low === undefined || high === undefined || (!Number.isFinite(low) && !Number.isFinite(high))
      ? {}
      : { interval: `${write(low)} … ${write(high)}` };
  if (number.identifiable === false) return { value: 'not identifiable', ...interval };
  const bound = number.atLeast === true && Number.isFinite(value) ? '≥ ' : '';
  return { value: `${bound}${write(value as number)}`, ...interval };
}

/** The distance to the nearer end of an interval, which says how well the value is known; half the width where it lies at an end. */
function nearerSide(value: number, low: number, high: number): number {
  const sides = [value - low, high - value].filter((side) => side > 0 && Number.isFinite(side));
  return Math.min(...sides, (high - low) / 2);
}

/** Decimal places that leave two digits of a number. */
const roundPlaces = (part: number): number =>
  INTERVAL_DIGITS - 1 - (part === 0 ? 0 : Math.floor(Math.log10(Math.abs(part))));

/** Decimal places that two digits of the half-width need. */
function placesOf(half: number, value: number): number {
  const places = INTERVAL_DIGITS - 1 - Math.floor(Math.log10(half));
  const size = Math.abs(value) > 0 ? Math.floor(Math.log10(Math.abs(value))) : 0;
  // Never more digits of the value than anyone reads.
  return Math.min(places, MOST_DIGITS - 1 - size);
}

function numberAt(value: number, places: number | undefined): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const plain = Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6;
  if (!plain) {
    const digits =
      places === undefined
        ? DIGITS
        : Math.max(1, Math.min(DIGITS, places + 1 + Math.floor(Math.log10(Math.abs(value)))));
    const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
    return minus(`${mantissa}×10${superscript(Number(exponent))}`);
  }
  if (places === undefined) return minus(value.toPrecision(DIGITS));
  const rounded = places < 0 ? Math.round(value * 10 ** places) / 10 ** places : value;
  return minus(rounded.toFixed(Math.max(0, Math.min(12, places))));
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
function superscript(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return exponent < 0 ? `⁻${digits}` : digits;
}

function minus(text: string): string {
  return text.replace('-', '−');
}
