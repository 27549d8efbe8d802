import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { inputError } from '../../core/index.js';
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
  return { text: readFileSync(file, 'utf8'), file };
};

function textOf(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
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
