import { DenseLu } from '../dense/index.js';
import type { LinearSystem } from './linear-system.js';
import { SparseSystem } from './sparse-system.js';

/** Up to this many unknowns a dense factorisation is quicker than a sparse one. */
const DENSE_LIMIT = 24;

/** Where each of some entries stands in the values of the system that they are part of. */
export type ValueIndexOf = (entries: Int32Array) => Int32Array;

/**
 * Gathers which matrix entries will be written, before the matrix is there. Positions below `first` are not in it: their
 * entries go to a bin.
 */
export class MatrixEntries {
  private readonly rows: number[] = [];
  private readonly columns: number[] = [];

  constructor(
    private readonly first: number,
    private readonly length: number,
  ) {}

  /** Number of the entry at these positions of the solution vector; −1 for the bin. */
  add(row: number, column: number): number {
    if (row < this.first || column < this.first) return -1;
    this.rows.push(row - this.first);
    this.columns.push(column - this.first);
    return this.rows.length - 1;
  }

  /** The four entries of a conductance between each `from` and `to`: both diagonals, then both others. */
  addPairs(from: Int32Array, to: Int32Array): Int32Array {
    const entries = new Int32Array(4 * from.length);
    for (let k = 0, e = 0; k < from.length; k++, e += 4) {
      entries[e] = this.add(from[k], from[k]);
      entries[e + 1] = this.add(to[k], to[k]);
      entries[e + 2] = this.add(from[k], to[k]);
      entries[e + 3] = this.add(to[k], from[k]);
    }
    return entries;
  }

  /** The system of all entries so far. */
  build(): { system: LinearSystem; valueIndexOf: ValueIndexOf } {
    const size = this.length - this.first;
    if (size <= DENSE_LIMIT) {
      const system = new DenseLu(size);
      const bin = system.values.length - 1;
      const at = (entry: number) =>
        entry < 0 ? bin : system.valueIndex(this.rows[entry], this.columns[entry]);
      return { system, valueIndexOf: (entries) => entries.map(at) };
    }
    const { system, valueIndex } = SparseSystem.ofEntries(size, this.rows, this.columns);
    const bin = system.values.length - 1;
    return {
      system,
      valueIndexOf: (entries) => entries.map((entry) => (entry < 0 ? bin : valueIndex[entry])),
    };
  }
}
