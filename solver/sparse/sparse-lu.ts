import { SparseLuKernel } from '../../kernels/index.js';
import { analyse } from './analysis.js';
import type { CscPattern } from './csc-matrix.js';
import type { FactorPattern } from './factor-pattern.js';
import { pivotingFactor } from './pivoting-factor.js';

/** Pivots from the diagonal are refused below this share of their column, and rows are exchanged instead. */
const DIAGONAL_SHARE = 1e-3;
/** Pivots that were chosen by size may shrink to this share before they are chosen again. */
const KEPT_SHARE = 1e-6;

export interface SparseLuStats {
  /** Entries of L and U together, the diagonal counted once. */
  readonly entries: number;
  /** Multiplications and additions of one factorisation. */
  readonly operations: number;
  /** Whether rows had to be exchanged for the sake of pivots. */
  readonly pivoting: 'diagonal' | 'row exchange';
}

/**
 * Sparse LU of a square matrix whose pattern stays and whose values change: ordering and pattern are worked out once,
 * every `factor` after that is a pass of the kernel. Pivots come from the diagonal while it serves, as it does for
 * resistor networks; where it does not, rows are exchanged (Gilbert & Peierls) and the new order is kept.
 */
export class SparseLu {
  private readonly columnOrder: Int32Array;
  private factorPattern: FactorPattern;
  private kernel: SparseLuKernel;
  private exchanged = false;

  constructor(readonly pattern: CscPattern) {
    const { columnOrder, diagonal } = analyse(pattern);
    this.columnOrder = columnOrder;
    this.factorPattern = diagonal;
    this.kernel = kernelOf(pattern, this.factorPattern);
  }

  get stats(): SparseLuStats {
    const { size, lowerStart, upperStart, lowerRow, upperRow } = this.factorPattern;
    let operations = 0;
    for (let k = 0; k < size; k++) {
      const below = lowerStart[k + 1] - lowerStart[k];
      operations += below;
      for (let q = upperStart[k]; q < upperStart[k + 1]; q++) {
        operations += 2 * (lowerStart[upperRow[q] + 1] - lowerStart[upperRow[q]]);
      }
    }
    return {
      entries: lowerRow.length + upperRow.length + size,
      operations,
      pivoting: this.exchanged ? 'row exchange' : 'diagonal',
    };
  }

  /**
   * Factors A with these values, in the order of the pattern's entries.
   * @returns −1 when done, else a column of A at which it is singular to working precision
   */
  factor(values: Float64Array): number {
    const { kernel } = this;
    kernel.values.set(
      values.length === kernel.values.length ? values : values.subarray(0, kernel.values.length),
    );
    const share = this.exchanged ? KEPT_SHARE : DIAGONAL_SHARE;
    if (kernel.refactor(share) < 0) return -1;
    const result = pivotingFactor(this.pattern, values, this.columnOrder);
    if ('singularColumn' in result) return result.singularColumn;
    this.factorPattern = result.pattern;
    this.exchanged = true;
    this.kernel = kernelOf(this.pattern, result.pattern);
    this.kernel.values.set(kernel.values);
    const stopped = this.kernel.refactor(0);
    return stopped < 0 ? -1 : this.columnOrder[stopped];
  }

  /** Solves A·x = b with the last factors. @param x may be `b` itself */
  solve(b: Float64Array, x: Float64Array = b): Float64Array {
    const { vector } = this.kernel;
    const { size, rowOrder, columnOrder } = this.factorPattern;
    for (let k = 0; k < size; k++) vector[k] = b[rowOrder[k]];
    this.kernel.substitute();
    for (let k = 0; k < size; k++) x[columnOrder[k]] = vector[k];
    return x;
  }

  /** Solves Aᵀ·x = b with the last factors. @param x may be `b` itself */
  solveTransposed(b: Float64Array, x: Float64Array = b): Float64Array {
    const { vector } = this.kernel;
    const { size, rowOrder, columnOrder } = this.factorPattern;
    for (let k = 0; k < size; k++) vector[k] = b[columnOrder[k]];
    this.kernel.substituteTransposed();
    for (let k = 0; k < size; k++) x[rowOrder[k]] = vector[k];
    return x;
  }
}

function kernelOf(pattern: CscPattern, factors: FactorPattern): SparseLuKernel {
  const { size, columnStart, rowIndex } = pattern;
  const { columnOrder, rowPlace } = factors;
  const starts = new Int32Array(size + 1);
  const entryRow = new Int32Array(rowIndex.length);
  const entryIndex = new Int32Array(rowIndex.length);
  let filled = 0;
  for (let k = 0; k < size; k++) {
    for (let p = columnStart[columnOrder[k]]; p < columnStart[columnOrder[k] + 1]; p++) {
      entryRow[filled] = rowPlace[rowIndex[p]];
      entryIndex[filled++] = p;
    }
    starts[k + 1] = filled;
  }
  const { lowerStart, lowerRow, upperStart, upperRow, nested } = factors;
  return new SparseLuKernel({
    size,
    columnStart: starts,
    entryRow,
    entryIndex,
    valueCount: rowIndex.length,
    lowerStart,
    lowerRow,
    upperStart,
    upperRow,
    nested,
  });
}
