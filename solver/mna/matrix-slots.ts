import { DenseSystem, type LinearSystem } from './linear-system.js';
import { SparseSystem } from './sparse-system.js';

/** Up to this many unknowns a dense factorisation is quicker than a sparse one. */
const DENSE_LIMIT = 24;

/**
 * Gathers which matrix entries will be written, then hands out one slot each. Positions below `first` are not in the
 * matrix: their entries go to a bin.
 */
export class MatrixSlots {
  private readonly rows: number[] = [];
  private readonly columns: number[] = [];

  constructor(
    private readonly first: number,
    private readonly length: number,
  ) {}

  /** A ticket for the entry at these positions of the solution vector; −1 for the bin. */
  request(row: number, column: number): number {
    if (row < this.first || column < this.first) return -1;
    this.rows.push(row - this.first);
    this.columns.push(column - this.first);
    return this.rows.length - 1;
  }

  /** The system, and the slot of each ticket. */
  build(): { system: LinearSystem; slotOf: (ticket: number) => number } {
    const size = this.length - this.first;
    if (size <= DENSE_LIMIT) {
      const system = new DenseSystem(size);
      const bin = system.values.length - 1;
      return {
        system,
        slotOf: (ticket) => (ticket < 0 ? bin : system.slot(this.rows[ticket], this.columns[ticket])),
      };
    }
    const { system, slots } = SparseSystem.ofEntries(size, this.rows, this.columns);
    const bin = system.values.length - 1;
    return { system, slotOf: (ticket) => (ticket < 0 ? bin : slots[ticket]) };
  }
}
