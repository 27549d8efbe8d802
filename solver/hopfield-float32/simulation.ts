import { drawWeights, type HopfieldNetwork } from '../../circuits/hopfield/index.js';
import { isUsable, memoryError } from '../../core/index.js';
import {
  clampedOutputs,
  type Floats,
  isFromFreeOutputs,
  isPlain,
  type Nudge,
  nudgeOf,
  outputPulls,
  type ParameterValues,
  type PhasePlan,
  type PhaseReader,
  type PhaseReport,
  type StopRule,
  type Update,
} from '../../devices/contract/index.js';
import {
  type HopfieldKernel,
  type KernelOptions,
  kernelProgram,
  ThreadPool,
  threadsOf,
} from '../../kernels/index.js';
import { activationOf, type HopfieldDeviceOptions } from '../hopfield/index.js';
import { learn, type PhaseRows } from './learn.js';
import { type LayerMemory, NetworkMemory } from './network-memory.js';
import { type PhaseName, prepareInputs, relaxBatch } from './relax-batch.js';

/** Samples that there is room for at first. */
const CAPACITY = 20;

/** Carries an update out, given its gradients; returns ‖change‖ / ‖weights‖ of every group of weights that moved. */
type Descend = (gradients: ParameterValues) => Record<string, number>;

/** Which of the rows of a layer. */
export type Rows = (layer: LayerMemory) => Float32Array;

/** The network in the kernel's memory and what is done with a batch there; nothing here waits, so that nothing comes between. */
export class HopfieldSimulation {
  memory: NetworkMemory;
  private weightsTransposed = false;
  private pool: ThreadPool<HopfieldKernel>;

  constructor(
    readonly network: HopfieldNetwork,
    private readonly device: HopfieldDeviceOptions,
    private readonly threads: number | 'auto',
    private readonly options: KernelOptions,
    private readonly reader?: PhaseReader,
  ) {
    this.memory = new NetworkMemory(network, CAPACITY, threadsOf(threads), options, reader);
    this.pool = this.openPool();
    if (device.seed === undefined) this.memory.recountSquares();
    else this.draw(device.seed);
  }

  /** Glorot weights, no biases. */
  draw(seed: number): void {
    for (const [l, size] of this.network.layers.entries()) {
      const drawn = new Float32Array(this.memory.layers[l].before * size);
      drawWeights(this.network, l, seed, drawn);
      this.writeGroup(`w${l + 1}`, drawn);
      this.writeGroup(`b${l + 1}`, new Float32Array(size));
    }
    this.memory.recountSquares();
  }

  /** To be awaited before a batch: makes room for so many samples, weights kept, and waits for the threads. */
  async reserve(samples: number): Promise<void> {
    if (samples > this.memory.capacity) {
      const { pool } = this;
      this.grow(samples);
      await pool.close();
    }
    await this.pool.ready();
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  /** Copies a batch's inputs [batch × inputs] in. */
  loadInputs(inputs: Floats): void {
    this.memory.inputs.set(inputs);
  }

  /** Settles a batch whose inputs are loaded, from rows of states or from rest, into the free rows. */
  settle(
    batch: number,
    start: 'rest' | 'free',
    nudge: Nudge | undefined,
    stop: StopRule | undefined,
  ): PhaseReport {
    this.prepare(batch);
    if (nudge !== undefined) this.loadPull(nudge, batch);
    if (nudge?.kind !== 'adjoint') return this.relax(batch, start, 'free', nudge, stop);
    // What it is linearised about has to stay while it relaxes.
    const report = this.relax(batch, start, 'first', nudge, stop);
    for (const { free, first } of this.memory.layers) free.set(first);
    return report;
  }

  /**
   * Both phases and the update; nothing is learned where a phase cannot be used.
   * @param descend carries an update out that is more than a rate
   */
  step(
    batch: number,
    targets: Floats,
    plan: PhasePlan,
    start: 'rest' | 'free',
    update: Update,
    descend: Descend,
  ) {
    this.prepare(batch);
    const free = this.relax(batch, start, 'free', undefined, plan.stop);
    const outputs = () => new Float64Array(this.readStates(batch, (layer) => layer.free).at(-1)!);
    const [, beta] = plan.betas;
    if (plan.nudge !== 'clamp') this.loadPull(nudgeOf(plan, beta, targets, { outputs }), batch);
    const rowsOf: readonly PhaseName[] = ['first', 'second'];
    const nudged: PhaseReport[] = [];
    const used = plan.betas.map((beta, p): PhaseName => {
      if (beta === 0) return 'free';
      const nudge = { kind: plan.nudge, beta };
      if (nudge.kind === 'clamp') this.loadPull(nudgeOf(plan, beta, targets, { outputs }), batch);
      nudged.push(this.relax(batch, 'free', rowsOf[p], nudge, plan.nudgedStop ?? plan.stop));
      return rowsOf[p];
    });
    const usable = [free, ...nudged].every(({ status }) => isUsable(status));
    const relativeChange = usable
      ? this.learnFrom(batch, plan.betas[1] - plan.betas[0], update, used, descend)
      : undefined;
    return { free, nudged, relativeChange };
  }

  /** The update of a contrast whose phases lie in `first` and `second` and whose inputs are loaded. */
  learn(batch: number, betaSpan: number, update: Update, descend: Descend): Record<string, number> {
    return this.learnFrom(batch, betaSpan, update, ['first', 'second'], descend);
  }

  /** Copies states [batch × n_l] a layer into rows. */
  loadStates(states: readonly Floats[], batch: number, rows: Rows): void {
    for (const [l, layer] of this.memory.layers.entries()) {
      const into = rows(layer);
      const { units, rowFloats } = layer;
      for (let s = 0; s < batch; s++) {
        into.set(states[l].subarray(s * units, (s + 1) * units), s * rowFloats);
      }
    }
  }

  /** Keeps foreign states between the ends of the activation. */
  clipStates(batch: number, rows: Rows): void {
    const { low, high } = activationOf(this.network);
    for (const layer of this.memory.layers) {
      const states = rows(layer);
      for (let e = 0; e < batch * layer.rowFloats; e++) {
        states[e] = states[e] < low ? low : states[e] > high ? high : states[e];
      }
    }
  }

  /** Fresh copies of rows, [batch × n_l] a layer. */
  readStates(batch: number, rows: Rows): Float32Array[] {
    return this.memory.layers.map((layer) => {
      const from = rows(layer);
      const { units, rowFloats } = layer;
      const states = new Float32Array(batch * units);
      for (let s = 0; s < batch; s++) {
        states.set(from.subarray(s * rowFloats, s * rowFloats + units), s * units);
      }
      return states;
    });
  }

  /** A group as the contract has it, [rows × columns]. */
  readGroup(name: string): Float32Array {
    const { values, rows, units, rowFloats } = this.group(name);
    const compact = new Float32Array(rows * units);
    for (let i = 0; i < rows; i++) {
      compact.set(values.subarray(i * rowFloats, i * rowFloats + units), i * units);
    }
    return compact;
  }

  /** Call `memory.recountSquares()` after the last. */
  writeGroup(name: string, compact: Floats): void {
    const { values, rows, units, rowFloats } = this.group(name);
    this.weightsTransposed = false;
    for (let i = 0; i < rows; i++) {
      values.set(compact.subarray(i * units, (i + 1) * units), i * rowFloats);
    }
  }

  private group(name: string) {
    const layer = this.memory.layers[Number(name.slice(1)) - 1];
    const { units, rowFloats, before } = layer;
    const isWeights = name.startsWith('w');
    return {
      values: isWeights ? layer.weights : layer.biases,
      rows: isWeights ? before : 1,
      units,
      rowFloats,
    };
  }

  /** The threads that relax the samples of the memory. Samples do not see each other: results are the same at every number. */
  private openPool(): ThreadPool<HopfieldKernel> {
    const { kernelMemory, kernel } = this.memory;
    return new ThreadPool(
      kernelProgram('hopfield', kernelMemory, kernel, ['relax'], this.options),
      this.threads,
    );
  }

  private grow(samples: number): void {
    const old = this.memory;
    try {
      this.memory = new NetworkMemory(this.network, samples, old.threads, this.options, this.reader);
    } catch (cause) {
      throw memoryError(
        cause,
        `a minibatch of ${samples} samples: more than memory holds; use a smaller one`,
      );
    }
    this.pool = this.openPool();
    for (const [l, layer] of this.memory.layers.entries()) {
      layer.weights.set(old.layers[l].weights);
      layer.biases.set(old.layers[l].biases);
    }
    this.memory.squares.set(old.squares);
    this.weightsTransposed = false;
  }

  private prepare(batch: number): void {
    if (!this.weightsTransposed) this.memory.transposeWeights();
    this.weightsTransposed = true;
    prepareInputs(this.memory, batch);
  }

  private relax(
    batch: number,
    start: 'rest' | 'free',
    end: PhaseName,
    nudge: Pick<Nudge, 'kind' | 'beta'> | undefined,
    stop: StopRule | undefined,
  ): PhaseReport {
    const { relaxation, nudgedRelaxation = relaxation } = this.device;
    const way = nudge === undefined ? relaxation : nudgedRelaxation;
    return relaxBatch(this.memory, batch, { start, end }, way, nudge, stop ?? {}, this.pool);
  }

  private learnFrom(
    batch: number,
    betaSpan: number,
    update: Update,
    used: readonly PhaseName[],
    descend: Descend,
  ): Record<string, number> {
    this.weightsTransposed = false;
    const rows = {
      first: (layer: LayerMemory) => layer[used[0]],
      second: (layer: LayerMemory) => layer[used[1]],
    };
    if (isPlain(update)) return learn(this.memory, batch, betaSpan, update, rows);
    return descend(this.gradients(batch, betaSpan, update.id, rows));
  }

  /** What an update of rate 1 takes away from every entry, read for the update `id`. */
  private gradients(batch: number, betaSpan: number, id: number, rows: PhaseRows): ParameterValues {
    const { memory } = this;
    const names = memory.layers.flatMap((_, l) => [`w${l + 1}`, `b${l + 1}`]);
    const kept = memory.layers.map(({ weights, biases }) => [weights.slice(), biases.slice()]);
    for (const { weights, biases } of memory.layers) {
      weights.fill(0);
      biases.fill(0);
    }
    learn(memory, batch, betaSpan, { id, rates: Object.fromEntries(names.map((name) => [name, 1])) }, rows);
    const gradients = Object.fromEntries(names.map((name) => [name, this.readGroup(name).map((g) => -g)]));
    for (const [l, [weights, biases]] of kept.entries()) {
      memory.layers[l].weights.set(weights);
      memory.layers[l].biases.set(biases);
    }
    memory.recountSquares();
    return gradients;
  }

  /** Targets, or what a held nudge or a clamp makes of them. */
  private loadPull(nudge: Nudge, batch: number): void {
    const size = this.network.layers[this.network.layers.length - 1];
    const { kind, outputs, targets } = nudge;
    const { low, high } = activationOf(this.network);
    const within = (state: number) => Math.min(high, Math.max(low, state));
    if (!isFromFreeOutputs(kind)) this.loadTargets(targets, batch);
    else if (kind === 'clamp') this.loadTargets(clampedOutputs(nudge).map(within), batch);
    else this.loadTargets(outputPulls(nudge, outputs as Floats, targets, size).currents, batch);
  }

  private loadTargets(targets: Floats, batch: number): void {
    const { layers, targets: to } = this.memory;
    const { units, rowFloats } = layers[layers.length - 1];
    for (let s = 0; s < batch; s++) to.set(targets.subarray(s * units, (s + 1) * units), s * rowFloats);
  }
}
