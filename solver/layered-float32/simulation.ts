import type { LayeredNetwork } from '../../circuits/layered/index.js';
import { isUsable, memoryError } from '../../core/index.js';
import type {
  Announcement,
  Batch,
  Floats,
  PhaseReader,
  PhaseReport,
  StopRule,
} from '../../devices/contract/index.js';
import {
  contrastKind,
  type KernelOptions,
  LAYERED_COLUMNS,
  type LayeredKernel,
  pullKind,
  ReadOutMemory,
  slackKind,
  type ThreadPool,
} from '../../kernels/index.js';
import { type BatchInputs, BatchMemory } from './batch-memory.js';
import { type JobListener, type JobName, layeredPool } from './jobs.js';
import { NetworkMemory, type PhaseRecord, strideOf } from './network-memory.js';
import { reportOf, setStop, worseOf } from './phase-records.js';
import { type Scale, scaleOf } from './scale.js';

/** Samples settled between two looks at the abort signal, and the most that memory is kept for in settling alone. */
export const MAX_CHUNK = 64;
const MIN_CAPACITY = 8;

/** Factors of one update in published units: rate / (batch · β span). */
export interface UpdateFactors {
  readonly conductances: readonly number[];
  readonly biases: readonly number[];
}

export interface SimulationOptions extends KernelOptions {
  readonly threads?: number | 'auto';
  readonly onJob?: JobListener;
}

/** How the nudged phases of a step pull the outputs. */
export interface Pull {
  /** A `pullKind`. */
  readonly held: number;
  readonly hold?: (first: number, samples: number) => void;
}

/** Inputs of a minibatch, V. */
export type BatchOfInputs = Pick<Batch, 'size' | 'inputs'>;

/** A layered network in float32: what the kernel does, batch by batch, in published units. */
export class LayeredSimulation {
  readonly memory: NetworkMemory;
  readonly scale: Scale;
  readonly pool: ThreadPool<LayeredKernel>;
  private readonly onJob: JobListener | undefined;
  /** Counts every change of the parameters. */
  version = 0;
  private held: BatchMemory | undefined;
  private readonly readOut: ReadOutMemory | undefined;

  constructor(
    readonly network: LayeredNetwork,
    { threads = 'auto', onJob, ...kernel }: SimulationOptions = {},
    reader?: PhaseReader,
  ) {
    this.memory = new NetworkMemory(network, kernel);
    if (reader !== undefined) {
      this.readOut = new ReadOutMemory(this.memory.kernelMemory, reader, network.units.voltage_V);
    }
    this.pool = layeredPool(this.memory, threads, kernel);
    this.onJob = onJob;
    this.scale = scaleOf(network);
  }

  get kernel(): LayeredKernel {
    return this.memory.kernel;
  }

  /** Room for a batch; what was in it before is lost when it has to grow. */
  batch(size: number): BatchMemory {
    if (this.held === undefined || this.held.capacity < size) {
      const grown = this.held === undefined ? MIN_CAPACITY : 2 * this.held.capacity;
      const capacity = Math.max(size, grown);
      try {
        this.held = new BatchMemory(this.memory, capacity);
      } catch (cause) {
        throw memoryError(cause, `a minibatch of ${size} samples: more than memory holds; use a smaller one`);
      }
    }
    return this.held;
  }

  /**
   * The memory of a batch whose inputs, V, are those that the last update made ready: they become the current batch's. Nothing
   * where they are others. What was announced is not compared again.
   */
  takePrepared({ inputs, size }: BatchOfInputs, announcement?: Announcement): BatchMemory | undefined {
    const { held } = this;
    if (held === undefined || inputs.length !== size * this.network.inputs) return undefined;
    const { announced, version } = held.next;
    const same =
      announcement !== undefined &&
      announced === announcement &&
      version === this.version &&
      held.next.size === size;
    if (!same && !this.holds(held.next, inputs, 0, size)) return undefined;
    held.swap();
    return held;
  }

  /** Loads inputs (V, samples [first, first + size)) as the current batch's, with their currents, unless they are there already. */
  loadInputs(inputs: Floats, first: number, size: number): BatchMemory {
    const batch = this.batch(size);
    const offset = first * this.network.inputs;
    if (this.holds(batch.current, inputs, offset, size)) return batch;
    if (this.holds(batch.next, inputs, offset, size)) {
      batch.swap();
      return batch;
    }
    this.listInputs(batch.current, inputs, offset, size);
    this.setNext(batch.current);
    this.run('gatherDrive', [this.memory.update.offset]);
    batch.current.version = this.version;
    return batch;
  }

  /** Relaxes the absolute states of the current batch, `fromRest` or from what is in `states`. β in published units. */
  settleStates(
    batch: BatchMemory,
    size: number,
    fromRest: boolean,
    beta: number,
    stop?: StopRule,
    pull: number = pullKind.live,
  ): PhaseReport {
    this.memory.record.set({ drive: batch.current.drive });
    const { free } = this.memory;
    let report: PhaseReport | undefined;
    for (let first = 0; first < size; first += LAYERED_COLUMNS) {
      const samples = Math.min(LAYERED_COLUMNS, size - first);
      this.setGroup(free, first, samples, samples, 0, fromRest, stop);
      free.set({ betaLow: beta, betaHigh: beta, held: pull });
      this.run('settleStates', [free.offset]);
      report = this.worse(report, free, 0, samples);
    }
    return report as PhaseReport;
  }

  /**
   * Relaxes differences from the absolute states of one group of samples, from 0 on; they are then in the layers' `deltas`.
   * `atRest`: the states have settled.
   */
  settleDeltas(
    batch: BatchMemory,
    first: number,
    samples: number,
    atRest: boolean,
    beta: number,
    stop?: StopRule,
    pull: number = pullKind.live,
  ): PhaseReport {
    this.memory.record.set({ drive: batch.current.drive });
    const { free, nudged } = this.memory;
    this.setGroup(free, first, samples, samples, 0, false, stop);
    this.setGroup(nudged, first, samples, samples, 1, true, stop);
    nudged.set({ betaLow: beta, betaHigh: beta, held: pull });
    this.run('settleDeltas', [free.offset, nudged.offset, atRest ? slackKind.atRest : slackKind.notAtRest]);
    return this.worse(undefined, nudged, 0, samples);
  }

  /**
   * Free phase, nudged phases and contrast of the current batch.
   * @param pull how outputs are pulled, and, where that is worked out from the free outputs, what puts it in place of the targets of
   *   samples first … first + samples − 1 once their free phase has settled
   */
  settleBoth(
    batch: BatchMemory,
    size: number,
    fromRest: boolean,
    betas: readonly [number, number],
    stop?: StopRule,
    nudgedStop?: StopRule,
    { held, hold }: Pull = { held: pullKind.live },
  ): { free: PhaseReport; nudged: PhaseReport[] } {
    this.memory.record.set({ drive: batch.current.drive });
    const { free, nudged } = this.memory;
    const nudges = betas.filter((beta) => beta !== 0);
    // What a linearised network does under −β is the mirror image of what it does under β.
    const mirrored = held === pullKind.linear && betas[0] === -betas[1];
    const active = mirrored ? [betas[1]] : nudges;
    const kind = mirrored
      ? contrastKind.mirrored
      : active.length === 2
        ? contrastKind.bothNudged
        : betas[0] === 0
          ? contrastKind.secondNudged
          : contrastKind.firstNudged;
    const group = LAYERED_COLUMNS / active.length;
    let freeReport: PhaseReport | undefined;
    const nudgedReports: (PhaseReport | undefined)[] = active.map(() => undefined);
    for (let first = 0; first < size; first += group) {
      const samples = Math.min(group, size - first);
      this.setGroup(free, first, samples, samples, 0, fromRest, stop);
      free.set({ betaLow: 0, betaHigh: 0, held: 0 });
      this.setGroup(nudged, first, samples, samples * active.length, 1, true, nudgedStop ?? stop);
      nudged.set({ betaLow: active[0], betaHigh: active[active.length - 1], held });
      if (hold === undefined) this.run('settleGroup', [free.offset, nudged.offset, kind]);
      else this.run('settleStates', [free.offset]);
      freeReport = this.worse(freeReport, free, 0, samples);
      if (!isUsable(freeReport.status)) return { free: freeReport, nudged: [] };
      if (hold !== undefined) {
        hold(first, samples);
        this.run('nudgeGroup', [free.offset, nudged.offset, kind]);
      }
      for (const p of active.keys()) {
        nudgedReports[p] = this.worse(nudgedReports[p], nudged, p * samples, (p + 1) * samples);
      }
    }
    const reports = nudgedReports as PhaseReport[];
    return { free: freeReport as PhaseReport, nudged: mirrored ? [reports[0], reports[0]] : reports };
  }

  /**
   * Moves the parameters by the contrast at hand, and prepares the currents of the batch that follows.
   * @param readAs number of the update that the contrast is still to be read for
   */
  applyUpdate(
    batch: BatchMemory,
    size: number,
    factors: UpdateFactors,
    { readAs, announced }: { readAs?: number; announced?: Announcement | undefined } = {},
  ): void {
    const { memory } = this;
    const { current } = batch;
    memory.factors.set(factors.conductances);
    memory.biasFactors.set(factors.biases);
    const { values, scaled } = { values: current.record.get('values'), scaled: current.record.get('scaled') };
    if (size > 0) this.kernel.scaleValues(values, scaled, current.count, factors.conductances[0]);
    const signals = size > 0 ? current : batch.none;
    const readOut = readAs === undefined ? 0 : (this.readOut?.at(readAs) ?? 0);
    memory.update.set({ batch: size, signals: signals.record.offset, readOut });
    const next = announced?.prepared;
    const fits = next !== undefined && next.size <= batch.capacity;
    // Inputs that are not finite are left for their own step to refuse.
    const prepared = fits && this.listInputs(batch.next, next.inputs, 0, next.size);
    this.setNext(prepared ? batch.next : batch.none);
    this.run('applyUpdate', [memory.update.offset]);
    this.version++;
    if (prepared) {
      batch.next.version = this.version;
      batch.next.announced = announced;
    }
  }

  /** After parameters were written: brings everything that depends on them up to date. */
  refresh(): void {
    const zeros = this.network.layers.map(() => 0);
    this.applyUpdate(this.batch(1), 0, { conductances: zeros, biases: zeros });
  }

  /** What is read of the contrast at hand, for the update `event`, takes its place. */
  readContrast(size: number, event: number): void {
    if (this.readOut === undefined) return;
    this.memory.record.set({ threads: 1 });
    this.kernel.readContrast(this.memory.record.offset, this.readOut.at(event), size, 0);
  }

  /** Sums that gradients and updates need, of the contrast at hand. */
  sumProducts(size: number): void {
    this.memory.record.set({ threads: 1 });
    this.kernel.sumProducts(this.memory.record.offset, size, 0);
  }

  private run(name: JobName, numbers: readonly number[]): void {
    const { record } = this.memory;
    record.set({ threads: this.pool.members });
    const start = this.onJob === undefined ? 0 : performance.now();
    this.pool.runJob(name, [record.offset, ...numbers]);
    this.onJob?.(name, performance.now() - start);
  }

  private setGroup(
    record: PhaseRecord,
    first: number,
    samples: number,
    columns: number,
    delta: number,
    fromRest: boolean,
    stop: StopRule | undefined,
  ): void {
    record.set({ columns, samples, first, delta, fromRest: fromRest ? 1 : 0 });
    setStop(record, stop);
  }

  private worse(report: PhaseReport | undefined, record: PhaseRecord, from: number, to: number): PhaseReport {
    const fresh = reportOf(this.memory.reports(record), from, to, this.scale.current_A);
    return report === undefined ? fresh : worseOf(report, fresh);
  }

  private setNext(inputs: BatchInputs): void {
    this.memory.update.set({
      nextBatch: inputs.size,
      nextSignals: inputs.record.offset,
      nextDrive: inputs.drive,
    });
  }

  private holds(held: BatchInputs, inputs: Floats, offset: number, size: number): boolean {
    if (held.version !== this.version || held.size !== size) return false;
    const factor = this.network.inputGain / this.scale.voltage_V;
    const own = held.inputs;
    for (let e = 0, count = size * this.network.inputs; e < count; e++) {
      if (own[e] !== Math.fround(inputs[offset + e] * factor)) return false;
    }
    return true;
  }

  /** Returns whether all inputs are finite. */
  private listInputs(held: BatchInputs, inputs: Floats, offset: number, size: number): boolean {
    const factor = this.network.inputGain / this.scale.voltage_V;
    const { inputs: signals, layers } = this.network;
    const own = held.inputs;
    let flaw = 0;
    for (let e = 0, count = size * signals; e < count; e++) {
      const value = inputs[offset + e] * factor;
      own[e] = value;
      flaw += value * 0;
    }
    held.size = size;
    held.version = -1;
    held.announced = undefined;
    held.count = this.kernel.listSignals(
      own.byteOffset,
      size,
      signals,
      strideOf(layers[0]),
      held.record.get('starts'),
      held.record.get('rows'),
      held.record.get('values'),
    );
    return flaw === 0;
  }
}
