import { siPrefixes, squaredUnit } from './units.js';

/** Multiply by `factor` and write `unit` behind. */
export interface DisplayUnit {
  readonly factor: number;
  readonly unit: string;
}

/**
 * The unit in which a quantity of this size is read best, for instance 3.4e-6 and `S` → µS.
 * @param unit SI unit; `1` or empty where there is none
 */
export function displayUnit(largest: number, unit: string): DisplayUnit {
  if (unit === '1' || unit === '') return { factor: 1, unit: '' };
  const size = Math.abs(largest);
  // 1 µm² is (1 µm)²: no prefix for a thousand of a square
  if (!(size > 0) || !Number.isFinite(size) || squaredUnit(unit)) return { factor: 1, unit };
  // 0.9995 and above are rounded up to the next prefix by three digits.
  const found =
    siPrefixes.findLast(({ exponent }) => size >= 0.9995 * Number(`1e${exponent}`)) ?? siPrefixes[0];
  return { factor: 1 / Number(`1e${found.exponent}`), unit: `${found.symbol}${unit}` };
}

/**
 * A number for people: three significant digits and the fitting prefix, `3.40 µS`. `readQuantity` reads it back.
 * @param significant digits, where more are needed to tell numbers apart
 */
export function formatQuantity(value: number, unit: string, significant = 3): string {
  if (!Number.isFinite(value)) return String(value);
  const display = displayUnit(value, unit);
  const digits = (value * display.factor).toPrecision(significant).replaceAll('-', '\u2212');
  return display.unit === '' ? digits : `${digits} ${display.unit}`;
}
