import { KernelRecord } from './kernel-record.js';
import { instantiateKernel } from './load.js';
import { KernelMemory } from './memory.js';

/** What the refactorisation needs to know of the pattern; index arrays as in a compressed-column matrix. */
export interface SparseLuLayout {
  readonly size: number;
  /** A, its columns in pivot order: [size + 1], then for each entry its pivot row and its place among the values. */
  readonly columnStart: Int32Array;
  readonly entryRow: Int32Array;
  readonly entryIndex: Int32Array;
  /** Number of values of A, one more than the largest of `entryIndex`. */
  readonly valueCount: number;
  readonly lowerStart: Int32Array;
  readonly lowerRow: Int32Array;
  readonly upperStart: Int32Array;
  readonly upperRow: Int32Array;
  readonly nested: Int32Array;
}

/** The kernel's record of one LU: its size and where its arrays lie. */
const sparseLuFields = [
  'size',
  'columnStart',
  'entryRow',
  'entryIndex',
  'values',
  'lowerStart',
  'lowerRow',
  'lower',
  'upperStart',
  'upperRow',
  'upper',
  'inversePivot',
  'nested',
  'scratch',
  'vector',
] as const;

interface SparseLuExports {
  refactor(lu: number, share: number): number;
  substitute(lu: number): void;
  substituteTransposed(lu: number): void;
}

/** The numbers of one sparse LU in WebAssembly memory, refactored in place when the values of A change. */
export class SparseLuKernel {
  /** Values of A, written by the caller. */
  readonly values: Float64Array;
  /** Right-hand side and solution of `substitute`, in pivot order. */
  readonly vector: Float64Array;
  private readonly scratch: Float64Array;
  private readonly kernel: SparseLuExports;
  private readonly record: number;

  constructor(layout: SparseLuLayout) {
    const { size, valueCount } = layout;
    const indices = [
      layout.columnStart,
      layout.entryRow,
      layout.entryIndex,
      layout.lowerStart,
      layout.lowerRow,
      layout.upperStart,
      layout.upperRow,
      layout.nested,
    ];
    const lowerCount = layout.lowerRow.length;
    const upperCount = layout.upperRow.length;
    const reals = valueCount + lowerCount + upperCount + 3 * size;
    const bytes = indices.reduce((sum, array) => sum + 4 * array.length, 8 * reals) + 64 * 18;
    const memory = new KernelMemory(bytes);
    const [columnStart, entryRow, entryIndex, lowerStart, lowerRow, upperStart, upperRow, nested] =
      indices.map((array) => {
        const copy = memory.int32(array.length);
        copy.set(array);
        return copy.byteOffset;
      });
    this.values = memory.float64(valueCount);
    const lower = memory.float64(lowerCount).byteOffset;
    const upper = memory.float64(upperCount).byteOffset;
    const inversePivot = memory.float64(size).byteOffset;
    this.vector = memory.float64(size);
    this.scratch = memory.float64(size);
    this.kernel = instantiateKernel<SparseLuExports>('sparse-lu', memory);
    this.record = memory.allocate(4 * sparseLuFields.length);
    new KernelRecord(sparseLuFields, memory.memory.buffer, this.record).set({
      size,
      columnStart,
      entryRow,
      entryIndex,
      values: this.values.byteOffset,
      lowerStart,
      lowerRow,
      lower,
      upperStart,
      upperRow,
      upper,
      inversePivot,
      nested,
      scratch: this.scratch.byteOffset,
      vector: this.vector.byteOffset,
    });
  }

  /**
   * Factors the present values.
   * @param share a pivot below this share of the largest entry under it is refused
   * @returns −1, or the pivot position at which it stopped
   */
  refactor(share: number): number {
    const stopped = this.kernel.refactor(this.record, share);
    if (stopped >= 0) this.scratch.fill(0);
    return stopped;
  }

  /** Solves for `vector` in place. */
  substitute(): void {
    this.kernel.substitute(this.record);
  }

  /** Solves with the transposed factors for `vector` in place. */
  substituteTransposed(): void {
    this.kernel.substituteTransposed(this.record);
  }
}
