import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { inputError } from '../../core/index.js';
import { readRegularFileSync } from '../../core/input/index.js';
import { decodeText } from './decode-text.js';
import { type IncludeReader, includeFiles } from './include.js';
import { readLines } from './lines.js';
import { type ParseOptions, parseSpice } from './parse-spice.js';
import { isDrawing } from './schematic/drawing.js';
import { netlistOf } from './schematic/netlist-of.js';
import type { SpiceCircuit } from './spice-circuit.js';

/** Reads a SPICE file, or a schematic of LTspice; files it includes are looked for beside the file that names them. */
export function readSpiceFile(
  path: string,
  options: Omit<ParseOptions, 'file' | 'include'> = {},
): SpiceCircuit {
  const { text, lines } = deckOf(path);
  const drawn = lines === undefined ? {} : { lineNumbers: lines, dialect: options.dialect ?? 'ltspice' };
  return parseSpice(text, { ...options, ...drawn, file: path, include: besideIt });
}

/**
 * A file's text as it is; or, if it includes others, its cards and theirs in one text, for a program without access to
 * files.
 * @throws OhmpropError with a place where a brace or quote is never closed, which some versions of ngspice never survive
 */
export function readSpiceDeck(path: string): string {
  const { text } = deckOf(path);
  const { title, cards } = readLines(text, path, false, []);
  const all = includeFiles(cards, besideIt, []);
  if (all.every((card, k) => card === cards[k])) return text;
  return [title, ...all.map((card) => card.text), '.end', ''].join('\n');
}

/** A file's text; of a drawing the netlist, and where its lines come from. */
function deckOf(path: string): { text: string; lines?: readonly number[] } {
  const text = textOf(path);
  if (!isDrawing(text)) return { text };
  return netlistOf(text, path, (name) => {
    const symbol = join(dirname(path), name);
    return existsSync(symbol) ? decoded(symbol) : undefined;
  });
}

const besideIt: IncludeReader = (name, from) => {
  const place = (written: string): string => (isAbsolute(written) ? written : join(dirname(from), written));
  // LTspice's files come from where folders are written with a backslash.
  const slashed = place(name.replaceAll('\\', '/'));
  const file = name.includes('\\') && !existsSync(place(name)) && existsSync(slashed) ? slashed : place(name);
  return { text: decoded(file), file };
};

/** The largest extracted netlists that are read here have some million elements. */
const MAX_FILE_BYTES = 2 ** 28;

function decoded(path: string): string {
  return decodeText(readRegularFileSync(path, { most_bytes: MAX_FILE_BYTES }));
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
    throw inputError('spice.file', `${path} is no text: it holds zero bytes; save it as text in UTF-8`);
  }
  return text;
}
