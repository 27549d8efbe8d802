import type { RandomStream } from '../../core/index.js';

export function pick<T>(random: RandomStream, from: readonly T[]): T {
  return from[random.integer(from.length)];
}

/** What breaks readers of text. */
const oddText = [
  ...['', ' ', '\n', '\r\n', '\t', '\0', '\uFEFF', '\u202E', '\x1b]0;T\x07', '\uD800', 'µ', '💥'],
  ...['0', '-1', '1e999', '-0', 'NaN', 'Infinity', '0x10', '1_000', '9007199254740993', '1e-400', '٣'],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'null',
    'true',
    '"',
    "'",
    '\\',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
  ],
  ...[':', ',', ';', '=', '#', '%', '&', '*', '!', '|', '>', '@', '`', '?', '-', '+', '^', '<'],
];

/**
 * A valid text with one to five changes: cut, overwritten, inserted, doubled, repeated many times, lines swapped, spliced with
 * another.
 * @param words of the language, and of its mistakes
 */
export function mutateText(
  text: string,
  random: RandomStream,
  words: readonly string[] = [],
  others: readonly string[] = [],
): string {
  let result = text;
  for (let edits = 1 + random.integer(5); edits > 0; edits--) {
    const at = random.integer(result.length + 1);
    const length = 1 + random.integer(random.integer(4) === 0 ? 40 : 3);
    const [before, after] = [result.slice(0, at), result.slice(at)];
    switch (random.integer(9)) {
      case 0:
        result = before + result.slice(at + length);
        break;
      case 1:
        result = before + String.fromCharCode(random.integer(256)) + result.slice(at + 1);
        break;
      case 2:
        result = before + pick(random, words.length > 0 ? words : oddText) + after;
        break;
      case 3:
        result = before + pick(random, oddText) + after;
        break;
      case 4:
        result = before + result.slice(at, at + length) + after;
        break;
      case 5:
        result = swapLines(result, random);
        break;
      case 6:
        result = before + (others.length > 0 ? pick(random, others) : text).slice(random.integer(200));
        break;
      case 7:
        // Now and then, so much of it that what is not linear takes long.
        result =
          before +
          result.slice(at, at + length).repeat(1 + random.integer(random.integer(20) === 0 ? 3000 : 20)) +
          after;
        break;
      default:
        result = before;
    }
  }
  return result.length > MAX_CHARACTERS ? result.slice(0, MAX_CHARACTERS) : result;
}

const MAX_CHARACTERS = 200_000;

function swapLines(text: string, random: RandomStream): string {
  const lines = text.split('\n');
  const a = random.integer(lines.length);
  const b = random.integer(lines.length);
  [lines[a], lines[b]] = [lines[b], lines[a]];
  return lines.join('\n');
}

/** Numbers where a length or an offset may stand. */
const oddNumbers = [
  0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
];

/** Valid bytes with one to five changes: flipped, overwritten by odd numbers, cut, inserted, doubled, shortened, spliced. */
export function mutateBytes(
  bytes: Uint8Array,
  random: RandomStream,
  others: readonly Uint8Array[] = [],
): Uint8Array {
  let result: Uint8Array = Uint8Array.from(bytes);
  for (let edits = 1 + random.integer(5); edits > 0; edits--) {
    const at = random.integer(result.length + 1);
    const length = 1 + random.integer(random.integer(4) === 0 ? 40 : 3);
    switch (random.integer(8)) {
      case 0:
        if (at < result.length) result[at] ^= 1 << random.integer(8);
        break;
      case 1:
        if (at < result.length) result[at] = random.integer(256);
        break;
      case 2:
      case 3: {
        const view = new DataView(result.buffer, result.byteOffset, result.length);
        const value = pick(random, oddNumbers) + random.integer(2);
        const little = random.integer(2) === 0;
        if (at + 4 <= result.length && random.integer(2) === 0) view.setUint32(at, value >>> 0, little);
        else if (at + 2 <= result.length) view.setUint16(at, value & 0xffff, little);
        break;
      }
      case 4:
        result = join(result.subarray(0, at), result.subarray(Math.min(result.length, at + length)));
        break;
      case 5:
        result = join(
          result.subarray(0, at),
          Uint8Array.from({ length }, () => random.integer(256)),
          result.subarray(at),
        );
        break;
      case 6: {
        const other = others.length > 0 ? pick(random, others) : bytes;
        result = join(result.subarray(0, at), other.subarray(random.integer(other.length + 1)));
        break;
      }
      default:
        if (random.integer(3) === 0) result = result.slice(0, at);
        else result = join(result.subarray(0, at), result.subarray(at, at + length), result.subarray(at));
    }
  }
  return result.length > MAX_BYTES ? result.slice(0, MAX_BYTES) : result;
}

const MAX_BYTES = 200_000;

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
