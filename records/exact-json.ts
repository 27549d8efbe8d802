import { requirePlainTree } from '../core/input/index.js';

/** What JSON can hold; numbers may also be NaN, ±Infinity and −0, which plain JSON would lose. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
/** A `JsonValue` with named parts. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** The one key of an object that stands for a number JSON has no word for. */
const NUMBER_KEY = '$number';
const specialNumbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};

/** JSON text from which `parseExactJson` gives back every number bit for bit (of NaN, its being one). */
export function stringifyExactJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'number') return inner;
    const name = Object.keys(specialNumbers).find((key) => Object.is(specialNumbers[key], inner));
    return name === undefined ? inner : { [NUMBER_KEY]: name };
  });
}

/**
 * What `stringifyExactJson` wrote, every number as it was; ordinary JSON as well.
 * @throws Error where the text is not JSON, or no plain tree
 */
export function parseExactJson(text: string): JsonValue {
  const value = JSON.parse(text, (_key, inner: unknown) => {
    const name = (inner as Record<string, unknown> | null)?.[NUMBER_KEY];
    return typeof name === 'string' && Object.hasOwn(specialNumbers, name) ? specialNumbers[name] : inner;
  }) as JsonValue;
  requirePlainTree(value);
  return value;
}
