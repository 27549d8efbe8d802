import { knownUnit, OhmpropError, readQuantity } from '../../core/index.js';

/** An axis that spans more is one of decades. */
export const DECADES = 20;

/** `noise` in V of `readout.noise_V`. */
export function nameAndUnit(key: string): { quantity: string; unit: string } {
  const last = key.split('.').at(-1) ?? key;
  const [, name, suffix] = /^(.+)_([A-Za-z0-9]+)$/.exec(last) ?? [];
  const unit =
    suffix === undefined
      ? undefined
      : suffix === 'seconds'
        ? 's'
        : suffix === 'V2'
          ? 'V²'
          : knownUnit(suffix)?.unit;
  return name === undefined || unit === undefined ? { quantity: last, unit: '1' } : { quantity: name, unit };
}

/** The unit that a value of an axis is in: that of the key's name, else its own; a bare number has none. */
function unitOf(key: string, value: unknown): string {
  const { unit } = nameAndUnit(key);
  if (unit !== '1' || typeof value !== 'string') return unit;
  const suffix = /[^\d.eE+\s-]*$/.exec(value.trim())?.[0] ?? '';
  const own = suffix === '%' ? '1' : (knownUnit(suffix)?.unit ?? '1');
  return own === 'm' ? '1' : own;
}

/**
 * What a value of an axis says, however it is written: `1mV`, `1000uV` and 0.001 are one of a key in volts. Of a key without a unit a bare
 * number and one with a unit are two: β of 0.2, and of 0.2 S.
 */
export function meaningOf(key: string, value: unknown): string {
  const number = quantityOf(key, value);
  if (!Number.isFinite(number)) return JSON.stringify(value);
  return `${Number(number.toPrecision(12))} ${unitOf(key, value)}`;
}

/** A value of an axis as a number; NaN where it is none. */
export function quantityOf(key: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  try {
    return readQuantity(value, unitOf(key, value)).value;
  } catch (error) {
    if (error instanceof OhmpropError) return Number.NaN;
    throw error;
  }
}
