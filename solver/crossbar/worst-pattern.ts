import type { RandomStream } from '../../core/index.js';
import type { PatternRead, PatternReads } from './pattern-reads.js';

/** The read that is worst of those tried. */
export interface WorstRead extends PatternRead {
  /** Level of each cell, [rows × columns]. */
  readonly pattern: Uint8Array;
  /** Patterns that were read, each counted once. */
  readonly tried: number;
  /** Every pattern was. */
  readonly all: boolean;
}

/** What is searched. */
export interface PatternSearch {
  readonly rows: number;
  readonly columns: number;
  readonly levels: number;
  readonly selected: { readonly row: number; readonly column: number };
  /** Level of the selected cell. */
  readonly own: number;
  /** +1: the largest of sign · current is the worst, −1: the least. */
  readonly towards: 1 | -1;
  /** Most reads; a pattern that is come to twice is read twice. */
  readonly most: number;
}

/** How many patterns there are; infinite where that is more than numbers count. */
export function patternCount(cells: number, levels: number): number {
  return levels ** (cells - 1);
}

/** Goes through every pattern. */
export function tryEveryPattern(reads: PatternReads, search: PatternSearch): WorstRead {
  const { rows, columns, levels, selected, own, towards } = search;
  const chosen = selected.row * columns + selected.column;
  const pattern = new Uint8Array(rows * columns);
  pattern[chosen] = own;
  let worst: WorstRead | undefined;
  const count = patternCount(rows * columns, levels);
  for (let tried = 1; tried <= count; tried++) {
    const read = reads.read(pattern);
    if (worst === undefined || towards * (read.sensed_A - worst.sensed_A) > 0) {
      worst = { ...read, pattern: pattern.slice(), tried: count, all: true };
    }
    for (let k = 0; k < pattern.length; k++) {
      if (k === chosen) continue;
      pattern[k] = (pattern[k] + 1) % levels;
      if (pattern[k] !== 0) break;
    }
  }
  return worst!;
}

/**
 * The worst of some patterns: those that papers name (all others off or on, lines of the selected cell against the rest, chessboards; Liang &
 * Wong, IEEE T-ED 57:2531, 2010), then random ones, each made worse as long as the gains of single cells say how. Nothing promises that no
 * pattern is worse than the one found, as cells bridge each other.
 */
export function searchPatterns(reads: PatternReads, search: PatternSearch, random: RandomStream): WorstRead {
  const { rows, columns, levels, selected, own, towards, most } = search;
  const cells = rows * columns;
  const chosen = selected.row * columns + selected.column;
  const seen = new Set<string>();
  let tried = 0;
  let worst: WorstRead | undefined;
  const read = (pattern: Uint8Array): WorstRead => {
    tried++;
    seen.add(pattern.join(''));
    const found = { ...reads.read(pattern), pattern: pattern.slice(), tried, all: false };
    if (worst === undefined || towards * (found.sensed_A - worst.sensed_A) > 0) worst = found;
    return found;
  };
  const climb = (start: Uint8Array): void => {
    let here = read(start);
    while (tried < most) {
      const gains_A = reads.gains_A();
      const better = Array.from({ length: cells }, (_, k) => {
        let [level, gain_A] = [here.pattern[k], 0];
        for (let other = 0; other < levels; other++) {
          const gain = towards * gains_A[other * cells + k];
          if (k !== chosen && gain > gain_A) [level, gain_A] = [other, gain];
        }
        return { k, level, gain_A };
      })
        .filter(({ gain_A }) => gain_A > 0)
        .sort((a, b) => b.gain_A - a.gain_A);
      // all at once may be too much: half of the best ones, and so on to the best alone
      let next: WorstRead | undefined;
      for (let count = better.length; count >= 1 && tried < most; count = Math.floor(count / 2)) {
        const pattern = here.pattern.slice();
        for (const { k, level } of better.slice(0, count)) pattern[k] = level;
        const found = read(pattern);
        if (towards * (found.sensed_A - here.sensed_A) > 0) {
          next = found;
          break;
        }
      }
      if (next === undefined) return;
      here = next;
    }
  };
  const start = (level: (row: number, column: number) => number) => {
    if (tried >= most) return;
    const pattern = Uint8Array.from({ length: cells }, (_, k) => level(Math.floor(k / columns), k % columns));
    pattern[chosen] = own;
    climb(pattern);
  };
  const top = levels - 1;
  start(() => (towards > 0 ? top : 0));
  start(() => (towards > 0 ? 0 : top));
  start((row) => (row === selected.row ? 0 : top));
  start((_, column) => (column === selected.column ? 0 : top));
  start((row, column) => (row === selected.row || column === selected.column ? 0 : top));
  start((row, column) => (row === selected.row || column === selected.column ? top : 0));
  start((row) => (row === selected.row ? top : 0));
  start((_, column) => (column === selected.column ? top : 0));
  start((row, column) => ((row + column) % 2 === 0 ? top : 0));
  start((row, column) => ((row + column) % 2 === 0 ? 0 : top));
  while (tried < most) start(() => random.integer(levels));
  return { ...worst!, tried: seen.size };
}
