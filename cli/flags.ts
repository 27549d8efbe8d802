import { InvalidArgumentError } from 'commander';
import { OhmpropError, readQuantities, readQuantity } from '../core/index.js';

// How flags are read; commander adds the flag's name to the message.

export function whole(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError('needs a whole number of 0 or more.');
  }
  return value;
}

/** A whole number from `least` to `most`. */
export function wholeBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`needs a whole number from ${least} to ${most}.`);
  };
}

/** Which values a flag takes, and what it says of others. */
export interface Range {
  readonly needs: string;
  fits(value: number): boolean;
}

export const aboveZero: Range = { needs: 'needs a number above 0.', fits: (value) => value > 0 };
export const zeroOrMore: Range = { needs: 'needs a number of 0 or more.', fits: (value) => value >= 0 };
export const between = (least: number, most: number): Range => ({
  needs: `needs a number from ${least} to ${most}.`,
  fits: (value) => value >= least && value <= most,
});

/** A number with or without its unit: `0.5`, `10uS`, `5%`. */
export function quantity(unit: string, range?: Range): (text: string) => number {
  return (text) => {
    const value = usable(() => readQuantity(text, unit).value);
    if (range !== undefined && !range.fits(value)) throw new InvalidArgumentError(range.needs);
    return value;
  };
}

/** A list `1,2,5` or a range `0:1V:11` of quantities. */
export function quantities(unit: string, range?: Range): (text: string) => number[] {
  return (text) => {
    const values = usable(() => readQuantities(text, unit));
    if (range !== undefined && !values.every((value) => range.fits(value))) {
      throw new InvalidArgumentError(range.needs);
    }
    return values;
  };
}

export const decimal = quantity('1');

function usable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof OhmpropError ? new InvalidArgumentError(`${error.message}.`) : error;
  }
}

/** Sizes of layers, `100,100`; `none` for no layer at all. */
export function sizes(text: string): number[] {
  if (text.trim() === 'none') return [];
  const list = text.split(',').map((part) => Number(part));
  if (text.trim() === '' || list.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new InvalidArgumentError('needs whole numbers separated by commas, for instance 100,100, or none.');
  }
  return list;
}

/** For a flag that may be given several times. */
export function collect(value: string, list: string[]): string[] {
  return [...list, value];
}
