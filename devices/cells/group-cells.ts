import type { DeviceState } from '../../core/index.js';
import { inputError, runError } from '../../core/index.js';
import {
  type CellKernel,
  cellKernel,
  type KernelRecord,
  paddedCells,
  type planFields,
} from '../../kernels/index.js';
import type { CellArray, PackedView, PulseReport } from '../contract/index.js';
import { type CellPlace, CellPlan } from './cell-plan.js';
import { CellStatistics } from './cell-statistics.js';
import { FastCells } from './fast-cells.js';
import { type IdealWrite, setFromRead, shiftInPlace } from './ideal-write.js';
import { LastRead } from './last-read.js';
import type { PolicyRun, UpdatePolicy } from './policies/index.js';
import { canBeSet, needsSet } from './policy-checks.js';
import { program } from './program.js';
import type { PulseModel } from './pulse/index.js';
import { StepTables } from './step-tables.js';

/** Ids that every update is given on an array, whatever the policy: one a round. */
export const IDS_PER_UPDATE = 64;
const FORMAT = 'cells-under-policy/1';

/**
 * One array of cells under a policy. Works on any `CellArray` by what it says of itself; one whose cells lie in the same kernel
 * memory and offers a view of them is read and pulsed in place.
 */
export class GroupCells {
  /** How often the cells were, or may have been, moved: what was read at another count is old. */
  changes = 0;
  /** `counts` are planned and not yet given. */
  planned = false;
  readonly counts: Int16Array;
  private readonly run: PolicyRun;
  private readonly plan: KernelRecord<(typeof planFields)[number]>;
  private readonly lastRead: LastRead;
  private readonly view: PackedView | undefined;
  private readonly kernel: CellKernel;
  private readonly mask: Uint8Array;
  private readonly fast: FastCells | undefined;
  private masked = 0;
  /** Counts cut before a state was restored, less what this policy had cut itself by then. */
  private cutBefore = 0;
  /** Added to the ids of a run's updates: where the array's own count stood when the run took it on. */
  private idOffset: number;

  static bytes(rows: number, columns: number, policy: UpdatePolicy, model: PulseModel): number {
    const padded = paddedCells(rows * columns);
    const plans = CellPlan.bytes(rows * columns) * (policy.fastArray ? 2 : 1);
    return padded * (4 + 1 + 4 * policy.arraysPerCell) + plans + StepTables.bytes(model) + 1024;
  }

  constructor(
    readonly array: CellArray,
    readonly model: PulseModel,
    readonly policy: UpdatePolicy,
    place: CellPlace,
  ) {
    const { memory } = place;
    const { rows, columns, lastUpdate } = array.info;
    const cells = rows * columns;
    const padded = paddedCells(cells);
    this.kernel = cellKernel(memory);
    this.view = array.kernelView?.(memory);
    this.idOffset = Math.ceil(lastUpdate / IDS_PER_UPDATE) * IDS_PER_UPDATE;
    this.lastRead = new LastRead(memory.float32(padded), cells, this.kernel, model);
    this.mask = new Uint8Array(memory.memory.buffer, memory.allocate(padded), cells);
    const tables = new StepTables(model, memory);
    const { counts, record } = new CellPlan(cells, place);
    this.counts = counts;
    this.plan = record;
    this.plan.set({ up: tables.up, down: tables.down, nodes: tables.nodes });
    this.fast =
      place.fast === undefined
        ? undefined
        : new FastCells(place.fast.array, model, this.kernel, { ...place, number: place.fast.number });
    this.run = policy.attach({
      kernel: this.kernel,
      cells,
      columns,
      model,
      counts: this.counts,
      mask: () => (this.masked > 0 ? this.mask : undefined),
      plan: this.plan,
      lastRead: () => this.statesRead,
      largestStep: tables.largest,
      allocate: () => memory.float32(padded),
      ...(this.fast === undefined ? {} : { fast: this.fast }),
    });
  }

  /** What was last read, as states of the nominal range; where a read is no more than the states, the states themselves. */
  get statesRead(): Float32Array {
    return this.view?.plainReads ?? this.lastRead.states;
  }

  get maskedCells(): number {
    return this.masked;
  }

  /** Pulse counts that the policy had to cut to the most that a cell may get; 0 where it does not count them. */
  get cutCounts(): number {
    return this.cutBefore + (this.run.cut?.() ?? 0);
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

  /**
   * Pulses the fast array by what was planned and plans the cells themselves by what it then holds. Undefined where the policy
   * has none; else what was pulsed, `counts` of which are the fast array's.
   */
  async pulseFast(): Promise<{ report: PulseReport; counts: Int16Array } | undefined> {
    const { fast } = this;
    if (fast === undefined) return undefined;
    const report = await fast.pulse();
    this.planned = false;
    this.offerRead();
    await this.run.transfer?.();
    return { report, counts: fast.counts };
  }

  /** Carries the planned counts out as round `round` of update `update` of the run. */
  pulse(update: number, round: number): Promise<PulseReport> {
    return this.pulseAs(this.idOffset + keyOf(update) + round);
  }

  /** Gives what was planned when a state was written that has been restored since; an array that has given some of it gives the rest. */
  async finish(): Promise<PulseReport> {
    const { fast } = this;
    if (fast === undefined) return this.pulseAs(0);
    this.planned = false;
    return fast.pulse();
  }

  /** A new run begins: what its policy does before the first conductances are written. May move a fast array. */
  async initialise(pulsed: (report: PulseReport) => void): Promise<void> {
    await this.run.initialise?.(pulsed);
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
    const { array, policy } = this;
    if (canBeSet(array) && !(byPulses && !policy.idealWrite)) await array.set(wanted_S);
    else await this.rewrite(wanted_S, pulsed);
    this.run.reset?.();
    this.changes++;
  }

  /** The same by pulses alone, the policy's sums left as they are: a write that is to change nothing of what was learned. */
  async rewrite(wanted_S: Float64Array, pulsed: (report: PulseReport) => void): Promise<void> {
    const { array, model, counts } = this;
    await program(array, model, wanted_S, counts, async () => pulsed(await this.pulseAs(0)));
  }

  /** Lets time pass. False where only real time does. */
  async elapse(seconds: number): Promise<boolean> {
    this.changes++;
    await this.array.wait?.(seconds);
    await this.fast?.array.wait?.(seconds);
    return this.array.wait !== undefined;
  }

  /** Leaves these cells alone from now on: 1 for each such cell. */
  setMask(stuck: Uint8Array): void {
    this.mask.set(stuck);
    this.masked = stuck.reduce((sum, s) => sum + s, 0);
    this.changes++;
  }

  /** Where the cells stand: as they are where that can be seen, else as last read. */
  get statistics(): CellStatistics {
    const states = this.view?.states ?? this.lastRead.states;
    return new CellStatistics(states, this.counts.length, this.kernel);
  }

  async snapshot(): Promise<DeviceState> {
    const counts = this.fast?.counts ?? this.counts;
    return {
      format: FORMAT,
      arrays: {
        ...this.run.snapshot(),
        ...(this.masked > 0 ? { mask: Uint8Array.from(this.mask) } : {}),
        ...(this.planned ? { planned: Int16Array.from(counts) } : {}),
      },
      values: { idOffset: this.idOffset, ...(this.cutCounts > 0 ? { cutCounts: this.cutCounts } : {}) },
      parts: {
        array: await this.array.snapshot(),
        ...(this.fast === undefined ? {} : { fast: await this.fast.array.snapshot() }),
      },
    };
  }

  async restore({ format, arrays, values, parts }: DeviceState): Promise<void> {
    const fast = parts?.fast;
    if (
      format !== FORMAT ||
      parts?.array === undefined ||
      (fast === undefined) !== (this.fast === undefined)
    ) {
      throw inputError(
        'cells.restore',
        `${this.array.info.name}: cannot restore ${format} ${fast === undefined ? 'without' : 'with'} a fast array under policy ${this.policy.name}`,
      );
    }
    await this.array.restore(parts.array);
    if (fast !== undefined) await this.fast?.array.restore(fast);
    this.run.restore(arrays);
    this.planned = arrays.planned !== undefined;
    if (this.planned) (this.fast?.counts ?? this.counts).set(arrays.planned);
    this.idOffset = Number(values.idOffset);
    this.cutBefore = Number(values.cutCounts ?? 0) - (this.run.cut?.() ?? 0);
    this.setMask(arrays.mask === undefined ? new Uint8Array(this.mask.length) : Uint8Array.from(arrays.mask));
  }

  async close(): Promise<void> {
    await this.array.close();
    await this.fast?.array.close();
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
    this.planned = false;
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
