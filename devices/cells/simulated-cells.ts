import type { DeviceState } from '../../core/index.js';
import { inputError, runError } from '../../core/index.js';
import { KernelMemory, paddedCells } from '../../kernels/index.js';
import type {
  CellArray,
  CellArrayInfo,
  CellRange,
  KernelMemory as MemoryOfCells,
  PackedView,
  PulsePlan,
  PulseReport,
  UpdateId,
} from '../contract/index.js';
import { checkPlan, checkRange } from '../contract/index.js';
import { isNoisy, type Nonidealities, nonidealities } from './nonidealities/index.js';
import { PackedCells } from './packed-cells.js';
import type { PulseModel } from './pulse/index.js';
import { PulseEnergy } from './pulse-energy.js';
import { ReadEffects } from './read-effects.js';
import { rangeOfReads, readsVary, readTolerance } from './read-range.js';

/** Size, pulse model and randomness of an array of simulated cells. The same seed and group give the same cells. */
export interface SimulatedCellsOptions {
  readonly rows: number;
  readonly columns: number;
  readonly model: PulseModel;
  readonly seed: number;
  /** Tells several arrays of one seed apart. */
  readonly group?: number;
  /** Over what the model's paper reports; `idealCells` switches everything off. */
  readonly nonidealities?: Partial<Nonidealities>;
  /** Conductance that every cell starts at, S; g_min when left out. Stuck cells start where they are stuck. */
  readonly initial_S?: number;
  /** Where the arrays go; a memory of their own when left out. See `SimulatedCells.bytes`. */
  readonly memory?: KernelMemory;
}

const FORMAT = 'simulated-cells/1';
const MAX_PULSES = 32767;

/**
 * A simulated array of cells: packed float32 states, moved and read by the kernel `cells`. Pulses are those of its
 * model; every nonideality has a random stream of its own (see devices/cells/nonidealities).
 */
export class SimulatedCells implements CellArray {
  readonly info: CellArrayInfo;
  readonly model: PulseModel;
  readonly nonidealities: Nonidealities;
  readonly packed: PackedCells;
  /** Given so far, in all. */
  readonly energy: PulseEnergy;
  private readonly staged: Int16Array;
  private readonly readOut: Float32Array;
  private readonly effects: ReadEffects | undefined;
  private lastUpdate = 0;
  private reads = 0;
  private closed = false;

  /** What one array needs of a kernel memory, bytes. */
  static bytes(
    rows: number,
    columns: number,
    model: PulseModel,
    nonidealities: Partial<Nonidealities> = {},
  ): number {
    const cells = rows * columns;
    const effects = ReadEffects.bytes(cells, nonidealities);
    return PackedCells.bytes(cells, model) + paddedCells(cells) * 6 + effects + 128;
  }

  constructor(options: SimulatedCellsOptions) {
    const { rows, columns, model, seed, group = 0 } = options;
    for (const [field, value] of Object.entries({ rows, columns })) {
      if (!(Number.isInteger(value) && value >= 1)) {
        throw inputError('cells.size', `${field} must be a whole number ≥ 1, got ${value}`);
      }
    }
    const memory =
      options.memory ?? new KernelMemory(SimulatedCells.bytes(rows, columns, model, options.nonidealities));
    const cells = rows * columns;
    this.model = model;
    this.nonidealities = nonidealities(options.nonidealities, model.spreads);
    this.packed = new PackedCells(cells, model, this.nonidealities, seed, group, memory);
    const padded = paddedCells(cells);
    this.staged = new Int16Array(memory.memory.buffer, memory.allocate(2 * padded), padded);
    this.readOut = memory.float32(padded);
    this.energy = new PulseEnergy(model);
    this.effects = ReadEffects.of(this.nonidealities, model, cells, {
      seed,
      group,
      memory,
      kernel: this.packed.kernel,
    });
    this.info = this.describe(rows, columns);
    this.fill(new Float64Array(cells).fill(options.initial_S ?? model.g_min_S));
  }

  private describe(rows: number, columns: number): CellArrayInfo {
    const { model, nonidealities } = this;
    const { pulse } = model;
    const reach = this.packed.reach();
    const lastUpdate = () => this.lastUpdate;
    return {
      name: `simulated cells ${rows} × ${columns} (${model.name})`,
      rows,
      columns,
      g_min_S: model.g_min_S,
      g_max_S: model.g_max_S,
      ...rangeOfReads(nonidealities, model, reach),
      readsVary: readsVary(nonidealities),
      readTolerance: readTolerance(nonidealities, model, reach),
      maxPulses: MAX_PULSES,
      maxPulse_V:
        pulse === undefined
          ? Number.POSITIVE_INFINITY
          : Math.max(Math.abs(pulse.potentiation.amplitude_V), Math.abs(pulse.depression.amplitude_V)),
      pulseShapes: 'nominal',
      ...(pulse === undefined ? {} : { nominalPulse: pulse }),
      compliance_A: Number.POSITIVE_INFINITY,
      deterministic: !isNoisy(nonidealities),
      get lastUpdate() {
        return lastUpdate();
      },
      restores: 'exact',
    };
  }

  async read(range?: CellRange, options: { read_V?: number; averages?: number } = {}): Promise<Float64Array> {
    this.requireOpen();
    const r = range ?? { row: 0, column: 0, rows: this.info.rows, columns: this.info.columns };
    checkRange(this.info, r);
    const { averages = 1 } = options;
    if (!(averages >= 1)) throw inputError('cells.averages', `averages must be ≥ 1, got ${averages}`);
    const sigma = this.nonidealities.read / Math.sqrt(averages);
    const event = this.nextRead();
    this.packed.read(this.readOut.byteOffset, event, this.effects === undefined ? sigma : 0);
    this.effects?.age(this.readOut, 1);
    const out = new Float64Array(r.rows * r.columns);
    for (let i = 0; i < r.rows; i++) {
      const from = (r.row + i) * this.info.columns + r.column;
      out.set(this.readOut.subarray(from, from + r.columns), i * r.columns);
    }
    this.effects?.apply(out, r, this.info.columns, sigma, event);
    return out;
  }

  async pulse(plan: PulsePlan, options: { id: UpdateId; signal?: AbortSignal }): Promise<PulseReport> {
    this.requireOpen();
    checkPlan(this.info, plan, options.id);
    if (options.id <= this.lastUpdate || options.signal?.aborted) {
      return { applied: false, potentiationPulses: 0, depressionPulses: 0, energy_J: 0 };
    }
    this.lastUpdate = options.id;
    const counts = this.inMemory(plan);
    this.packed.pulse(counts.byteOffset, options.id);
    this.effects?.wrote(counts, options.id);
    return { applied: true, ...this.energy.take(this.packed.statistics) };
  }

  async wait(seconds: number): Promise<void> {
    this.requireOpen();
    if (!(seconds >= 0 && Number.isFinite(seconds))) {
      throw inputError('cells.wait', `a time to wait must be ≥ 0 s, got ${seconds}`);
    }
    this.effects?.wait(seconds);
  }

  async set(conductances_S: ArrayLike<number>): Promise<void> {
    this.requireOpen();
    this.fill(conductances_S);
  }

  /** A view of the packed cells where they lie in that memory. Reads through it are counted as the array's own. */
  kernelView(memory: MemoryOfCells): PackedView | undefined {
    const { packed, effects, nonidealities } = this;
    if (memory.memory.buffer !== packed.memory.memory.buffer) return undefined;
    return {
      states: packed.state,
      ...(effects === undefined && nonidealities.read === 0 ? { plainReads: packed.seen } : {}),
      ...(effects === undefined || effects.isAgeAlone
        ? { readInto: (out: Float32Array, scale: number) => this.readInto(out, scale) }
        : {}),
      shift: (first, count, change, id) => {
        packed.shift(first, count, change.byteOffset);
        effects?.rewrote(first, count, id);
      },
    };
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    const { state, seen, cells } = this.packed;
    const copy = (array: Float32Array) => Float32Array.from(array.subarray(0, cells));
    return {
      format: FORMAT,
      arrays: {
        state: copy(state),
        ...(seen === state ? {} : { seen: copy(seen) }),
        ...this.effects?.snapshot(),
      },
      values: {
        model: this.model.name,
        rows: this.info.rows,
        columns: this.info.columns,
        lastUpdate: this.lastUpdate,
        reads: this.reads,
        ...this.effects?.values(),
        ...this.energy.values(),
      },
    };
  }

  async restore({ format, values, arrays }: DeviceState): Promise<void> {
    this.requireOpen();
    const { rows, columns } = this.info;
    const { state, seen, cells } = this.packed;
    const fits = values.model === this.model.name && values.rows === rows && values.columns === columns;
    if (format !== FORMAT || !fits || arrays.state?.length !== cells) {
      throw inputError(
        'cells.restore',
        `${this.info.name}: cannot restore ${format} of ${values.rows} × ${values.columns} ${values.model} cells`,
      );
    }
    state.set(arrays.state);
    if (seen !== state) seen.set(arrays.seen ?? arrays.state);
    this.effects?.restore(arrays, values);
    this.energy.restore(values);
    this.lastUpdate = Number(values.lastUpdate);
    this.reads = Number(values.reads);
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private fill(conductances_S: ArrayLike<number>): void {
    const { g_min_S, g_max_S } = this.model;
    if (conductances_S.length !== this.packed.cells) {
      throw inputError(
        'cells.set',
        `${this.info.name}: needs ${this.packed.cells} conductances, got ${conductances_S.length}`,
      );
    }
    for (let c = 0; c < this.packed.cells; c++) {
      if (!Number.isFinite(conductances_S[c])) {
        throw inputError(
          'cells.set',
          `${this.info.name}: cell ${c}: got ${conductances_S[c]}; a finite conductance is needed`,
        );
      }
    }
    for (let c = 0; c < this.packed.cells; c++) {
      this.packed.set(c, (conductances_S[c] - g_min_S) / (g_max_S - g_min_S));
    }
    this.effects?.rewrote(0, this.packed.cells, this.lastUpdate);
  }

  /** A read of the whole array by the kernel alone. */
  private readInto(out: Float32Array, scale: number): void {
    const { packed, effects, nonidealities } = this;
    const event = this.nextRead();
    packed.read(out.byteOffset, event, effects === undefined ? nonidealities.read : 0, scale);
    if (effects === undefined) return;
    effects.age(out, scale);
    if (nonidealities.read > 0) packed.addNoise(out.byteOffset, event, nonidealities.read);
  }

  /** The number of the next read, by which its noise is drawn. */
  private nextRead(): number {
    return ++this.reads;
  }

  /** Dense counts of the whole array in the memory: the plan's own where they lie there already. */
  private inMemory(plan: PulsePlan): Int16Array {
    const { counts, indices } = plan;
    if (indices === undefined && counts.buffer === this.packed.memory.memory.buffer) return counts;
    this.staged.fill(0);
    if (indices === undefined) this.staged.set(counts);
    else {
      for (let i = 0; i < indices.length; i++) this.staged[indices[i]] = counts[i];
    }
    return this.staged;
  }

  private requireOpen(): void {
    if (this.closed) throw runError('cells.closed', `${this.info.name}: used after close()`);
  }
}
