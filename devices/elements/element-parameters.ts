import { inputError, nearestWord } from '../../core/index.js';

/** A number that a model is made with: what a fit may move, and within which bounds. */
export interface ElementParameter {
  readonly name: string;
  readonly value: number;
  /** Bounds, both allowed. */
  readonly min: number;
  readonly max: number;
  /** SI unit; `1` where there is none. */
  readonly unit: string;
}

/** Partial derivatives by a model's parameters, in their order. */
export interface ElementPartials {
  /** ∂I/∂p at frozen voltage and state, A per unit of the parameter. */
  readonly current: Float64Array;
  /** ∂(dx/dt)/∂p at frozen voltage, current and state, state per second and unit; 0 without a rate. */
  readonly rate: Float64Array;
}

/** Partials for `ElementModel.partials` to fill, one entry a parameter of the model, all 0. */
export function elementPartials(model: { readonly parameters: readonly unknown[] }): ElementPartials {
  const size = model.parameters.length;
  return { current: new Float64Array(size), rate: new Float64Array(size) };
}

export type Bounds = readonly [unit: string, min: number, max: number];

const above0 = Number.MIN_VALUE;
const unbounded = Number.POSITIVE_INFINITY;
/** A finite number above 0. */
export const positive = (unit: string): Bounds => [unit, above0, Number.MAX_VALUE];
export const notNegative = (unit: string): Bounds => [unit, 0, Number.MAX_VALUE];
/** A temperature, above absolute zero. */
export const celsius: Bounds = ['°C', -273.149, Number.MAX_VALUE];
export const share: Bounds = ['1', 0, 1];
export const free = (unit: string): Bounds => [unit, -unbounded, unbounded];

/** The parameters named in `bounds` with their present values; a value that is left out is no parameter. */
export function parameterList<T extends object>(
  values: T,
  bounds: { readonly [K in keyof T]?: Bounds },
): ElementParameter[] {
  const list: ElementParameter[] = [];
  for (const [name, [unit, min, max]] of Object.entries(bounds) as [string, Bounds][]) {
    const value = (values as Record<string, unknown>)[name];
    if (typeof value === 'number') list.push({ name, value, min, max, unit });
  }
  return list;
}

/**
 * Values for `with`, checked one by one; what holds between parameters is for the model to check.
 * @throws OhmpropError `element.parameter` for a name that the model does not have, or a value out of bounds
 */
export function checkedValues(
  model: { readonly name: string; readonly parameters: readonly ElementParameter[] },
  values: Readonly<Record<string, number>>,
): Record<string, number> {
  const names = model.parameters.map(({ name }) => name);
  for (const [name, value] of Object.entries(values)) {
    const known = model.parameters.find((parameter) => parameter.name === name);
    if (known === undefined) {
      const near = nearestWord(name, names);
      throw inputError(
        'element.parameter',
        `${model.name}: it has no parameter ${name}${near === undefined ? '' : `; did you mean ${near}?`} Known: ${names.join(', ')}`,
      );
    }
    if (!(value >= known.min && value <= known.max)) {
      const unit = known.unit === '1' ? '' : ` ${known.unit}`;
      throw inputError(
        'element.parameter',
        `${model.name}: ${name} must lie between ${known.min} and ${known.max}${unit}, got ${value}`,
      );
    }
  }
  return { ...values };
}
