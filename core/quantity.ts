import { inputError } from './errors.js';

/**
 * Reads a number that may carry a unit (`0.5`, `136uS`, `1.2 mV`) and returns it in the SI unit asked for.
 * A bare number is returned with `hadUnit: false`, so that the caller decides in which unit it was meant.
 * @param unit SI unit expected: `V`, `A`, `S`, `ohm`, `s`, `F`; `1` where there is none, and only a bare number will do
 * @param field what is being read, for the error
 */
export async function readQuantity(
  text: string | number,
  unit: string,
  field: string,
): Promise<{ value: number; hadUnit: boolean }> {
  if (typeof text === 'number') return { value: finite(text, field), hadUnit: false };
  const trimmed = text.trim();
  if (trimmed !== '' && Number.isFinite(Number(trimmed))) return { value: Number(trimmed), hadUnit: false };
  if (unit === '1') {
    throw inputError(
      'quantity.unreadable',
      `${field}: dimensionless here; give a bare number, got "${text}"`,
    );
  }
  const { unit: parseUnit } = await import('mathjs');
  // Micro sign or Greek mu, ohm sign or Greek omega: keyboards and editors differ.
  try {
    const value = parseUnit(trimmed.replace(/[\u00b5\u03bc]/, 'u').replace(/[\u2126\u03a9]/, 'ohm')).toNumber(
      unit,
    );
    return { value: finite(value, field), hadUnit: true };
  } catch (cause) {
    throw inputError(
      'quantity.unreadable',
      `${field}: "${text}" is not a number or a quantity in ${unit}; write for instance 1e-6 or "1u${unit}"`,
      cause,
    );
  }
}

function finite(value: number, field: string): number {
  if (!Number.isFinite(value)) {
    throw inputError('quantity.not-finite', `${field}: got ${value}; a finite number is needed`);
  }
  return value;
}
