import type { LayeredNetwork } from '../../circuits/layered/index.js';
import { inputError } from '../../core/index.js';
import { outerProduct } from '../../devices/cells/index.js';
import {
  Announcement,
  announcementOf,
  type Batch,
  type Contrast,
  DeviceFrame,
  type DeviceInfo,
  type DeviceState,
  type Drive,
  type Equilibrium,
  type Floats,
  isFromFreeOutputs,
  isPlain,
  isUsable,
  type NodeReadOut,
  type NudgeLimits,
  type OwnContrast,
  type OwnState,
  type ParameterValues,
  type PhasePlan,
  PhaseReader,
  type PhaseReport,
  type PreparedBatch,
  plainBatch,
  type SettleOptions,
  type StepReport,
  type Update,
} from '../../devices/contract/index.js';
import {
  addChanges,
  type CellContrast,
  type CellHost,
  exactGradient,
  LayeredParameters,
  layeredInfo,
  smallestOutputConductance_S,
} from '../layered/index.js';
import type { BatchMemory } from './batch-memory.js';
import {
  drawAll,
  loadConductances,
  readConductances,
  saturatedShare,
  writeConductances,
} from './conductances.js';
import { loadContrast, localContrast } from './contrast.js';
import { Float32Equilibrium } from './float32-equilibrium.js';
import { biasGradient, gradientOf } from './gradient.js';
import type { JobListener } from './jobs.js';
import { KernelView } from './kernel-view.js';
import { passivityView } from './passivity-view.js';
import { holdOutputs, loadTargets, publishedBeta, pullOf } from './pull.js';
import { isFreePhaseOf, loadStates, settleAfresh, settleFrom } from './settle.js';
import { LayeredSimulation, type UpdateFactors } from './simulation.js';

const NO_INPUTS = new Float32Array(0);
/** A step counts conductances at their edge only in every so many updates: counting reads every one. */
const COUNT_EVERY = 256;

/** What a `LayeredFloat32Device` takes besides its network. */
export interface LayeredFloat32Options {
  /** With it the network starts as `initialise` leaves it; without, it has no conductances yet. */
  readonly seed?: number;
  /** Threads, at most 8; by default one a core, where that is measurably faster. Results do not depend on it. */
  readonly threads?: number | 'auto';
  /** Fused multiply-add: faster, but last bits then differ between machines. Throws where the engine has none. Off by default. */
  readonly relaxed?: boolean;
  /** How nodes are read for learning; exactly when left out. */
  readonly readOut?: NodeReadOut;
  /** For benchmarks: told how long each kernel job took. */
  readonly onJob?: JobListener;
}

/**
 * The layered resistive network in float32 on the WebAssembly kernel: the fast device. Nudged phases that start from a free
 * phase of the same batch are relaxed as differences from it, so that gradients keep their digits at any β.
 * Local rule: squared voltage drops, g ← clamp(g − rate·∂g) (Scellier 2024, arXiv 2402.11674, eq. 7).
 */
export class LayeredFloat32Device
  extends DeviceFrame<Float32Equilibrium>
  implements CellHost<Float32Equilibrium>
{
  readonly info: DeviceInfo;
  readonly conductanceUnit_S: number;
  readonly countEvery = COUNT_EVERY;
  readonly format = 'layered-float32/1';
  private readonly simulation: LayeredSimulation;
  /** For checks of a drive whose inputs are known to be right. */
  private readonly infoOfTargets: DeviceInfo;
  /** The last step's free phase, whose states still lie in the kernel's memory. */
  private viewed: Float32Equilibrium | undefined;
  /** The minibatch that the step after the next one will be on. */
  private announced: Announcement | undefined;
  /** Share of the conductances at an edge of their window, as last counted. */
  private saturated = 0;

  constructor(network: LayeredNetwork, options: LayeredFloat32Options = {}) {
    super();
    const { readOut } = options;
    this.info = layeredInfo(network, 'float32', readOut);
    this.infoOfTargets = { ...this.info, inputs: 0 };
    const reader = readOut && new PhaseReader(readOut, network.layers);
    this.simulation = new LayeredSimulation(network, options, reader);
    this.conductanceUnit_S = this.simulation.scale.conductance_S;
    if (options.seed === undefined) this.startWithoutParameters();
    else this.draw(options.seed);
  }

  override owns(phase: Equilibrium): phase is Float32Equilibrium {
    return phase instanceof Float32Equilibrium && phase.owner === this.simulation;
  }

  prepare(next: Batch): PreparedBatch {
    this.requireOpen();
    this.announced = new Announcement(next, this);
    return this.announced;
  }

  async step(given: Batch | PreparedBatch, plan: PhasePlan): Promise<StepReport> {
    this.requireOpen();
    const announcement = announcementOf(given);
    announcement?.check(this, this.info.name);
    const batch = plainBatch(given);
    const { size } = batch;
    const { pool } = this.simulation;
    if (!pool.isReady) await pool.ready();
    // Inputs that an update made ready have been looked at already.
    const ready = this.simulation.takePrepared(batch, announcement);
    if (ready === undefined) this.checkStep(batch, plan);
    else this.checkStep({ ...batch, inputs: NO_INPUTS }, plan, this.infoOfTargets);
    this.detachViews();
    announcement?.use();
    if (announcement === this.announced) this.announced = undefined;
    return pool.schedule(`step ${size}`, () => this.stepNow(batch, plan, ready));
  }

  private stepNow({ size, inputs, targets }: Batch, plan: PhasePlan, ready?: BatchMemory): StepReport {
    const [first, second] = plan.betas;
    const { simulation } = this;
    const memory = ready ?? simulation.loadInputs(inputs, 0, size);
    const hold = isFromFreeOutputs(plan.nudge)
      ? (first: number, samples: number) => holdOutputs(simulation, memory, plan, targets, first, samples)
      : undefined;
    if (hold === undefined) loadTargets(simulation, memory, targets, 0, size);
    if (plan.from !== undefined) loadStates(simulation, memory, plan.from.layers, 0, size);
    const published = (beta: number) => publishedBeta(simulation, plan.nudge, beta);
    const betas = [published(first), published(second)] as const;
    const reports = simulation.settleBoth(
      memory,
      size,
      plan.from === undefined,
      betas,
      plan.stop,
      plan.nudgedStop,
      { held: pullOf(plan.nudge), ...(hold && { hold }) },
    );
    const free = this.viewOf(memory, size, reports.free);
    const usable =
      reports.nudged.length > 0 && [reports.free, ...reports.nudged].every((r) => isUsable(r.status));
    if (!usable) {
      const nudged = reports.nudged.length > 0 ? reports.nudged : [reports.free];
      return { free, nudged, adapt: { applied: false, saturatedFraction: Number.NaN } };
    }
    const { update } = plan;
    const applied = !this.isRepeated(update.id);
    if (applied) {
      if (isPlain(update)) {
        const factors = this.factorsOf(update, size, second - first);
        simulation.applyUpdate(memory, size, factors, { readAs: update.id, announced: this.announced });
      } else this.descend(memory, size, second - first, update);
      this.carriedOut(update.id);
      if (update.id % COUNT_EVERY === 0) this.saturated = saturatedShare(simulation.memory);
    }
    return { free, nudged: reports.nudged, adapt: { applied, saturatedFraction: this.saturated } };
  }

  async gradient(contrast: Contrast): Promise<ParameterValues> {
    return this.gradientAs(contrast, this.nextId);
  }

  async gradientAs(contrast: Contrast, event: number): Promise<ParameterValues> {
    this.requireOpen();
    const pair = this.contrastOf(contrast);
    const memory = this.loadContrast(pair);
    this.simulation.readContrast(pair.batch, event);
    return gradientOf(this.simulation, memory, pair.batch, pair.betaSpan);
  }

  /** In float64, of the float32 states. */
  async exactGradient(free: Equilibrium, costSlope: Floats, sweeps?: number): Promise<ParameterValues> {
    this.requireOpen();
    const own = this.freePhaseOf(free, costSlope);
    const parameters = LayeredParameters.of(this.simulation.network, this.read());
    const voltages = this.info.layers.map((_, l) => own.layer(l));
    return exactGradient(parameters, this.inputsOf(own), voltages, costSlope, sweeps);
  }

  loadConductances(l: number, values: Floats): void {
    loadConductances(this.simulation.memory, l, values);
  }

  loadBiases(l: number, currents_A: Floats): void {
    const { memory, scale } = this.simulation;
    memory.bias(l).set(currents_A.map((b) => b / scale.current_A));
  }

  conductancesLoaded(): void {
    this.parametersLoaded();
    this.detachViews();
    this.simulation.refresh();
  }

  contrastForCells(pair: OwnContrast<Float32Equilibrium>, event: number): CellContrast {
    const { batch: size, betaSpan } = pair;
    const memory = this.loadContrast(pair);
    this.simulation.readContrast(size, event);
    return {
      changes: (l, rate) => outerProduct(localContrast(this.simulation, memory, size, betaSpan, l), rate),
      biasGradient: (l) => biasGradient(this.simulation, memory, size, betaSpan, l),
      conclude: (update) => {
        const { biases } = this.factorsOf(update, size, betaSpan);
        // the update pass with still conductances: moves the biases and brings sums up to date
        this.simulation.applyUpdate(memory, size, { conductances: biases.map(() => 0), biases });
      },
    };
  }

  /** Random conductances and no bias currents. */
  protected override draw(seed: number): void {
    const { memory } = this.simulation;
    this.detachViews();
    drawAll(memory, seed);
    for (const l of this.info.layers.keys()) memory.bias(l).fill(0);
    this.changed();
  }

  protected override async relax(drive: Drive, options: SettleOptions): Promise<Float32Equilibrium> {
    this.detachViews();
    const { simulation } = this;
    const { pool } = simulation;
    await pool.ready();
    const { from } = options;
    const { nudge, batch } = drive;
    if (nudge !== undefined && isFreePhaseOf(simulation, from, drive)) {
      return pool.schedule(`nudged ${batch}`, () =>
        settleFrom(simulation, from, { ...drive, nudge }, options),
      );
    }
    if (nudge?.kind === 'adjoint') {
      throw inputError(
        'drive.adjoint',
        'drive: a nudge by adjoint needs the free phase of the same inputs under the present parameters as `from`; settle it again',
      );
    }
    const start = this.startOf(batch, from);
    return pool.schedule(`settle ${batch}`, () => settleAfresh(simulation, drive, start, options));
  }

  protected override learn(pair: OwnContrast<Float32Equilibrium>, update: Update) {
    const { batch: size, betaSpan } = pair;
    if (isPlain(update)) {
      const factors = this.factorsOf(update, size, betaSpan);
      this.simulation.applyUpdate(this.loadContrast(pair), size, factors, { readAs: update.id });
    } else this.descend(this.loadContrast(pair), size, betaSpan, update);
    return { saturatedFraction: this.saturatedFraction() };
  }

  /** An update by more than a rate, of the contrast at hand. */
  private descend(memory: BatchMemory, size: number, betaSpan: number, update: Update): void {
    this.simulation.readContrast(size, update.id);
    const gradients = gradientOf(this.simulation, memory, size, betaSpan);
    const groups = this.read();
    addChanges(groups, this.descent.changes(gradients, groups, update));
    for (const l of this.info.layers.keys()) {
      writeConductances(this.simulation.memory, l, groups[`g${l + 1}`]);
      this.loadBiases(l, groups[`b${l + 1}`]);
    }
    this.simulation.refresh();
  }

  protected override limits(): NudgeLimits {
    const lowest = -smallestOutputConductance_S(passivityView(this.simulation));
    return { lowest, highest: Number.POSITIVE_INFINITY };
  }

  protected override read(): Record<string, Float64Array> {
    const { memory, scale } = this.simulation;
    return Object.fromEntries(
      this.info.layers.flatMap((_, l): [string, Float64Array][] => [
        [`g${l + 1}`, readConductances(memory, l)],
        [`b${l + 1}`, Float64Array.from(memory.bias(l), (b) => b * scale.current_A)],
      ]),
    );
  }

  protected override write(parameters: ParameterValues) {
    const { memory } = this.simulation;
    this.detachViews();
    for (const l of this.info.layers.keys()) {
      const conductances = parameters[`g${l + 1}`];
      if (conductances !== undefined) writeConductances(memory, l, conductances);
      const biases = parameters[`b${l + 1}`];
      if (biases !== undefined) this.loadBiases(l, biases);
    }
    this.changed();
    return { saturatedFraction: this.saturated };
  }

  protected override save(): OwnState {
    const arrays = Object.fromEntries(this.stored().map(([name, values]) => [name, values.slice()]));
    return { arrays, values: { saturatedFraction: this.saturated } };
  }

  protected override savedLengths(): Record<string, number> {
    return Object.fromEntries(this.stored().map(([name, values]) => [name, values.length]));
  }

  protected override load({ arrays, values }: DeviceState): void {
    this.detachViews();
    for (const [name, own] of this.stored()) own.set(arrays[name]);
    // 0.1 called it atEdge
    this.saturated = Number(values.saturatedFraction ?? values.atEdge);
    this.simulation.refresh();
  }

  protected override end(): Promise<void> {
    return this.simulation.pool.close();
  }

  protected override saturatedFraction(): number {
    this.saturated = saturatedShare(this.simulation.memory);
    return this.saturated;
  }

  /** Puts two phases into the kernel's memory as the contrast at hand. */
  private loadContrast({ first, second, batch: size }: OwnContrast<Float32Equilibrium>): BatchMemory {
    this.detachViews();
    const memory = this.simulation.loadInputs(this.inputsOf(first), 0, size);
    loadContrast(memory, size, first.state, second.state, this.info.layers);
    return memory;
  }

  /** V. */
  private inputsOf(phase: Float32Equilibrium): Float64Array {
    const factor = this.simulation.scale.voltage_V / this.simulation.network.inputGain;
    return Float64Array.from(phase.state.inputs, (x) => x * factor);
  }

  private factorsOf(update: Update, size: number, betaSpan: number): UpdateFactors {
    const { scale } = this.simulation;
    const span = (size * betaSpan) / scale.conductance_S;
    const rate = (name: string) => update.rates[name] ?? 0;
    return {
      conductances: this.info.layers.map((_, l) => rate(`g${l + 1}`) / scale.conductanceRate / span),
      biases: this.info.layers.map((_, l) => rate(`b${l + 1}`) / scale.biasRate / span),
    };
  }

  /** The states at hand, left where they are until the next work with them or until they are asked for. */
  private viewOf(memory: BatchMemory, size: number, report: PhaseReport): Float32Equilibrium {
    this.viewed = new Float32Equilibrium(this.simulation, size, 0, new KernelView(memory, size), report);
    return this.viewed;
  }

  /** To be called before states or inputs in the kernel's memory are written over. */
  private detachViews(): void {
    this.viewed?.materialise();
    this.viewed = undefined;
  }

  /** Every group as the kernel stores it. */
  private stored(): [string, Float32Array][] {
    const { memory } = this.simulation;
    return this.info.layers.flatMap((_, l): [string, Float32Array][] => [
      [`g${l + 1}`, memory.stored(l)],
      [`b${l + 1}`, memory.bias(l)],
    ]);
  }

  private changed(): void {
    this.simulation.refresh();
    this.saturated = saturatedShare(this.simulation.memory);
  }
}
