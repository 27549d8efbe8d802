import type { DeviceState } from '../../core/index.js';
import { inputError, runError } from '../../core/index.js';
import {
  CELL_SCRATCH,
  type CellKernel,
  cellKernel,
  type KernelMemory,
  KernelRecord,
  paddedCells,
  planFields,
} from '../../kernels/index.js';
import type { CellArray, PackedView, PulseReport } from '../contract/index.js';
import { type IdealWrite, setFromRead, shiftInPlace } from './ideal-write.js';
import { LastRead } from './last-read.js';
import type { PolicyRun, UpdatePolicy } from './policies/index.js';
import { program } from './program.js';
import type { PulseModel } from './pulse/index.js';
import { StepTables } from './step-tables.js';

/** Ids that every update is given on an array, whatever the policy: one a round. */
export const IDS_PER_UPDATE = 64;
/** Distance from an end of the range, of the range, within which a cell counts as being at it. */
const EDGE = 1e-3;
const FORMAT = 'cells-under-policy/1';

/** Where a `GroupCells` lies and what keys its random numbers. */
export interface CellPlace {
  readonly memory: KernelMemory;
  readonly seed: number;
  /** Tells arrays of one seed apart. */
  readonly number: number;
  /** Wanted changes of the cells being planned; float32 of the memory. */
  readonly change: Float32Array;
}

/**
 * One array of cells under a policy. Works on any `CellArray` by what it says of itself; one whose cells lie in the same kernel
 * memory and offers a view of them is read and pulsed in place.
 */
export class GroupCells {
  /** How often the cells were, or may have been, moved: what was read at another count is old. */
  changes = 0;
  readonly counts: Int16Array;
  private readonly run: PolicyRun;
  private readonly plan: KernelRecord<(typeof planFields)[number]>;
  private readonly lastRead: LastRead;
  private readonly view: PackedView | undefined;
  private readonly kernel: CellKernel;
  private readonly mask: Uint8Array;
  private masked = 0;
  /** Added to the ids of a run's updates: where the array's own count stood when the run took it on. */
  private idOffset: number;

  static bytes(rows: number, columns: number, policy: UpdatePolicy, model: PulseModel): number {
    const padded = paddedCells(rows * columns);
    return padded * (4 + 2 + 1 + 4 * policy.arraysPerCell) + CELL_SCRATCH + StepTables.bytes(model) + 1024;
  }

  constructor(
    readonly array: CellArray,
    readonly model: PulseModel,
    readonly policy: UpdatePolicy,
    place: CellPlace,
  ) {
    const { memory, seed, number, change } = place;
    const { rows, columns, lastUpdate } = array.info;
    const cells = rows * columns;
    const padded = paddedCells(cells);
    this.kernel = cellKernel(memory);
    this.view = array.kernelView?.(memory);
    this.idOffset = Math.ceil(lastUpdate / IDS_PER_UPDATE) * IDS_PER_UPDATE;
    this.lastRead = new LastRead(memory.float32(padded), cells, this.kernel, model);
    this.counts = new Int16Array(memory.memory.buffer, memory.allocate(2 * padded), cells);
    this.mask = new Uint8Array(memory.memory.buffer, memory.allocate(padded), cells);
    const tables = new StepTables(model, memory);
    this.plan = new KernelRecord(planFields, memory.memory.buffer, memory.allocate(4 * planFields.length));
    this.plan.set({
      change: change.byteOffset,
      counts: this.counts.byteOffset,
      up: tables.up,
      down: tables.down,
      nodes: tables.nodes,
      seed,
      group: number,
      scratch: memory.allocate(CELL_SCRATCH),
    });
    this.run = policy.attach({
      kernel: this.kernel,
      cells,
      plan: this.plan,
      lastRead: () => this.statesRead,
      largestStep: tables.largest,
      allocate: () => memory.float32(padded),
    });
  }

  /** What was last read, as states of the nominal range; where a read is no more than the states, the states themselves. */
  get statesRead(): Float32Array {
    return this.view?.plainReads ?? this.lastRead.states;
  }

  get maskedCells(): number {
    return this.masked;
  }

  /** Between what conductances a read of this array lies, S. */
  get readRange(): { low: number; high: number } {
    const { read_min_S, read_max_S } = this.array.info;
    return { low: read_min_S, high: read_max_S };
  }

  /** Reads the array into `out` (float32 in the kernel's memory), times `scale`; `out` is to stay as it is until the next read. */
  async read(out: Float32Array, scale: number): Promise<void> {
    if (this.view?.readInto !== undefined) this.view.readInto(out, scale);
    else {
      const { low, high } = this.readRange;
      const read_S = await this.array.read();
      for (let c = 0; c < read_S.length; c++) {
        if (Number.isNaN(read_S[c]))
          throw runError('cells.read', `${this.array.info.name}: cell ${c} reads NaN`);
        out[c] = scale * Math.min(high, Math.max(low, read_S[c]));
      }
    }
    this.lastRead.note(out, scale);
  }

  /** Plans cells first … first + count − 1 for update `update`, whose wanted changes lie in `place.change`. */
  planBlock(first: number, count: number, update: number): void {
    this.offerRead();
    this.run.plan(first, count, keyOf(update));
  }

  /** A further round, after the cells were read again: how many are still to be pulsed. */
  replan(): number {
    this.offerRead();
    return this.run.replan?.() ?? 0;
  }

  /** Carries the planned counts out as round `round` of update `update` of the run. */
  pulse(update: number, round: number): Promise<PulseReport> {
    return this.pulseAs(this.idOffset + keyOf(update) + round);
  }

  /** An update of cells that are set instead of pulsed. @throws `policy.needs-set` */
  idealWrite(update: number): IdealWrite {
    const { array, view, model } = this;
    this.changes++;
    if (view !== undefined) return shiftInPlace(view, keyOf(update));
    if (!canBeSet(array)) throw needsSet(this.policy, array);
    return setFromRead(array, model, this.statesRead);
  }

  /**
   * Brings cells to conductances, S, each as near as it can come; reports every pulse that it took.
   * @param byPulses reads and pulses even an array that could be set, unless the policy sets cells as well
   */
  async write(
    wanted_S: Float64Array,
    pulsed: (report: PulseReport) => void,
    byPulses = false,
  ): Promise<void> {
    const { array, model, counts, policy } = this;
    if (canBeSet(array) && !(byPulses && !policy.idealWrite)) await array.set(wanted_S);
    else await program(array, model, wanted_S, counts, async () => pulsed(await this.pulseAs(0)));
    this.run.reset?.();
    this.changes++;
  }

  /** Lets time pass. False where only real time does. */
  async elapse(seconds: number): Promise<boolean> {
    this.changes++;
    await this.array.wait?.(seconds);
    return this.array.wait !== undefined;
  }

  /** Leaves these cells alone from now on: 1 for each such cell. */
  setMask(stuck: Uint8Array): void {
    this.mask.set(stuck);
    this.masked = stuck.reduce((sum, s) => sum + s, 0);
    this.changes++;
  }

  saturatedFraction(): number {
    const states = this.view?.states ?? this.lastRead.states;
    return this.kernel.countSaturated(0, this.counts.length, states.byteOffset, EDGE) / this.counts.length;
  }

  /** How many cells stand in each of `bins` equal parts of the range, those past its ends in the outer ones. */
  histogram(bins: number): Uint32Array {
    const states = this.view?.states ?? this.lastRead.states;
    const found = new Uint32Array(bins);
    for (let c = 0; c < this.counts.length; c++) {
      found[Math.min(bins - 1, Math.max(0, Math.floor(states[c] * bins)))]++;
    }
    return found;
  }

  async snapshot(): Promise<DeviceState> {
    return {
      format: FORMAT,
      arrays: { ...this.run.snapshot(), ...(this.masked > 0 ? { mask: Uint8Array.from(this.mask) } : {}) },
      values: { idOffset: this.idOffset },
      parts: { array: await this.array.snapshot() },
    };
  }

  async restore({ format, arrays, values, parts }: DeviceState): Promise<void> {
    if (format !== FORMAT || parts?.array === undefined) {
      throw inputError('cells.restore', `${this.array.info.name}: cannot restore ${format}`);
    }
    await this.array.restore(parts.array);
    this.run.restore(arrays);
    this.idOffset = Number(values.idOffset);
    this.setMask(arrays.mask === undefined ? new Uint8Array(this.mask.length) : Uint8Array.from(arrays.mask));
  }

  private offerRead(): void {
    const mask = this.masked > 0 ? this.mask.byteOffset : 0;
    this.plan.set({ lastRead: this.statesRead.byteOffset, mask });
  }

  /** As id `id` or, where the array has seen that already, as the next one. */
  private async pulseAs(id: number): Promise<PulseReport> {
    const { array } = this;
    const next = Math.max(id, array.info.lastUpdate + 1);
    this.changes++;
    const report = await array.pulse({ counts: this.counts }, { id: next });
    if (!report.applied) {
      throw runError(
        'cells.update-lost',
        `${array.info.name}: did not carry out update ${next}; it has seen a later one, so its cells no longer match this run`,
      );
    }
    return report;
  }
}

/** What keys the random numbers of an update. */
function keyOf(update: number): number {
  return update * IDS_PER_UPDATE;
}

/** Refuses a policy that sets cells on an array that cannot be set. Throws `policy.needs-set`, exit code 2. */
export function checkPolicy(policy: UpdatePolicy, array: CellArray): void {
  if (policy.idealWrite && !canBeSet(array)) throw needsSet(policy, array);
}

function canBeSet(array: CellArray): array is CellArray & Required<Pick<CellArray, 'set'>> {
  return array.set !== undefined;
}

function needsSet(policy: UpdatePolicy, array: CellArray): Error {
  return inputError(
    'policy.needs-set',
    `policy ${policy.name} sets cells, which ${array.info.name} cannot do; choose one that pulses`,
  );
}
