import type { CellKernel } from '../../kernels/cells.js';
import type { KernelMemory } from '../../kernels/load.js';
import type { Floats } from '../contract/drive.js';
import type { LocalContrast } from './conductance-store.js';

/** Rows whose changes are worked out at once: whole blocks of 16 cells whatever the columns, and few enough for a cache. */
export const BLOCK_ROWS = 16;
/** Samples that one call of the kernel sums; larger batches take several. */
const CHUNK = 64;

/** The contrast of one group, packed for the kernel: turns it into wanted changes, block of rows by block of rows. */
export class ContrastBlock {
  /** Wanted changes of the block's cells. */
  readonly change: Float32Array;
  private readonly deltaBefore: Float32Array;
  private readonly meanBefore: Float32Array;
  private readonly deltaAfter: Float32Array;
  private readonly meanAfter: Float32Array;
  private readonly shared: Float32Array;
  private readonly stride: number;

  static bytes(rows: number, columns: number): number {
    return 4 * (BLOCK_ROWS * columns + 16 + 2 * CHUNK * (rows + columns + 4) + columns + 4) + 6 * 64;
  }

  constructor(
    private readonly rows: number,
    private readonly columns: number,
    private readonly kernel: CellKernel,
    memory: KernelMemory,
  ) {
    this.stride = Math.ceil(columns / 4) * 4;
    this.change = memory.float32(BLOCK_ROWS * columns + 16);
    this.deltaBefore = memory.float32(CHUNK * rows);
    this.meanBefore = memory.float32(CHUNK * rows);
    this.deltaAfter = memory.float32(CHUNK * this.stride);
    this.meanAfter = memory.float32(CHUNK * this.stride);
    this.shared = memory.float32(this.stride);
  }

  /**
   * Calls `use(first, count)` for each block of cells, with `change` = factor·Σ(δ_i − δ_j)(m_i − m_j) of its cells.
   * @param factor what a change is worth in units of a cell's range
   */
  forEachBlock(contrast: LocalContrast, factor: number, use: (first: number, count: number) => void): void {
    const { rows, columns } = this;
    const chunks = Math.ceil(contrast.batch / CHUNK);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const size = Math.min(CHUNK, contrast.batch - chunk * CHUNK);
      this.load(contrast, chunk * CHUNK, size);
      this.kernel.sharedContrast(
        this.shared.byteOffset,
        columns,
        this.stride,
        size,
        this.deltaAfter.byteOffset,
        this.meanAfter.byteOffset,
        factor,
        chunk === 0 ? 0 : 1,
      );
    }
    for (let row = 0; row < rows; row += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, rows - row);
      for (let chunk = 0; chunk < chunks; chunk++) {
        const from = chunk * CHUNK;
        const size = Math.min(CHUNK, contrast.batch - from);
        if (chunks > 1) this.load(contrast, from, size);
        this.kernel.contrastRows(
          this.change.byteOffset,
          row,
          count,
          rows,
          columns,
          this.stride,
          size,
          this.deltaBefore.byteOffset,
          this.meanBefore.byteOffset,
          this.deltaAfter.byteOffset,
          this.meanAfter.byteOffset,
          factor,
          this.shared.byteOffset,
          chunk === 0 ? 0 : 1,
        );
      }
      use(row * columns, count * columns);
    }
  }

  private load(contrast: LocalContrast, from: number, size: number): void {
    const { rows, columns, stride } = this;
    const before = (source: Floats) => source.subarray(from * rows, (from + size) * rows);
    if (contrast.deltaBefore === undefined) this.deltaBefore.fill(0);
    else this.deltaBefore.set(before(contrast.deltaBefore));
    this.meanBefore.set(before(contrast.meanBefore));
    for (let s = 0; s < size; s++) {
      const own = (source: Floats) => source.subarray((from + s) * columns, (from + s + 1) * columns);
      this.deltaAfter.set(own(contrast.deltaAfter), s * stride);
      this.meanAfter.set(own(contrast.meanAfter), s * stride);
    }
  }
}
