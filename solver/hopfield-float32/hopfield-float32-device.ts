import type { HopfieldNetwork } from '../../circuits/hopfield/index.js';
import {
  type Batch,
  type Contrast,
  type DeviceInfo,
  type DeviceState,
  type Drive,
  type Equilibrium,
  type Floats,
  type OwnContrast,
  type ParameterValues,
  type PhasePlan,
  PhaseReader,
  type SettleOptions,
  type StepReport,
  type Update,
} from '../../devices/contract/index.js';
import {
  exactHopfieldGradient,
  gradientOf,
  type HopfieldDeviceOptions,
  HopfieldFrame,
  HopfieldParameters,
  hopfieldDrive,
  hopfieldEnergy,
  hopfieldInfo,
} from '../hopfield/index.js';
import { addChanges, relativeChanges } from '../layered/index.js';
import { Float32HopfieldEquilibrium } from './float32-equilibrium.js';
import type { LayerMemory } from './network-memory.js';
import { HopfieldSimulation } from './simulation.js';

const freeRows = (layer: LayerMemory) => layer.free;

/** What a `HopfieldFloat32Device` takes besides its network. */
export interface HopfieldFloat32Options extends HopfieldDeviceOptions {
  /** Threads that relax the samples of a batch; 1 by default, `auto`: as many as pay. Results are the same at every number. */
  readonly threads?: number | 'auto';
  /** Fused multiply-add where the machine has it; last bits then differ between machines. */
  readonly relaxed?: boolean;
}

/**
 * The Hopfield network in float32 WebAssembly kernels, with both phases and the update in one `step`. The same
 * arithmetic whichever way it is asked, so that `step` equals settle, settle, adapt bit for bit.
 */
export class HopfieldFloat32Device extends HopfieldFrame<Float32HopfieldEquilibrium> {
  readonly info: DeviceInfo;
  /** Counts every change of the weights. */
  version = 0;
  protected readonly format = 'hopfield-float32/1';
  private readonly simulation: HopfieldSimulation;
  private readonly reader: PhaseReader | undefined;
  private wide: HopfieldParameters | undefined;

  constructor(
    readonly network: HopfieldNetwork,
    options: HopfieldFloat32Options,
  ) {
    super();
    const kernels = options.relaxed === undefined ? {} : { relaxed: options.relaxed };
    const { readOut } = options;
    if (readOut !== undefined) this.reader = new PhaseReader(readOut, network.layers);
    this.simulation = new HopfieldSimulation(network, options, options.threads ?? 1, kernels, this.reader);
    this.info = hopfieldInfo(network, 'float32', readOut);
    if (options.seed === undefined) this.startWithoutParameters();
  }

  override owns(phase: Equilibrium): phase is Float32HopfieldEquilibrium {
    return phase instanceof Float32HopfieldEquilibrium && phase.owner === this;
  }

  async step(batch: Batch, plan: PhasePlan): Promise<StepReport> {
    this.requireOpen();
    this.checkStep(batch, plan);
    const { size, inputs, targets } = batch;
    const { simulation } = this;
    await simulation.reserve(size);
    const start = this.loadStart(size, plan.from);
    simulation.loadInputs(inputs);
    const repeated = this.isRepeated(plan.update.id);
    const descend = (gradients: ParameterValues) => this.moveBy(gradients, plan.update);
    const update = repeated ? { id: plan.update.id, rates: {} } : plan.update;
    const { free, nudged, relativeChange } = simulation.step(size, targets, plan, start, update, descend);
    const equilibrium = this.equilibriumOf(size, 0, inputs, free);
    if (repeated || relativeChange === undefined) {
      return { free: equilibrium, nudged, adapt: { applied: false, saturatedFraction: 0 } };
    }
    this.version++;
    this.carriedOut(plan.update.id);
    return { free: equilibrium, nudged, adapt: { applied: true, saturatedFraction: 0, relativeChange } };
  }

  /** In float64, of the float32 states. */
  async gradient(contrast: Contrast): Promise<ParameterValues> {
    this.requireOpen();
    const { first, second, batch, betaSpan } = this.contrastOf(contrast);
    const there = { first: wide(first.states), second: wide(second.states) };
    const read = this.reader?.read(there, batch, this.nextId) ?? there;
    return gradientOf({ batch, inputs: new Float64Array(first.inputs), ...read, betaSpan });
  }

  /** In float64, of the float32 states. */
  async exactGradient(free: Equilibrium, costSlope: Floats, sweeps?: number): Promise<ParameterValues> {
    this.requireOpen();
    const { inputs, states } = this.freePhaseOf(free, costSlope);
    return exactHopfieldGradient(this.wideParameters(), inputs, wide(states), costSlope, sweeps);
  }

  /** In float64; of states at rest or not. */
  energyOf(inputs: Float32Array, states: readonly Float32Array[], batch: number): Float64Array {
    const parameters = this.wideParameters();
    return hopfieldEnergy(parameters, hopfieldDrive(parameters, inputs, batch), wide(states));
  }

  protected override draw(seed: number): void {
    this.simulation.draw(seed);
    this.version++;
  }

  protected override async relax(
    { batch, inputs, nudge }: Drive,
    { from, stop, signal }: SettleOptions,
  ): Promise<Float32HopfieldEquilibrium> {
    const { simulation } = this;
    await simulation.reserve(batch);
    const start = this.loadStart(batch, from);
    simulation.loadInputs(inputs);
    const report = signal?.aborted
      ? ({ status: 'aborted', iterations: 0, residual: 0, residual_A: 0 } as const)
      : simulation.settle(batch, start, nudge, stop);
    return this.equilibriumOf(batch, nudge?.beta ?? 0, inputs, report);
  }

  protected override async learn(pair: OwnContrast<Float32HopfieldEquilibrium>, update: Update) {
    const { first, second, batch, betaSpan } = pair;
    const { simulation } = this;
    await simulation.reserve(batch);
    simulation.loadStates(first.states, batch, (layer) => layer.first);
    simulation.loadStates(second.states, batch, (layer) => layer.second);
    simulation.loadInputs(first.inputs);
    const descend = (gradients: ParameterValues) => this.moveBy(gradients, update);
    const relativeChange = simulation.learn(batch, betaSpan, update, descend);
    this.version++;
    return { saturatedFraction: 0, relativeChange };
  }

  /** An update by more than a rate. @returns ‖change‖ / ‖weights‖ of every group of weights that moved */
  private moveBy(gradients: ParameterValues, update: Update): Record<string, number> {
    const groups = this.read();
    const changes = this.descent.changes(gradients, groups, update);
    addChanges(groups, changes);
    this.write(groups);
    return relativeChanges(changes, groups);
  }

  protected override read(): Record<string, Float32Array> {
    return Object.fromEntries(this.info.groups.map(({ name }) => [name, this.simulation.readGroup(name)]));
  }

  protected override write(parameters: ParameterValues) {
    for (const [name, values] of Object.entries(parameters)) this.simulation.writeGroup(name, values);
    this.simulation.memory.recountSquares();
    this.version++;
    return { saturatedFraction: 0 };
  }

  protected override load({ arrays }: DeviceState): void {
    this.write(
      Object.fromEntries(this.info.groups.map(({ name }) => [name, Float32Array.from(arrays[name])])),
    );
  }

  protected override end(): Promise<void> {
    return this.simulation.close();
  }

  /** The parameters in float64: a trace asks for the energy after every step. */
  private wideParameters(): HopfieldParameters {
    if (this.wide?.version !== this.version) {
      this.wide = HopfieldParameters.of(this.network, this.read());
      this.wide.version = this.version;
    }
    return this.wide;
  }

  private equilibriumOf(batch: number, beta: number, inputs: Floats, report: StepReport['nudged'][number]) {
    const states = this.simulation.readStates(batch, freeRows);
    return new Float32HopfieldEquilibrium(this, batch, beta, new Float32Array(inputs), states, report);
  }

  /** Puts the states to start from into the free rows, unless that is rest. */
  private loadStart(batch: number, from: SettleOptions['from']): 'rest' | 'free' {
    const own = from instanceof Float32HopfieldEquilibrium;
    const start = this.startOf(batch, own ? { layers: from.states } : from);
    if (start === undefined) return 'rest';
    this.simulation.loadStates(start, batch, freeRows);
    if (!own) this.simulation.clipStates(batch, freeRows);
    return 'free';
  }
}

function wide(states: readonly Float32Array[]): Float64Array[] {
  return states.map((layer) => new Float64Array(layer));
}
