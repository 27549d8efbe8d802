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

/** A value of an axis as a number; NaN where it is none. */
export function quantityOf(key: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  const suffix = /[^\d.eE+\s-]*$/.exec(value.trim())?.[0] ?? '';
  const { unit } = nameAndUnit(key);
  const own = suffix === '%' ? '1' : unit === '1' ? (knownUnit(suffix)?.unit ?? '1') : unit;
  try {
    return readQuantity(value, own === 'm' ? '1' : own).value;
  } catch (error) {
    if (error instanceof OhmpropError) return Number.NaN;
    throw error;
  }
}
