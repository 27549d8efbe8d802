import { printableLine } from '../../core/index.js';
import type { Card } from './card.js';
import { MAX_CARDS, readLines, type SpiceWarning } from './lines.js';
import { placeText } from './place.js';

/** Gives the text of a file that another one includes, and its name; throws if it cannot be read. */
export type IncludeReader = (path: string, fromFile: string) => { text: string; file: string };

/** LTspice names its collections of parts in every netlist that it makes. */
const standardLibrary = /[\\/]lib[\\/]cmp[\\/]standard\.(dio|mos|bjt|jft)["']?\s*$/i;

const MAX_DEPTH = 20;
/** A process kit's models come in some hundred files. */
const MAX_FILES = 2000;
/** Characters of all files together. */
const MAX_TEXT = 2 ** 28;

/** What has been read so far, of all files together: files that include each other multiply. */
class Budget {
  private files = 0;
  private characters = 0;
  private cards = 0;

  file(card: Card, characters: number): void {
    this.files++;
    this.characters += characters;
    if (this.files > MAX_FILES) throw tooLarge(card, `more than ${MAX_FILES} files are included`);
    if (this.characters > MAX_TEXT)
      throw tooLarge(card, `the included files have more than ${MAX_TEXT} characters`);
  }

  card(card: Card): void {
    if (++this.cards > MAX_CARDS) throw tooLarge(card, `more than ${MAX_CARDS} cards`);
  }
}

function tooLarge(card: Card, what: string): Error {
  return card.error('too-large', `${what}; do files include each other many times over?`);
}

/** Puts included files and library sections in the place of their .include, .inc and .lib cards. */
export function includeFiles(
  cards: readonly Card[],
  read: IncludeReader | undefined,
  warnings: SpiceWarning[],
): Card[] {
  const all: Card[] = [];
  const budget = new Budget();
  const put = (from: readonly Card[], depth: number): void => {
    // Of a file with sections, a lone name is that of one; else LTspice and PSpice mean a whole file.
    const sections = from.some(({ head }) => head === '.endl');
    for (const card of from) {
      const isLibrary = card.head === '.lib' && card.tokens.length > 2;
      const isWhole = card.head === '.lib' && card.tokens.length === 2 && !sections;
      if (card.head !== '.include' && card.head !== '.inc' && !isLibrary && !isWhole) {
        budget.card(card);
        all.push(card);
        continue;
      }
      if (isWhole && standardLibrary.test(card.text)) {
        const message = `${card.text.slice(0, MAX_SHOWN)} skipped: it is LTspice's own; models of it must be given`;
        warnings.push({ place: placeText(card.place(0)), message });
        continue;
      }
      const { text, file } = readIncluded(card, read, depth);
      budget.file(card, text.length);
      const { cards: inner } = readLines(text, file, true, warnings);
      put(isLibrary ? librarySection(card, inner) : inner, depth + 1);
    }
  };
  put(cards, 0);
  return all;
}

function readIncluded(
  card: Card,
  read: IncludeReader | undefined,
  depth: number,
): { text: string; file: string } {
  const path = /^\S+\s+("[^"]*"|'[^']*'|\S+)/.exec(card.text)?.[1].replace(/^["']|["']$/g, '');
  if (path === undefined || path === '') throw card.missing('the name of a file');
  const shown = printableLine(path, MAX_SHOWN);
  if (read === undefined) {
    throw card.error(
      'include',
      `${shown} cannot be included here: the text was read without access to files`,
    );
  }
  if (depth >= MAX_DEPTH) throw card.error('include', `files include each other more than ${MAX_DEPTH} deep`);
  try {
    return read(path, card.file);
  } catch (cause) {
    throw card.error('include', `cannot read ${shown}: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** What a message shows of a path. */
const MAX_SHOWN = 80;

/** The cards between `.lib name` and `.endl`. */
function librarySection(card: Card, cards: readonly Card[]): Card[] {
  const wanted = card.tokens[card.tokens.length - 1].text;
  const start = cards.findIndex((inner) => inner.head === '.lib' && inner.tokens[1]?.text === wanted);
  if (start < 0) throw card.error('include', `the library has no section ${wanted}`);
  const length = cards.slice(start + 1).findIndex((inner) => inner.head === '.endl');
  if (length < 0) throw cards[start].error('include', `.lib ${wanted} has no .endl`);
  return cards.slice(start + 1, start + 1 + length);
}
