import { dirname, isAbsolute, join } from 'node:path';
import { inputError } from '../../core/index.js';
import { readRegularFileSync } from '../../core/input/index.js';
import { type IncludeReader, includeFiles } from './include.js';
import { readLines } from './lines.js';
import { type ParseOptions, parseSpice } from './parse-spice.js';
import type { SpiceCircuit } from './spice-circuit.js';

/** Reads a SPICE file; files it includes are looked for beside the file that names them. */
export function readSpiceFile(
  path: string,
  options: Omit<ParseOptions, 'file' | 'include'> = {},
): SpiceCircuit {
  return parseSpice(textOf(path), { ...options, file: path, include: besideIt });
}

/**
 * A file's text as it is; or, if it includes others, its cards and theirs in one text, for a program without access to
 * files.
 * @throws OhmpropError with a place where a brace or quote is never closed, which some versions of ngspice never survive
 */
export function readSpiceDeck(path: string): string {
  const text = textOf(path);
  const { title, cards } = readLines(text, path, false, []);
  const all = includeFiles(cards, besideIt, []);
  if (all.every((card, k) => card === cards[k])) return text;
  return [title, ...all.map((card) => card.text), '.end', ''].join('\n');
}

const besideIt: IncludeReader = (name, from) => {
  const file = isAbsolute(name) ? name : join(dirname(from), name);
  return { text: decoded(file), file };
};

/** The largest extracted netlists that are read here have some million elements. */
const MAX_FILE_BYTES = 2 ** 28;

function decoded(path: string): string {
  return new TextDecoder().decode(readRegularFileSync(path, { most_bytes: MAX_FILE_BYTES }));
}

function textOf(path: string): string {
  let text: string;
  try {
    text = decoded(path);
  } catch (cause) {
    throw inputError(
      'spice.file',
      `cannot read ${path}: ${cause instanceof Error ? cause.message : cause}`,
      cause,
    );
  }
  if (text.includes('\0')) {
    throw inputError('spice.file', `${path} is no text in UTF-8: it holds zero bytes; save it as UTF-8`);
  }
  return text;
}
