import { InvalidArgumentError } from 'commander';
import { OhmpropError, readQuantity } from '../core/index.js';

// How the flags of settings are read; commander adds the flag's name to the message. Ranges are the schema's to check.

export function whole(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError('needs a whole number of 0 or more.');
  }
  return value;
}

/** A number with or without its unit: `0.5`, `10uS`, `5%`. @param unit SI unit, `1` where there is none */
export function quantity(unit: string): (text: string) => number {
  return (text) => {
    try {
      return readQuantity(text, unit).value;
    } catch (error) {
      throw error instanceof OhmpropError ? new InvalidArgumentError(`${error.message}.`) : error;
    }
  };
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
