import { inputError, quoted } from '../../core/index.js';
import type { MixedArray } from '../../records/index.js';
import { shortened } from './known-data.js';
import type { LabelledRows } from './labelled-rows.js';

/**
 * Columns of an array that are to be learned as numbers, of [samples] or [samples × columns].
 * @param names of its columns, where the archive has an array `targets` of them; else `y`, or `y1`, `y2` …
 * @param asked names, or places counted from 1; none for all columns
 * @throws {OhmpropError} `npz.missing`, `npz.shape`, `npz.targets`, `npz.not-finite`
 */
export function numbersOf(
  array: MixedArray | undefined,
  name: string,
  names: readonly string[] | undefined,
  asked: readonly string[],
  file: string,
): NonNullable<LabelledRows['targets']> & { readonly count: number } {
  if (array?.data === undefined) {
    const got = array === undefined ? 'there is none' : 'it is of texts';
    throw inputError(
      'npz.missing',
      `${file}: numbers that are to be learned are read from ${name}, [samples] or [samples × columns], and ${got}`,
    );
  }
  const { data, shape } = array;
  if ((shape.length !== 1 && shape.length !== 2) || shape[1] === 0) {
    throw inputError(
      'npz.shape',
      `${file}: ${name} must be [samples] or [samples × columns] of numbers, got (${shape.join(', ')})`,
    );
  }
  const [count, columns = 1] = shape;
  if (names !== undefined && names.length !== columns) {
    throw inputError(
      'npz.targets',
      `${file}: targets names ${names.length} columns, ${name} has ${columns}; name each`,
    );
  }
  const named = names ?? Array.from({ length: columns }, (_, c) => (columns === 1 ? 'y' : `y${c + 1}`));
  const chosen =
    asked.length === 0 ? named.map((_, c) => c) : asked.map((text) => placeOf(text, named, file));
  const twice = chosen.find((c, k) => chosen.indexOf(c) !== k);
  if (twice !== undefined) {
    throw inputError('npz.targets', `${file}: column ${twice + 1} is named twice among the targets`);
  }
  const values = new Float64Array(count * chosen.length);
  for (let s = 0; s < count; s++) {
    for (const [k, c] of chosen.entries()) {
      const value = data[s * columns + c];
      values[s * chosen.length + k] = value;
      if (Number.isFinite(value)) continue;
      throw inputError(
        'npz.not-finite',
        `${file}: ${name}[${shape.length === 1 ? s : `${s}, ${c}`}] is ${value}; finite numbers are needed`,
      );
    }
  }
  return { names: chosen.map((c) => named[c]), values, count };
}

function placeOf(text: string, names: readonly string[], file: string): number {
  const named = names.indexOf(text);
  const place = named >= 0 ? named : /^\d+$/.test(text) ? Number(text) - 1 : -1;
  if (place >= 0 && place < names.length) return place;
  throw inputError(
    'npz.targets',
    `${file}: there is no column ${quoted(text)} for targets; it has ${shortened(names.join(', '))}`,
  );
}
