import type { LayeredNetwork } from '../../circuits/layered/index.js';
import { runError } from '../../core/index.js';
import {
  type AdaptReport,
  type AnalogDevice,
  Announcement,
  announcementOf,
  type Batch,
  type Contrast,
  checkCostSlope,
  checkDrive,
  checkParameters,
  checkRising,
  checkState,
  checkStates,
  checkStop,
  checkUpdate,
  type DeviceInfo,
  type DeviceState,
  type Drive,
  type Equilibrium,
  type Floats,
  isUsable,
  type NodeStates,
  type NudgeLimits,
  ownContrast,
  ownFreePhase,
  type ParameterValues,
  type PhasePlan,
  type PhaseReport,
  type PreparedBatch,
  plainBatch,
  type SettleOptions,
  type StepReport,
  type Update,
} from '../../devices/contract/index.js';
import {
  exactGradient,
  LayeredParameters,
  layeredInfo,
  smallestOutputConductance_S,
} from '../layered/index.js';
import type { BatchMemory } from './batch-memory.js';
import { drawAll, readConductances, saturatedShare, writeConductances } from './conductances.js';
import { bringContrast } from './contrast.js';
import type { JobListener } from './crew.js';
import { Float32Equilibrium } from './float32-equilibrium.js';
import { gradientOf } from './gradient.js';
import { LentState } from './lent-state.js';
import { passivityView } from './passivity-view.js';
import { bringStates, isFreePhaseOf, settleAfresh, settleFrom } from './settle.js';
import { LayeredSimulation, type UpdateFactors } from './simulation.js';

const FORMAT = 'layered-float32/1';
const NO_INPUTS = new Float32Array(0);
/** A step counts conductances at their edge only in every so many updates: counting reads every one. */
const COUNT_EVERY = 256;

export interface LayeredFloat32Options {
  /** With it the network starts as `initialise` leaves it; without, it has no conductances yet. */
  readonly seed?: number;
  /** Threads, at most 8; by default one a core, where that is measurably faster. Results do not depend on it. */
  readonly threads?: number | 'auto';
  /** Fused multiply-add: faster, but last bits then differ between machines. Throws where the engine has none. Off by default. */
  readonly relaxed?: boolean;
  /** For benchmarks: told how long each kernel job took. */
  readonly onJob?: JobListener;
}

/**
 * The layered resistive network in float32 on the WebAssembly kernel: the fast device. Nudged phases that start from a free
 * phase of the same batch are relaxed as differences from it, so that gradients keep their digits at any β.
 * Local rule: squared voltage drops, g ← clamp(g − rate·∂g) (Scellier 2024, arXiv 2402.11674, eq. 7).
 */
export class LayeredFloat32Device implements AnalogDevice {
  readonly info: DeviceInfo;
  protected readonly simulation: LayeredSimulation;
  /** For checks of a drive whose inputs are known to be right. */
  private readonly infoOfTargets: DeviceInfo;
  /** The last step's free phase, whose states still lie in the kernel's memory. */
  private lent: Float32Equilibrium | undefined;
  /** The minibatch that the step after the next one will be on. */
  private announced: Announcement | undefined;
  protected lastUpdate = 0;
  private lastAtEdge = 0;
  private closed = false;

  constructor(network: LayeredNetwork, options: LayeredFloat32Options, info: Partial<DeviceInfo> = {}) {
    this.info = { ...layeredInfo(network, 'float32'), ...info };
    this.infoOfTargets = { ...this.info, inputs: 0 };
    this.simulation = new LayeredSimulation(network, options);
    if (options.seed !== undefined) this.draw(options.seed);
  }

  async initialise(seed: number): Promise<void> {
    this.requireOpen();
    this.endLoan();
    this.draw(seed);
  }

  async settle(drive: Drive, options: SettleOptions = {}): Promise<Float32Equilibrium> {
    this.requireOpen();
    checkDrive(this.info, drive);
    checkStop(options.stop);
    this.endLoan();
    const { simulation } = this;
    const { crew } = simulation;
    await crew.ready();
    const { from } = options;
    const { nudge } = drive;
    if (nudge !== undefined && isFreePhaseOf(simulation, from, drive)) {
      return crew.perform(`nudged ${drive.batch}`, () =>
        settleFrom(simulation, from, { ...drive, nudge }, options),
      );
    }
    const start = from === undefined ? undefined : this.layersOf(from);
    if (start !== undefined) checkStates(this.info, { layers: start }, drive.batch);
    return crew.perform(`settle ${drive.batch}`, () => settleAfresh(simulation, drive, start, options));
  }

  async adapt(
    contrast: Contrast,
    update: Update,
    options: { signal?: AbortSignal } = {},
  ): Promise<AdaptReport> {
    this.requireOpen();
    checkUpdate(this.info, update);
    this.endLoan();
    const { batch, size, betaSpan } = this.bringContrast(contrast);
    if (update.id <= this.lastUpdate || options.signal?.aborted)
      return { applied: false, saturatedFraction: this.saturatedFraction() };
    this.simulation.applyUpdate(batch, size, this.factorsOf(update, size, betaSpan));
    this.lastUpdate = update.id;
    return { applied: true, saturatedFraction: this.saturatedFraction() };
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
    const { size, inputs, targets } = batch;
    const [first, second] = plan.betas;
    const nudge = { kind: plan.nudge, beta: second, targets };
    const { crew } = this.simulation;
    if (!crew.isReady) await crew.ready();
    // Inputs that an update made ready have been looked at already.
    const prepared = this.simulation.takePrepared(batch, announcement);
    if (prepared !== undefined) {
      checkDrive(this.infoOfTargets, { batch: size, inputs: NO_INPUTS, nudge });
    } else checkDrive(this.info, { batch: size, inputs, nudge });
    checkRising(this.info, first, second);
    checkUpdate(this.info, plan.update);
    checkStop(plan.stop);
    checkStop(plan.nudgedStop, 'nudgedStop');
    this.endLoan();
    if (plan.from !== undefined) checkStates(this.info, plan.from, size);
    announcement?.use();
    if (announcement === this.announced) this.announced = undefined;
    return crew.perform(`step ${size}`, () => this.stepNow(batch, plan, prepared));
  }

  private stepNow({ size, inputs, targets }: Batch, plan: PhasePlan, prepared?: BatchMemory): StepReport {
    const [first, second] = plan.betas;
    const { simulation } = this;
    const { conductance_S } = simulation.scale;
    const memory = prepared ?? simulation.bringInputs(inputs, 0, size);
    simulation.bringTargets(memory, targets, 0, size);
    if (plan.from !== undefined) bringStates(simulation, memory, plan.from.layers, 0, size);
    const betas = [first / conductance_S, second / conductance_S] as const;
    const reports = simulation.settleBoth(
      memory,
      size,
      plan.from === undefined,
      betas,
      plan.stop,
      plan.nudgedStop,
    );
    const free = this.equilibriumOf(memory, size, reports.free);
    const usable =
      reports.nudged.length > 0 && [reports.free, ...reports.nudged].every((r) => isUsable(r.status));
    if (!usable) {
      const nudged = reports.nudged.length > 0 ? reports.nudged : [reports.free];
      return { free, nudged, adapt: { applied: false, saturatedFraction: Number.NaN } };
    }
    let applied = false;
    if (plan.update.id > this.lastUpdate) {
      const factors = this.factorsOf(plan.update, size, second - first);
      simulation.applyUpdate(memory, size, factors, this.announced);
      this.lastUpdate = plan.update.id;
      if (this.lastUpdate % COUNT_EVERY === 0) this.lastAtEdge = saturatedShare(simulation.memory);
      applied = true;
    }
    return { free, nudged: reports.nudged, adapt: { applied, saturatedFraction: this.lastAtEdge } };
  }

  async gradient(contrast: Contrast): Promise<ParameterValues> {
    this.requireOpen();
    this.endLoan();
    const { batch, size, betaSpan } = this.bringContrast(contrast);
    return gradientOf(this.simulation, batch, size, betaSpan);
  }

  /** In float64, of the float32 states. */
  async exactGradient(free: Equilibrium, costSlope: Floats, sweeps?: number): Promise<ParameterValues> {
    this.requireOpen();
    const { simulation } = this;
    const own = ownFreePhase(this.info, free, this.isOwn, ({ version }) => version === simulation.version);
    checkCostSlope(this.info, own.batch, costSlope);
    const parameters = LayeredParameters.of(simulation.network, await this.readParameters());
    const voltages = this.info.layers.map((_, l) => own.layer(l));
    return exactGradient(parameters, this.inputsOf(own), voltages, costSlope, sweeps);
  }

  async nudgeLimits(): Promise<NudgeLimits> {
    this.requireOpen();
    const lowest = -smallestOutputConductance_S(passivityView(this.simulation));
    return { lowest, highest: Number.POSITIVE_INFINITY };
  }

  async readParameters(): Promise<ParameterValues> {
    this.requireOpen();
    const { memory, scale } = this.simulation;
    return Object.fromEntries(
      this.info.layers.flatMap((_, l): [string, Float64Array][] => [
        [`g${l + 1}`, readConductances(memory, l)],
        [`b${l + 1}`, Float64Array.from(memory.bias(l), (b) => b * scale.current_A)],
      ]),
    );
  }

  async writeParameters(parameters: ParameterValues): Promise<AdaptReport> {
    this.requireOpen();
    checkParameters(this.info, parameters);
    const { memory, scale } = this.simulation;
    for (const l of this.info.layers.keys()) {
      const conductances = parameters[`g${l + 1}`];
      if (conductances !== undefined) writeConductances(memory, l, conductances);
      const biases = parameters[`b${l + 1}`];
      if (biases !== undefined) memory.bias(l).set(biases.map((b) => b / scale.current_A));
    }
    this.changed();
    return { applied: true, saturatedFraction: this.saturatedFraction() };
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    const arrays = Object.fromEntries(this.groupArrays().map(([name, values]) => [name, values.slice()]));
    return {
      format: FORMAT,
      arrays,
      values: { lastUpdate: this.lastUpdate, saturatedFraction: this.lastAtEdge },
    };
  }

  async restore(state: DeviceState): Promise<void> {
    this.requireOpen();
    const groups = this.groupArrays();
    checkState(state, FORMAT, Object.fromEntries(groups.map(([name, values]) => [name, values.length])));
    for (const [name, values] of groups) values.set(state.arrays[name]);
    this.lastUpdate = Number(state.values.lastUpdate);
    this.lastAtEdge = Number(state.values.saturatedFraction ?? state.values.atEdge);
    this.simulation.refresh();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.simulation.crew.close();
  }

  protected bringContrast(contrast: Contrast): { batch: BatchMemory; size: number; betaSpan: number } {
    const { first, second, batch: size, betaSpan } = ownContrast(this.info, contrast, this.isOwn);
    const batch = this.simulation.bringInputs(this.inputsOf(first), 0, size);
    bringContrast(batch, size, first.state, second.state, this.info.layers);
    return { batch, size, betaSpan };
  }

  private readonly isOwn = (phase: Equilibrium): phase is Float32Equilibrium =>
    phase instanceof Float32Equilibrium && phase.simulation === this.simulation;

  /** V. */
  private inputsOf(phase: Float32Equilibrium): Float64Array {
    const factor = this.simulation.scale.voltage_V / this.simulation.network.inputGain;
    return Float64Array.from(phase.state.inputs, (x) => x * factor);
  }

  protected factorsOf(update: Update, size: number, betaSpan: number): UpdateFactors {
    const { scale } = this.simulation;
    const span = (size * betaSpan) / scale.conductance_S;
    const rate = (name: string) => update.rates[name] ?? 0;
    return {
      conductances: this.info.layers.map((_, l) => rate(`g${l + 1}`) / scale.conductanceRate / span),
      biases: this.info.layers.map((_, l) => rate(`b${l + 1}`) / scale.biasRate / span),
    };
  }

  private layersOf(from: NonNullable<SettleOptions['from']>): NodeStates['layers'] {
    return 'layers' in from ? from.layers : this.info.layers.map((_, l) => from.layer(l));
  }

  /** The states at hand, left where they are until the next work with them or until they are asked for. */
  private equilibriumOf(batch: BatchMemory, size: number, report: PhaseReport): Float32Equilibrium {
    const { simulation } = this;
    this.lent = new Float32Equilibrium(
      simulation,
      simulation.version,
      size,
      0,
      new LentState(batch, size),
      report,
    );
    return this.lent;
  }

  /** To be called before states or inputs in the kernel's memory are written over. */
  private endLoan(): void {
    this.lent?.keep();
    this.lent = undefined;
  }

  private groupArrays(): [string, Float32Array][] {
    const { memory } = this.simulation;
    return this.info.layers.flatMap((_, l): [string, Float32Array][] => [
      [`g${l + 1}`, memory.stored(l)],
      [`b${l + 1}`, memory.bias(l)],
    ]);
  }

  /** Random conductances and no bias currents. */
  protected draw(seed: number): void {
    const { memory } = this.simulation;
    drawAll(memory, seed);
    for (const l of this.info.layers.keys()) memory.bias(l).fill(0);
    this.changed();
  }

  protected changed(): void {
    this.simulation.refresh();
    this.lastAtEdge = saturatedShare(this.simulation.memory);
  }

  private saturatedFraction(): number {
    this.lastAtEdge = saturatedShare(this.simulation.memory);
    return this.lastAtEdge;
  }

  protected requireOpen(): void {
    if (this.closed) throw runError('device.closed', `${this.info.name}: used after close()`);
  }
}
