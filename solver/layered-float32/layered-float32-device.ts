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
  isPlain,
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
import { drawAll, loadConductances, saturatedShare } from './conductances.js';
import { loadContrast, localContrast } from './contrast.js';
import { Float32Equilibrium } from './float32-equilibrium.js';
import { biasGradient, gradientOf } from './gradient.js';
import { factorsOf, readGroups, storedGroups, writeBiases, writeGroups } from './groups.js';
import { KernelView } from './kernel-view.js';
import type { LayeredFloat32Options } from './options.js';
import { passivityView } from './passivity-view.js';
import { isFreePhaseOf, settleAfresh, settleFrom } from './settle.js';
import { LayeredSimulation } from './simulation.js';
import { settlePhases } from './step-phases.js';

const NO_INPUTS = new Float32Array(0);
const NO_INPUTS_V = new Float64Array(0);
/** A step counts conductances at their edge only in every so many updates: counting reads every one. */
const COUNT_EVERY = 256;

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
  /** Room for the inputs of a contrast, V. */
  private contrastInputs = NO_INPUTS_V;

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

  private stepNow(batch: Batch, plan: PhasePlan, ready?: BatchMemory): StepReport {
    const { size } = batch;
    const [first, second] = plan.betas;
    const { simulation } = this;
    const { memory, nudged, usable, ...reports } = settlePhases(simulation, batch, plan, ready);
    const free = this.viewOf(memory, size, reports.free);
    if (!usable) {
      const seen = nudged.length > 0 ? nudged : [reports.free];
      return { free, nudged: seen, adapt: { applied: false, saturatedFraction: Number.NaN } };
    }
    const { update } = plan;
    const applied = !this.isRepeated(update.id);
    if (applied) {
      if (isPlain(update)) {
        const factors = factorsOf(this.simulation, update, size, second - first);
        simulation.applyUpdate(memory, size, factors, { readAs: update.id, announced: this.announced });
      } else this.descend(memory, size, second - first, update);
      this.carriedOut(update.id);
      if (update.id % COUNT_EVERY === 0) this.saturated = saturatedShare(simulation.memory);
    }
    return { free, nudged, adapt: { applied, saturatedFraction: this.saturated } };
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
    writeBiases(this.simulation, l, currents_A);
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
        const { biases } = factorsOf(this.simulation, update, size, betaSpan);
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
      const factors = factorsOf(this.simulation, update, size, betaSpan);
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
    writeGroups(this.simulation, groups);
    this.simulation.refresh();
  }

  protected override limits(): NudgeLimits {
    const lowest = -smallestOutputConductance_S(passivityView(this.simulation));
    return { lowest, highest: Number.POSITIVE_INFINITY };
  }

  protected override read(): Record<string, Float64Array> {
    return readGroups(this.simulation);
  }

  protected override write(parameters: ParameterValues) {
    this.detachViews();
    writeGroups(this.simulation, parameters);
    this.changed();
    return { saturatedFraction: this.saturated };
  }

  protected override save(): OwnState {
    const arrays = Object.fromEntries(
      storedGroups(this.simulation).map(([name, values]) => [name, values.slice()]),
    );
    return { arrays, values: { saturatedFraction: this.saturated } };
  }

  protected override savedLengths(): Record<string, number> {
    return Object.fromEntries(storedGroups(this.simulation).map(([name, values]) => [name, values.length]));
  }

  protected override load({ arrays, values }: DeviceState): void {
    this.detachViews();
    for (const [name, own] of storedGroups(this.simulation)) own.set(arrays[name]);
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
    const { length } = first.state.inputs;
    if (this.contrastInputs.length !== length) this.contrastInputs = new Float64Array(length);
    const memory = this.simulation.loadInputs(this.inputsOf(first, this.contrastInputs), 0, size);
    loadContrast(memory, size, first.state, second.state, this.info.layers);
    return memory;
  }

  /** V, written to `out`. */
  private inputsOf({ state }: Float32Equilibrium, out = new Float64Array(state.inputs.length)): Float64Array {
    const factor = this.simulation.scale.voltage_V / this.simulation.network.inputGain;
    const { inputs } = state;
    for (let e = 0; e < inputs.length; e++) out[e] = inputs[e] * factor;
    return out;
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

  private changed(): void {
    this.simulation.refresh();
    this.saturated = saturatedShare(this.simulation.memory);
  }
}
