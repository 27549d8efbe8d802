import { runError } from '../../core/errors.js';
import type { StateArray } from '../../core/state.js';
import type { KernelMemory } from '../../kernels/index.js';
import { CELL_SCRATCH, cellKernel, paddedCells } from '../../kernels/index.js';
import type { CellArray, PulseReport } from '../contract/cell-array.js';
import type { PolicyRun, UpdatePolicy } from './policies/update-policy.js';
import type { PulseModel } from './pulse/index.js';
import { SimulatedCells } from './simulated-cells.js';
import { StepTables } from './step-tables.js';

/**
 * One array of cells under a policy: what was last read of it, the counts to be pulsed, the mask. Works on any `CellArray`; a
 * simulated one in the same memory is read and pulsed in place.
 */
export class GroupCells {
  readonly counts: Int16Array;
  readonly run: PolicyRun;
  readonly simulated: SimulatedCells | undefined;
  private readonly mask: Uint8Array;
  private masked = 0;
  private readonly states: Float32Array;
  /** The last read, not yet turned into states. */
  private unread: { out: number; scale: number } | undefined;
  private lastId = 0;
  private readonly kernel;

  static bytes(rows: number, columns: number, policy: UpdatePolicy, model: PulseModel): number {
    const padded = paddedCells(rows * columns);
    const own = padded * (4 + 2 + 1 + 4 * policy.arraysPerCell) + CELL_SCRATCH + StepTables.bytes(model);
    return own + SimulatedCells.bytes(rows, columns, model) + 1024;
  }

  constructor(
    readonly array: CellArray,
    readonly model: PulseModel,
    readonly policy: UpdatePolicy,
    memory: KernelMemory,
    change: number,
    seed: number,
    group: number,
  ) {
    const cells = array.info.rows * array.info.columns;
    const padded = paddedCells(cells);
    this.kernel = cellKernel(memory);
    this.simulated = array instanceof SimulatedCells && array.packed.memory === memory ? array : undefined;
    this.states = memory.float32(padded);
    this.counts = new Int16Array(memory.memory.buffer, memory.allocate(2 * padded), cells);
    this.mask = new Uint8Array(memory.memory.buffer, memory.allocate(padded), cells);
    const tables = new StepTables(model, memory);
    this.run = policy.attach({
      kernel: this.kernel,
      cells,
      seed,
      group,
      known: () => this.knownPointer,
      change,
      counts: this.counts.byteOffset,
      mask: () => (this.masked > 0 ? this.mask.byteOffset : 0),
      up: tables.up,
      down: tables.down,
      nodes: tables.nodes,
      largestStep: tables.largest,
      scratch: memory.allocate(CELL_SCRATCH),
      allocate: () => memory.float32(padded),
    });
  }

  /** Where a read is no more than the states, these serve as what was read. */
  private get knownPointer(): number {
    return this.readsPlain ? this.simulated!.packed.seen.byteOffset : this.known.byteOffset;
  }

  /** What was last read, as states of the nominal range. */
  get known(): Float32Array {
    if (this.unread !== undefined) {
      const { out, scale } = this.unread;
      const { g_min_S, g_max_S } = this.model;
      const span = g_max_S - g_min_S;
      const cells = this.counts.length;
      this.kernel.affineCells(cells, out, this.states.byteOffset, -g_min_S / span, 1 / (scale * span));
      this.unread = undefined;
    }
    return this.states;
  }

  get readsPlain(): boolean {
    const s = this.simulated;
    return s !== undefined && !s.hasReadEffects && s.nonidealities.read === 0;
  }

  /** Two reads of the untouched array may differ, so that each settling deserves its own; drift needs time to pass. */
  get readsVary(): boolean {
    return this.simulated !== undefined && this.simulated.nonidealities.read > 0;
  }

  get maskedCells(): number {
    return this.masked;
  }

  /**
   * Reads the array into `out` (float32 in the kernel's memory), times `scale`, and remembers it for the policy; `out` is to
   * stay as it is until the next read.
   */
  async read(out: Float32Array, scale: number): Promise<void> {
    const s = this.simulated;
    if (s !== undefined && !s.hasReadEffects) {
      s.packed.read(out.byteOffset, s.nextRead(), s.nonidealities.read, scale);
    } else {
      out.set((await this.array.read()).map((g) => scale * g));
    }
    if (!this.readsPlain) this.unread = { out: out.byteOffset, scale };
  }

  /** Carries the planned counts out, as update `id` or, where that was used up already, as the next one. */
  async pulse(id: number): Promise<PulseReport> {
    this.lastId = Math.max(id, this.lastId + 1);
    const report = await this.array.pulse({ counts: this.counts }, { id: this.lastId });
    if (!report.applied) {
      throw runError(
        'cells.update-lost',
        `${this.array.info.name}: did not carry out update ${this.lastId}; it has seen a later one, so its cells no longer match this run`,
      );
    }
    return report;
  }

  /** Leaves these cells alone from now on: 1 for each such cell. */
  setMask(stuck: Uint8Array): void {
    this.mask.set(stuck);
    this.masked = stuck.reduce((sum, s) => sum + s, 0);
  }

  snapshot(): Record<string, StateArray> {
    return {
      ...this.run.snapshot(),
      lastId: Float64Array.of(this.lastId),
      ...(this.masked > 0 ? { mask: Uint8Array.from(this.mask) } : {}),
    };
  }

  restore(arrays: Readonly<Record<string, StateArray>>): void {
    this.run.restore(arrays);
    this.lastId = arrays.lastId?.[0] ?? 0;
    this.setMask(arrays.mask === undefined ? new Uint8Array(this.mask.length) : Uint8Array.from(arrays.mask));
  }
}
