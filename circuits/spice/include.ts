import type { Card } from './card.js';
import { readLines, type SpiceWarning } from './lines.js';

/** Gives the text of a file that another one includes, and its name; throws if it cannot be read. */
export type IncludeReader = (path: string, fromFile: string) => { text: string; file: string };

const MAX_DEPTH = 20;

/** Puts included files and library sections in the place of their .include, .inc and .lib cards. */
export function includeFiles(
  cards: readonly Card[],
  read: IncludeReader | undefined,
  warnings: SpiceWarning[],
  depth = 0,
): Card[] {
  const all: Card[] = [];
  for (const card of cards) {
    const isLibrary = card.head === '.lib' && card.tokens.length > 2;
    if (card.head !== '.include' && card.head !== '.inc' && !isLibrary) {
      all.push(card);
      continue;
    }
    const path = /^\S+\s+("[^"]*"|'[^']*'|\S+)/.exec(card.text)?.[1].replace(/^["']|["']$/g, '');
    if (path === undefined || path === '') throw card.missing('the name of a file');
    if (read === undefined) {
      throw card.error(
        'include',
        `${path} cannot be included here: the text was read without access to files`,
      );
    }
    if (depth >= MAX_DEPTH)
      throw card.error('include', `files include each other more than ${MAX_DEPTH} deep`);
    let found: { text: string; file: string };
    try {
      found = read(path, card.file);
    } catch (cause) {
      throw card.error('include', `cannot read ${path}: ${cause instanceof Error ? cause.message : cause}`);
    }
    let { cards: inner } = readLines(found.text, found.file, true, warnings);
    if (isLibrary) inner = librarySection(card, inner);
    all.push(...includeFiles(inner, read, warnings, depth + 1));
  }
  return all;
}

/** The cards between `.lib name` and `.endl`. */
function librarySection(card: Card, cards: readonly Card[]): Card[] {
  const wanted = card.tokens[card.tokens.length - 1].text;
  const start = cards.findIndex((inner) => inner.head === '.lib' && inner.tokens[1]?.text === wanted);
  if (start < 0) throw card.error('include', `the library has no section ${wanted}`);
  const length = cards.slice(start + 1).findIndex((inner) => inner.head === '.endl');
  if (length < 0) throw cards[start].error('include', `.lib ${wanted} has no .endl`);
  return cards.slice(start + 1, start + 1 + length);
}
