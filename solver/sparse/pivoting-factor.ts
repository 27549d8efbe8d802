import type { CscPattern } from './csc-matrix.js';
import { type FactorPattern, inverse, nestedColumns } from './factor-pattern.js';

/** A diagonal entry is kept as pivot when it is at least this share of the largest in its column. */
const DIAGONAL_SHARE = 0.1;

export type PivotingResult = { readonly pattern: FactorPattern } | { readonly singularColumn: number };

/**
 * LU with row pivoting in a given column order: Gilbert & Peierls, SIAM J. Sci. Stat. Comput. 9:862 (1988). Only the
 * pivot order and the pattern are kept: the numbers come from the refactorisation that follows.
 */
export function pivotingFactor(
  pattern: CscPattern,
  values: ArrayLike<number>,
  columnOrder: Int32Array,
): PivotingResult {
  const { size, columnStart, rowIndex } = pattern;
  const rowPlace = new Int32Array(size).fill(-1);
  const lowerRows: Int32Array[] = [];
  const lowerValues: Float64Array[] = [];
  const upper: Int32Array[] = [];
  const x = new Float64Array(size);
  const mark = new Int32Array(size).fill(-1);
  const reached = new Int32Array(size);
  const stack = new Int32Array(size);
  const progress = new Int32Array(size);
  for (let j = 0; j < size; j++) {
    const column = columnOrder[j];
    // Rows that fill in, in topological order from `top` on: depth-first search through the columns of L so far.
    let top = size;
    for (let p = columnStart[column]; p < columnStart[column + 1]; p++) {
      if (mark[rowIndex[p]] === j) continue;
      let depth = 0;
      stack[0] = rowIndex[p];
      mark[rowIndex[p]] = j;
      progress[0] = 0;
      while (depth >= 0) {
        const row = stack[depth];
        const pivot = rowPlace[row];
        const below = pivot < 0 ? undefined : lowerRows[pivot];
        let descended = false;
        while (below !== undefined && progress[depth] < below.length) {
          const next = below[progress[depth]++];
          if (mark[next] === j) continue;
          mark[next] = j;
          stack[++depth] = next;
          progress[depth] = 0;
          descended = true;
          break;
        }
        if (!descended) {
          reached[--top] = row;
          depth--;
        }
      }
    }
    for (let p = top; p < size; p++) x[reached[p]] = 0;
    for (let p = columnStart[column]; p < columnStart[column + 1]; p++) x[rowIndex[p]] = values[p];
    let above = 0;
    for (let p = top; p < size; p++) {
      const row = reached[p];
      const k = rowPlace[row];
      if (k < 0) continue;
      above++;
      const u = x[row];
      if (u === 0) continue;
      const rows = lowerRows[k];
      const factors = lowerValues[k];
      for (let q = 0; q < rows.length; q++) x[rows[q]] -= factors[q] * u;
    }
    const found = largestUnpivoted(reached, top, size, rowPlace, x);
    const { largest } = found;
    let { pivotRow } = found;
    if (pivotRow < 0 || !(largest > 0) || largest === Number.POSITIVE_INFINITY)
      return { singularColumn: column };
    if (rowPlace[column] < 0 && mark[column] === j && Math.abs(x[column]) >= DIAGONAL_SHARE * largest)
      pivotRow = column;
    const ups = new Int32Array(above);
    const rows = new Int32Array(size - top - above - 1);
    const factors = new Float64Array(rows.length);
    let nextUp = 0;
    let nextRow = 0;
    for (let p = top; p < size; p++) {
      const row = reached[p];
      if (rowPlace[row] >= 0) {
        ups[nextUp++] = rowPlace[row];
      } else if (row !== pivotRow) {
        rows[nextRow] = row;
        factors[nextRow++] = x[row] / x[pivotRow];
      }
    }
    rowPlace[pivotRow] = j;
    upper.push(ups.sort());
    lowerRows.push(rows);
    lowerValues.push(factors);
  }
  return { pattern: assemblePattern(size, rowPlace, columnOrder, lowerRows, upper) };
}

function largestUnpivoted(
  reached: Int32Array,
  top: number,
  size: number,
  rowPlace: Int32Array,
  x: Float64Array,
): { largest: number; pivotRow: number } {
  let largest = 0;
  let pivotRow = -1;
  for (let p = top; p < size; p++) {
    const row = reached[p];
    if (rowPlace[row] >= 0) continue;
    const magnitude = Math.abs(x[row]);
    if (magnitude > largest) {
      largest = magnitude;
      pivotRow = row;
    }
  }
  return { largest, pivotRow };
}

function assemblePattern(
  size: number,
  rowPlace: Int32Array,
  columnOrder: Int32Array,
  lowerRows: readonly Int32Array[],
  upper: readonly Int32Array[],
): FactorPattern {
  const lowerStart = new Int32Array(size + 1);
  const upperStart = new Int32Array(size + 1);
  for (let j = 0; j < size; j++) {
    lowerStart[j + 1] = lowerStart[j] + lowerRows[j].length;
    upperStart[j + 1] = upperStart[j] + upper[j].length;
  }
  const lowerRow = new Int32Array(lowerStart[size]);
  const upperRow = new Int32Array(upperStart[size]);
  for (let j = 0; j < size; j++) {
    lowerRow.set(lowerRows[j].map((row) => rowPlace[row]).sort(), lowerStart[j]);
    upperRow.set(upper[j], upperStart[j]);
  }
  const nested = nestedColumns(size, lowerStart, lowerRow);
  const rowOrder = inverse(rowPlace);
  return { size, rowOrder, rowPlace, columnOrder, lowerStart, lowerRow, upperStart, upperRow, nested };
}
