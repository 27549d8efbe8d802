import { inputError, OhmpropError, printableLine } from '../../core/index.js';
import type { Columns } from './csv-columns.js';

/** Different words of a column that are named. */
const MOST_WORDS = 3;
/** So many cells make a column of words; one is a slip. */
const LEAST = 2;
const startsWithLetter = /^\p{L}/u;

/**
 * Cells of features and targets that are no numbers. Whether one is a slip in a column of numbers, or its column holds words, shows only
 * after the last row.
 */
export class WordCells {
  /** What the first such cell of a column was refused with, and what stood in it. */
  private readonly columns = new Map<
    number,
    { readonly error: OhmpropError; words: Set<string>; count: number }
  >();

  /** Reads a cell of column `c`, from 0; NaN for a word, which is kept for `requireNone`. */
  read(c: number, cell: string, readNumber: () => number): number {
    try {
      return readNumber();
    } catch (error) {
      if (!(error instanceof OhmpropError && error.code === 'csv.not-a-number')) throw error;
      const found = this.columns.get(c) ?? { error, words: new Set<string>(), count: 0 };
      if (startsWithLetter.test(cell)) found.count++;
      if (found.words.size <= MOST_WORDS) found.words.add(printableLine(cell, 20));
      this.columns.set(c, found);
      return Number.NaN;
    }
  }

  /**
   * @param names of the columns, where there is a header; `targets` those of numbers that are asked for
   * @throws `csv.words` naming each column of words, else `csv.not-a-number` with the place of the first slip
   */
  requireNone(file: string, rows: number, { names, targets = [] }: Pick<Columns, 'names' | 'targets'>): void {
    if (this.columns.size === 0) return;
    const ofWords = [...this.columns].filter(([, { count }]) => count >= LEAST && 2 * count > rows);
    if (ofWords.length === 0) {
      const [first] = this.columns.values();
      throw first.error;
    }
    const described = ofWords.map(([c, { words }]) => {
      const shown = [...words].slice(0, MOST_WORDS).join(', ');
      const name = names?.[c] === undefined ? '' : ` (${printableLine(names[c], 80)})`;
      return `column ${c + 1}${name} holds words (${shown}${words.size > MOST_WORDS ? ', …' : ''})`;
    });
    if (ofWords.every(([c]) => targets.includes(c))) {
      throw inputError(
        'csv.words',
        `${file}: ${described.join('; ')}, and targets must be numbers; to learn a class leave --targets out: it is the last column, or the one named label`,
      );
    }
    throw inputError(
      'csv.words',
      `${file}: ${described.join('; ')}, and features must be numbers; leave the column out, or write it as one column of 0 and 1 for each word`,
    );
  }
}
