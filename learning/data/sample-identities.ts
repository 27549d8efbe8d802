import type { Samples } from './data-set.js';
import type { KnownSplit } from './known-data.js';

/** Where a sample belongs. */
export type Part = keyof KnownSplit;

/**
 * What a row is, wherever it stands in its file: a hash of 53 bits of its features' bits and its class's name (FNV-1a over
 * 32-bit words in two lanes, mixed as in MurmurHash3). Two rows of 10⁶ alike by accident: once in 10⁴ files.
 * @returns [samples]
 */
export function identitiesOf({ count, features, values, labels }: Samples, classNames: readonly string[]) {
  const row = new Float64Array(features);
  const words = new Uint32Array(row.buffer);
  const ofClass = classNames.map(wordsOf);
  return Float64Array.from({ length: count }, (_, s) => {
    // `+ 0` makes −0 and 0 one number
    for (let f = 0; f < features; f++) row[f] = values[s * features + f] + 0;
    let high = 0x811c9dc5;
    let low = 0x9dc5811c;
    for (const part of [words, ofClass[labels[s]]]) {
      for (const word of part) {
        high = mixed(high ^ word, 0x85ebca6b);
        low = mixed(low ^ word, 0xc2b2ae35);
      }
    }
    return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
  });
}

function mixed(word: number, factor: number): number {
  const spread = Math.imul(word, factor);
  return Math.imul(spread ^ (spread >>> 15), 0x01000193);
}

function wordsOf(name: string): Uint32Array {
  return Uint32Array.from(name, (character) => character.codePointAt(0) ?? 0);
}

/**
 * Tells of one row after the other where it belongs: where a row like it went before, as often as one did. A row that was
 * nowhere yet is trained on.
 */
export function partFinder({ test, validation }: KnownSplit): (identity: number) => Part {
  const left = { test: counted(test), validation: counted(validation) };
  return (identity) => {
    for (const part of ['test', 'validation'] as const) {
      const times = left[part].get(identity) ?? 0;
      if (times === 0) continue;
      left[part].set(identity, times - 1);
      return part;
    }
    return 'train';
  };
}

function counted(identities: ArrayLike<number>): Map<number, number> {
  const times = new Map<number, number>();
  for (let k = 0; k < identities.length; k++) {
    times.set(identities[k], (times.get(identities[k]) ?? 0) + 1);
  }
  return times;
}
