import { patternOfEntries, SparseLu } from '../sparse/index.js';
import type { LinearSystem } from './linear-system.js';

/** A sparse LU behind the interface of a linear system. */
export class SparseSystem implements LinearSystem {
  readonly method = 'sparse';
  readonly values: Float64Array;

  private constructor(
    readonly size: number,
    private readonly lu: SparseLu,
    count: number,
  ) {
    this.values = new Float64Array(count + 1);
  }

  /** The system with these entries, and where each stands in its values. */
  static ofEntries(
    size: number,
    rows: readonly number[],
    columns: readonly number[],
  ): { system: SparseSystem; valueIndex: Int32Array } {
    const { pattern, valueIndex } = patternOfEntries(size, rows, columns);
    return { system: new SparseSystem(size, new SparseLu(pattern), pattern.rowIndex.length), valueIndex };
  }

  factor(): number {
    return this.lu.factor(this.values);
  }

  solve(b: Float64Array): void {
    this.lu.solve(b);
  }

  solveTransposed(b: Float64Array): void {
    this.lu.solveTransposed(b);
  }
}
