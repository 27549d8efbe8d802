import { inputError } from './errors.js';
import { quoted } from './shown.js';
import { knownUnit, prefixOf, squaredUnit, unitSpellings } from './units.js';

/** A number as read, in the SI unit asked for. */
export interface Quantity {
  readonly value: number;
  /** False for a bare number, with or without a prefix: the caller decides in which unit it was meant. */
  readonly hadUnit: boolean;
}

const form = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?\s*(\S*)$/u;

/**
 * Reads a number that may carry an SI prefix and a unit, case-sensitive: `0.5`, `1k`, `136uS`, `1.2 mV`, `4.7kΩ`, `5%`
 * (of dimensionless numbers alone). Correctly rounded: `5uS` is 5e-6 to the last bit.
 * @param unit SI unit expected: `V`, `A`, `S`, `ohm`, `s`, `F`, `Hz` …; `1` where there is none
 * @param field what is being read, before what is said of it; empty where the caller says that
 * @throws OhmpropError `quantity.unreadable`, `quantity.unit` for another unit, `quantity.not-finite`
 */
export function readQuantity(text: string | number, unit: string, field = ''): Quantity {
  if (typeof text === 'number') return { value: finite(text, text, field), hadUnit: false };
  // Minus signs as typesetters write them, which `formatQuantity` does.
  const match = form.exec(text.trim().replaceAll('\u2212', '-'));
  if (match === null) throw unreadable(text, unit, field);
  const [, sign, digits, power = '0', suffix] = match;
  const scaled = (exponent: number): number =>
    finite(Number(`${sign}${digits}e${Number(power) + exponent}`), text, field);
  if (suffix === '%' && unit === '1') return { value: scaled(-2), hadUnit: true };
  const times = squaredUnit(unit) ? 2 : 1;
  const written = times === 2 ? suffix.replace(/\^?2(?=$|\/)/, '²') : suffix;
  const ofUnit = unit === '1' ? undefined : prefixOf(written, unitSpellings(unit));
  // a prefix is squared with its unit: 1 µm² is 1e-12 m²
  if (ofUnit !== undefined) return { value: scaled(times * ofUnit), hadUnit: true };
  // The one unit that people write with centi.
  if (written === `c${unit}` && /^m²?$/.test(unit)) return { value: scaled(-2 * times), hadUnit: true };
  const bare = prefixOf(suffix, ['']);
  // 25u of an area may be 25e-6 m² or 25 µm²: nobody knows
  if (bare !== undefined && (times === 1 || bare === 0)) return { value: scaled(bare), hadUnit: false };
  throw wrongUnit(text, suffix, unit, field);
}

/** More values than a range may have. */
const MAX_COUNT = 1_000_000;

/**
 * Reads a list of quantities `1,2,5`, or a range of them: `0:1V:11` are 11 values from 0 to 1 V, `log:1uS:1mS:7` seven
 * at equal ratios. Both ends are hit exactly. Every value carries its own unit or none does; 0 needs none.
 * @throws OhmpropError as `readQuantity`, and `quantity.range`, `quantity.mixed`
 */
export function readQuantities(text: string | number, unit: string, field = ''): number[] {
  if (typeof text === 'number') return [readQuantity(text, unit, field).value];
  const parts = text.trim().split(':');
  if (parts.length === 1) return alike(text.split(','), unit, field, text);
  const logarithmic = parts[0].trim() === 'log';
  const [first, last, number, ...more] = logarithmic ? parts.slice(1) : parts;
  const count = Number(number);
  if (number === undefined || more.length > 0 || !Number.isInteger(count) || count < 2 || count > MAX_COUNT) {
    throw inputError(
      'quantity.range',
      `${before(field)}${quoted(text)} is no range; write start:stop:count, for instance 0:1:11 or log:1:1000:4, with a count from 2 to ${MAX_COUNT}`,
    );
  }
  const [start, stop] = alike([first, last], unit, field, text);
  if (logarithmic && !(start * stop > 0)) {
    throw inputError(
      'quantity.range',
      `${before(field)}a logarithmic range needs two ends of one sign, neither 0; got ${quoted(text)}`,
    );
  }
  return Array.from({ length: count }, (_, i) => {
    if (i === count - 1) return stop;
    const share = i / (count - 1);
    return logarithmic ? start * (stop / start) ** share : start + (stop - start) * share;
  });
}

/** Values of which all have a unit or none: in `1,2,5mV` nobody knows what the 1 is. */
function alike(texts: readonly string[], unit: string, field: string, whole: string): number[] {
  const read = texts.map((part) => readQuantity(part, unit, field)).filter(({ value }) => value !== 0);
  if (read.some(({ hadUnit }) => hadUnit) && !read.every(({ hadUnit }) => hadUnit)) {
    throw inputError(
      'quantity.mixed',
      `${before(field)}in ${quoted(whole)} some values have a unit and some have none; give each its unit`,
    );
  }
  return texts.map((part) => readQuantity(part, unit, field).value);
}

/** `field: `, or nothing. */
function before(field: string): string {
  return field === '' ? '' : `${field}: `;
}

function finite(value: number, text: string | number, field: string): number {
  if (Number.isFinite(value)) return value;
  throw inputError('quantity.not-finite', `${before(field)}got ${text}; a finite number is needed`);
}

function unreadable(text: string, unit: string, field: string): Error {
  return inputError(
    'quantity.unreadable',
    `${before(field)}${quoted(text)} is not a number${unit === '1' ? '; write for instance 0.05' : ` or a quantity in ${unit}; ${forInstance(unit)}`}`,
  );
}

function wrongUnit(text: string, suffix: string, unit: string, field: string): Error {
  if (unit === '1') {
    return inputError(
      'quantity.unit',
      `${before(field)}dimensionless here; give a bare number, got ${quoted(text)}`,
    );
  }
  const other = knownUnit(suffix);
  const meant = hint(suffix, unit);
  const why = meant === '' && other !== undefined ? `${other.unit} is another unit` : meant;
  return inputError(
    'quantity.unit',
    `${before(field)}${quoted(text)} is not a quantity in ${unit}${why === '' ? '' : `: ${why}`}; ${forInstance(unit)}`,
  );
}

/** What somebody would write, by unit, without and with it. */
const examples: Readonly<Record<string, readonly [string, string]>> = {
  V: ['0.005', '5mV'],
  ohm: ['1000', '1kohm'],
  Hz: ['1000', '1kHz'],
  m: ['0.085', '85mm'],
  W: ['0.001', '1mW'],
  'm²': ['1e-10', '100um²'],
};

function forInstance(unit: string): string {
  const [bare, full] = Object.hasOwn(examples, unit) ? examples[unit] : ['1e-6', `1u${unit}`];
  return `write for instance ${bare} or ${full}`;
}

/** What was probably meant. */
function hint(suffix: string, unit: string): string {
  const own = (text: string): number | undefined => prefixOf(text, [...unitSpellings(unit), '']);
  if (/^meg/i.test(suffix)) return 'mega is written M';
  if (suffix.startsWith('K') && own(`k${suffix.slice(1)}`) !== undefined) return 'kilo is written k';
  const spelt = unitSpellings(unit).find((s) => suffix.toLowerCase().endsWith(s.toLowerCase()));
  const before = spelt === undefined ? suffix : suffix.slice(0, suffix.length - spelt.length);
  if (spelt !== undefined && prefixOf(before, ['']) !== undefined) return `the unit is written ${unit}`;
  return '';
}
