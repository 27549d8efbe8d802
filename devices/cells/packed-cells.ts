import {
  CELL_SCRATCH,
  type CellKernel,
  cellFields,
  cellKernel,
  KernelMemory,
  KernelRecord,
  paddedCells,
} from '../../kernels/index.js';
import type { Nonidealities } from './nonidealities/index.js';
import { drawPopulation } from './nonidealities/index.js';
import type { PulseModel } from './pulse/index.js';
import { StepTables } from './step-tables.js';
import { streamKeys } from './stream-keys.js';

/**
 * The state of an array of cells as packed float32 arrays in a kernel memory, in units of the nominal range (0 = g_min,
 * 1 = g_max), with each cell's gains and bounds, and the kernel calls that move and read them.
 */
export class PackedCells {
  readonly kernel: CellKernel;
  readonly memory: KernelMemory;
  readonly tables: StepTables;
  readonly state: Float32Array;
  /** What a read sees where writing is noisy, else the state itself. */
  readonly seen: Float32Array;
  readonly gainUp: Float32Array;
  readonly gainDown: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** Sums of the kernel since they were last taken: pulses up, down, Σ pulses × state up, down. */
  readonly statistics: Float64Array;
  private readonly record: KernelRecord<(typeof cellFields)[number]>;

  /** What one array needs of a kernel memory, bytes. */
  static bytes(cells: number, model: PulseModel): number {
    return paddedCells(cells) * 4 * 6 + StepTables.bytes(model) + CELL_SCRATCH + 1024;
  }

  /** @param group second word of every random address: tells several arrays of one seed apart */
  constructor(
    readonly cells: number,
    readonly model: PulseModel,
    readonly nonidealities: Nonidealities,
    readonly seed: number,
    readonly group: number,
    memory?: KernelMemory,
  ) {
    this.memory = memory ?? new KernelMemory(PackedCells.bytes(cells, model));
    this.kernel = cellKernel(this.memory);
    const padded = paddedCells(cells);
    this.state = this.memory.float32(padded);
    this.seen = nonidealities.write > 0 ? this.memory.float32(padded) : this.state;
    this.gainUp = this.memory.float32(padded);
    this.gainDown = this.memory.float32(padded);
    this.low = this.memory.float32(padded);
    this.high = this.memory.float32(padded);
    this.statistics = this.memory.float64(4);
    this.tables = new StepTables(model, this.memory);
    this.record = this.describe();
    this.populate();
    this.record.set({ alike: Number(this.areAlike()) });
  }

  /**
   * Gives cells first … first + count − 1 their pulses; `first` a multiple of 16. However the array is split into such calls,
   * and in whatever order, the numbers are the same. @param counts byte offset of int16 counts of the whole array
   */
  pulse(counts: number, event: number, first = 0, count = this.cells): void {
    this.kernel.pulseCells(this.record.offset, first, count, counts, event);
  }

  /**
   * scale·G + offset as float32 from byte offset `out` on (room for a whole number of blocks of 16), G in S with relative
   * read noise `sigma` drawn for read number `event`.
   */
  read(out: number, event: number, sigma: number, scale = 1): void {
    const { g_min_S, g_max_S } = this.model;
    const span_S = g_max_S - g_min_S;
    const { record, kernel, cells } = this;
    kernel.readCells(record.offset, 0, cells, out, event, scale * g_min_S, scale * span_S, sigma);
  }

  /** Adds read noise to conductances of all cells that lie at byte offset `g`, in place, as `read` would. */
  addNoise(g: number, event: number, sigma: number): void {
    this.kernel.noisyReads(this.record.offset, this.cells, g, event, sigma);
  }

  /** Moves cells first … first + count − 1 by changes (float32 at byte offset `change`), exactly; stuck cells stay. */
  shift(first: number, count: number, change: number): void {
    this.kernel.shiftCells(this.record.offset, first, count, change);
    if (this.seen !== this.state) {
      this.seen.set(this.state.subarray(first, first + count), first);
    }
  }

  /** Sets a cell exactly, clipped to its own bounds; a stuck cell stays. @param w in units of the range */
  set(cell: number, w: number): void {
    if (this.gainUp[cell] === 0) return;
    this.state[cell] = Math.min(this.high[cell], Math.max(this.low[cell], w));
    this.seen[cell] = this.state[cell];
  }

  /** Lowest and highest conductance that any cell can reach, S. */
  reach(): { g_min_S: number; g_max_S: number } {
    const { g_min_S, g_max_S } = this.model;
    const low = this.low.subarray(0, this.cells).reduce((a, b) => Math.min(a, b));
    const high = this.high.subarray(0, this.cells).reduce((a, b) => Math.max(a, b));
    return { g_min_S: g_min_S + (g_max_S - g_min_S) * low, g_max_S: g_min_S + (g_max_S - g_min_S) * high };
  }

  /** 1 for each cell that can never move. */
  stuck(): Uint8Array {
    return Uint8Array.from(this.gainUp.subarray(0, this.cells), (gain) => Number(gain === 0));
  }

  /** Whether every cell takes the nominal steps between the same bounds, so that the kernel need not look at each. */
  private areAlike(): boolean {
    const { gainUp, gainDown, low, high } = this;
    for (let c = 0; c < this.cells; c++) {
      if (gainUp[c] !== 1 || gainDown[c] !== 1 || low[c] !== low[0] || high[c] !== high[0]) return false;
    }
    return true;
  }

  /** The record by which the kernel finds all this. */
  private describe(): KernelRecord<(typeof cellFields)[number]> {
    const { memory, tables, nonidealities } = this;
    const noise = memory.float64(3);
    noise.set([nonidealities.c2c, nonidealities.c2cRange, nonidealities.write]);
    const record = new KernelRecord(cellFields, memory.memory.buffer, memory.allocate(4 * cellFields.length));
    record.set({
      state: this.state.byteOffset,
      seen: this.seen.byteOffset,
      gainUp: this.gainUp.byteOffset,
      gainDown: this.gainDown.byteOffset,
      low: this.low.byteOffset,
      high: this.high.byteOffset,
      up: tables.up,
      down: tables.down,
      nodes: tables.nodes,
      noise: noise.byteOffset,
      seed: this.seed,
      group: this.group,
      c2cKey: streamKeys.c2c,
      rangeKey: streamKeys.c2cRange,
      writeKey: streamKeys.write,
      readKey: streamKeys.read,
      statistics: this.statistics.byteOffset,
      scratch: memory.allocate(CELL_SCRATCH),
    });
    return record;
  }

  private populate(): void {
    const { g_min_S, g_max_S } = this.model;
    const { gainUp, gainDown, low, high, stuckState } = drawPopulation(
      this.cells,
      this.nonidealities,
      this.seed,
      this.group,
    );
    this.gainUp.set(gainUp);
    this.gainDown.set(gainDown);
    // no cell conducts less than nothing
    const floor = -g_min_S / (g_max_S - g_min_S);
    for (let c = 0; c < this.cells; c++) {
      this.low[c] = Math.max(floor, low[c]);
      this.high[c] = Math.max(floor, high[c]);
      const w = Number.isNaN(stuckState[c]) ? 0 : stuckState[c];
      this.state[c] = Math.min(this.high[c], Math.max(this.low[c], w));
      this.seen[c] = this.state[c];
    }
  }
}
