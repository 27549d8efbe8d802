import { inputError } from '../../core/index.js';

/** Throws `element.parameter`, naming model and field, unless every field named is a finite number > 0. */
export function requirePositive<T extends object>(
  model: string,
  parameters: T,
  fields: readonly (keyof T & string)[],
): void {
  require(model, parameters, fields, (value) => value > 0, 'positive');
}

/** The same for ≥ 0. */
export function requireNotNegative<T extends object>(
  model: string,
  parameters: T,
  fields: readonly (keyof T & string)[],
): void {
  require(model, parameters, fields, (value) => value >= 0, '≥ 0');
}

/** R_on below R_off, both positive. */
export function requireResistances(model: string, r_on_ohm: number, r_off_ohm: number): void {
  requirePositive(model, { r_on_ohm, r_off_ohm }, ['r_on_ohm', 'r_off_ohm']);
  if (r_on_ohm >= r_off_ohm) {
    throw inputError(
      'element.parameter',
      `${model}: r_on_ohm must be below r_off_ohm, got ${r_on_ohm} and ${r_off_ohm}`,
    );
  }
}

export function requireBetween(model: string, field: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw inputError(
      'element.parameter',
      `${model}: ${field} must lie between ${low} and ${high}, got ${value}`,
    );
  }
}

function require<T extends object>(
  model: string,
  parameters: T,
  fields: readonly (keyof T & string)[],
  fits: (value: number) => boolean,
  what: string,
): void {
  for (const field of fields) {
    const value = Number(parameters[field]);
    if (!fits(value) || !Number.isFinite(value)) {
      throw inputError('element.parameter', `${model}: ${field} must be ${what}, got ${value}`);
    }
  }
}
