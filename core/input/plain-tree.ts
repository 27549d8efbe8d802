import { quoted } from '../shown.js';

/** Keys that reach an object's prototype instead of the object. */
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Deeper than any file of ours is nested. */
const MAX_DEPTH = 64;
/** Values in one file, those that are repeated by reference counted each time. */
const MAX_VALUES = 1_000_000;

/** Whether a name may be the key of an object that is made of what somebody wrote. */
export function isSafeKey(key: string): boolean {
  return !forbiddenKeys.has(key);
}

/**
 * Refuses what is not a tree of texts, numbers, truth values, nothing, lists and mappings, of bounded depth and size, whose
 * keys are harmless. To be called on whatever was read from YAML or JSON, before anything looks at it.
 * @throws Error that says what is wrong, and where
 */
export function requirePlainTree(value: unknown): void {
  let left = MAX_VALUES;
  const visit = (at: unknown, path: readonly string[]): void => {
    if (--left < 0)
      throw new Error(`it holds more than ${MAX_VALUES} values; are some repeated by reference?`);
    if (typeof at !== 'object' || at === null) {
      if (typeof at === 'bigint' || typeof at === 'symbol' || typeof at === 'function') throw odd(path);
      return;
    }
    if (path.length >= MAX_DEPTH) throw new Error(`it is nested more than ${MAX_DEPTH} deep`);
    if (Array.isArray(at)) {
      for (let k = 0; k < at.length; k++) visit(at[k], [...path, String(k)]);
      return;
    }
    const prototype: unknown = Object.getPrototypeOf(at);
    if (prototype !== Object.prototype && prototype !== null) throw odd(path);
    for (const [key, inner] of Object.entries(at)) {
      if (!isSafeKey(key)) throw new Error(`${placeOf([...path, key])}: unknown key; no key is called so`);
      visit(inner, [...path, key]);
    }
  };
  visit(value, []);
}

function odd(path: readonly string[]): Error {
  return new Error(`${placeOf(path)}: only texts, numbers, true and false, lists and mappings can be here`);
}

function placeOf(path: readonly string[]): string {
  return path.length === 0 ? 'the whole' : quoted(path.join('.'));
}
