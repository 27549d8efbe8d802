import { type CscPattern, symmetricNeighbours } from './csc-matrix.js';
import { diagonalPattern, eliminationOrder, type FactorPattern } from './factor-pattern.js';

/** What follows from a pattern alone: the order of elimination, and the factors' pattern with pivots from the diagonal. */
export interface Analysis {
  readonly pattern: CscPattern;
  readonly columnOrder: Int32Array;
  readonly diagonal: FactorPattern;
}

/** A transient has the pattern of its start, a sweep that of the point before: the last one is kept while memory allows. */
let last: WeakRef<Analysis> | undefined;

export function analyse(pattern: CscPattern): Analysis {
  const before = last?.deref();
  if (before !== undefined && samePattern(before.pattern, pattern)) return before;
  const neighbours = symmetricNeighbours(pattern);
  const columnOrder = eliminationOrder(neighbours);
  const found = { pattern, columnOrder, diagonal: diagonalPattern(neighbours, columnOrder) };
  last = new WeakRef(found);
  return found;
}

function samePattern(a: CscPattern, b: CscPattern): boolean {
  return a.size === b.size && same(a.columnStart, b.columnStart) && same(a.rowIndex, b.rowIndex);
}

function same(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}
