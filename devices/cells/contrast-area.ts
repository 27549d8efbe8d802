import { type CellKernel, cellContrastFields, type KernelMemory, KernelRecord } from '../../kernels/index.js';
import type { Floats } from '../contract/index.js';
import type { ContrastRoom, LocalContrast, WantedChanges } from './wanted-changes.js';

/** Rows whose changes are worked out at once: whole blocks of 16 cells whatever the columns, and few enough for a cache. */
export const BLOCK_ROWS = 16;
/** Samples that one call of the kernel sums; larger batches take several. */
const CHUNK = 64;

/** Room in a kernel's memory for the contrast of one group and the changes of some of its rows. */
export class ContrastArea implements ContrastRoom {
  /** Changes of the rows last asked for. */
  readonly change: Float32Array;
  private readonly deltaBefore: Float32Array;
  private readonly meanBefore: Float32Array;
  private readonly deltaAfter: Float32Array;
  private readonly meanAfter: Float32Array;
  private readonly shared: Float32Array;
  private readonly stride: number;
  private readonly record: KernelRecord<(typeof cellContrastFields)[number]>;

  static bytes(rows: number, columns: number): number {
    return 4 * (BLOCK_ROWS * columns + 16 + 2 * CHUNK * (rows + columns + 4) + columns + 4) + 7 * 64 + 64;
  }

  constructor(
    readonly rows: number,
    readonly columns: number,
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
    this.record = new KernelRecord(
      cellContrastFields,
      memory.memory.buffer,
      memory.allocate(4 * cellContrastFields.length),
    );
    this.record.set({
      change: this.change.byteOffset,
      rows,
      columns,
      stride: this.stride,
      deltaBefore: this.deltaBefore.byteOffset,
      meanBefore: this.meanBefore.byteOffset,
      deltaAfter: this.deltaAfter.byteOffset,
      meanAfter: this.meanAfter.byteOffset,
      shared: this.shared.byteOffset,
    });
  }

  /** The changes descent·Σ(δ_i − δ_j)(m_i − m_j) of one contrast, worked out in this area; good until the next is asked for. */
  changesOf(contrast: LocalContrast, descent: number): WantedChanges {
    let shared_S = Number.NaN;
    return {
      block: (first, count, _out, unit_S) => {
        const factor = descent / unit_S;
        if (unit_S !== shared_S) this.share(contrast, factor);
        shared_S = unit_S;
        this.rowsOf(contrast, first / this.columns, count / this.columns);
      },
    };
  }

  /** What all rows have in common; a contrast of one chunk stays loaded for the rows that follow. */
  private share(contrast: LocalContrast, factor: number): void {
    this.record.set({ factor });
    forEachChunk(contrast.batch, (from, size) => {
      this.load(contrast, from, size);
      this.kernel.sharedContrast(this.record.offset, from === 0 ? 0 : 1);
    });
  }

  private rowsOf(contrast: LocalContrast, row: number, count: number): void {
    forEachChunk(contrast.batch, (from, size) => {
      if (contrast.batch > CHUNK) this.load(contrast, from, size);
      this.kernel.contrastRows(this.record.offset, row, count, from === 0 ? 0 : 1);
    });
  }

  private load(contrast: LocalContrast, from: number, size: number): void {
    this.record.set({ batch: size });
    const { rows, columns, stride } = this;
    const before = (source: Floats) => source.subarray(from * rows, (from + size) * rows);
    if (contrast.deltaBefore === undefined) this.deltaBefore.fill(0, 0, size * rows);
    else this.deltaBefore.set(before(contrast.deltaBefore));
    this.meanBefore.set(before(contrast.meanBefore));
    for (let s = 0; s < size; s++) {
      const own = (source: Floats) => source.subarray((from + s) * columns, (from + s + 1) * columns);
      this.deltaAfter.set(own(contrast.deltaAfter), s * stride);
      this.meanAfter.set(own(contrast.meanAfter), s * stride);
    }
  }
}

function forEachChunk(batch: number, use: (from: number, size: number) => void): void {
  for (let from = 0; from < batch; from += CHUNK) use(from, Math.min(CHUNK, batch - from));
}
