import { CELL_SCRATCH, type CellKernel, cellKernel, KernelMemory, paddedCells } from '../../kernels/index.js';
import { eventWords, streamKeys } from './event-words.js';
import type { Nonidealities } from './nonidealities/index.js';
import { drawPopulation } from './nonidealities/population.js';
import type { PulseModel } from './pulse/index.js';
import { StepTables } from './step-tables.js';

/** Distance from an end of the range, of the range, within which a cell counts as being at it. */
const EDGE = 1e-3;

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
  private readonly scratch: number;

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
    this.scratch = this.memory.allocate(CELL_SCRATCH);
    this.tables = new StepTables(model, this.memory);
    this.populate();
  }

  /**
   * Gives cells first … first + count − 1 their pulses; `first` a multiple of 16. However the array is split into such calls,
   * and in whatever order, the numbers are the same. @param counts byte offset of int16 counts of the whole array
   */
  pulse(counts: number, event: number, first = 0, count = this.cells): void {
    const { c2c, c2cRange, write } = this.nonidealities;
    const { low, high } = eventWords(event);
    this.kernel.pulseCells(
      first,
      count,
      counts,
      this.state.byteOffset,
      this.seen === this.state ? 0 : this.seen.byteOffset,
      this.gainUp.byteOffset,
      this.gainDown.byteOffset,
      this.low.byteOffset,
      this.high.byteOffset,
      this.tables.up,
      this.tables.down,
      this.tables.nodes,
      c2c,
      c2cRange,
      write,
      this.seed,
      streamKeys.c2c,
      streamKeys.c2cRange,
      streamKeys.write,
      this.group,
      low,
      high,
      this.statistics.byteOffset,
      this.scratch,
    );
  }

  /**
   * scale·G + offset as float32 from byte offset `out` on (room for a whole number of blocks of 16), G in S with relative
   * read noise `sigma` drawn for read number `event`.
   */
  read(out: number, event: number, sigma: number, scale = 1): void {
    const { g_min_S, g_max_S } = this.model;
    const { low, high } = eventWords(event);
    this.kernel.readCells(
      0,
      this.cells,
      this.seen.byteOffset,
      out,
      scale * g_min_S,
      scale * (g_max_S - g_min_S),
      sigma,
      this.seed,
      streamKeys.read,
      this.group,
      low,
      high,
      this.scratch,
    );
  }

  /** Moves cells first … first + count − 1 by changes (float32 at byte offset `change`), exactly; stuck cells stay. */
  shift(first: number, count: number, change: number): void {
    this.kernel.shiftCells(
      first,
      count,
      change,
      this.state.byteOffset,
      this.gainUp.byteOffset,
      this.low.byteOffset,
      this.high.byteOffset,
    );
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

  /** How many cells stand in each of `bins` equal parts of the range; those past its ends in the outer ones. */
  histogram(bins: number): Uint32Array {
    const counts = new Uint32Array(bins);
    for (let c = 0; c < this.cells; c++) {
      counts[Math.min(bins - 1, Math.max(0, Math.floor(this.state[c] * bins)))]++;
    }
    return counts;
  }

  /** Share of the cells at an end of the nominal range. */
  saturatedFraction(): number {
    return this.kernel.countSaturated(0, this.cells, this.state.byteOffset, EDGE) / this.cells;
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
