import type { HopfieldNetwork } from '../../circuits/hopfield/index.js';
import { runError } from '../../core/index.js';
import {
  type AdaptReport,
  type AnalogDevice,
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
  groupSize,
  type NodeStates,
  type NudgeLimits,
  type OwnContrast,
  ownContrast,
  ownFreePhase,
  type ParameterValues,
  type PhasePlan,
  type SettleOptions,
  type StepReport,
  type Update,
} from '../../devices/contract/index.js';
import {
  biasGradient,
  exactHopfieldGradient,
  type HopfieldDeviceOptions,
  HopfieldParameters,
  hopfieldDrive,
  hopfieldEnergy,
  hopfieldInfo,
  type PhasePair,
  weightGradient,
} from '../hopfield/index.js';
import { Float32HopfieldEquilibrium } from './float32-equilibrium.js';
import type { LayerMemory } from './network-memory.js';
import { HopfieldSimulation } from './simulation.js';

const FORMAT = 'hopfield-float32/1';
const freeRows = (layer: LayerMemory) => layer.free;

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
export class HopfieldFloat32Device implements AnalogDevice {
  readonly info: DeviceInfo;
  /** Counts every change of the weights. */
  version = 0;
  private readonly simulation: HopfieldSimulation;
  private wide: HopfieldParameters | undefined;
  private lastUpdate = 0;
  private closed = false;

  constructor(
    readonly network: HopfieldNetwork,
    options: HopfieldFloat32Options,
  ) {
    const kernels = options.relaxed === undefined ? {} : { relaxed: options.relaxed };
    this.simulation = new HopfieldSimulation(network, options, options.threads ?? 1, kernels);
    this.info = hopfieldInfo(network, 'float32');
  }

  async initialise(seed: number): Promise<void> {
    this.requireOpen();
    this.simulation.draw(seed);
    this.version++;
  }

  async settle(drive: Drive, options: SettleOptions = {}): Promise<Float32HopfieldEquilibrium> {
    this.requireOpen();
    checkDrive(this.info, drive);
    checkStop(options.stop);
    const { batch, inputs, nudge } = drive;
    const { simulation } = this;
    await simulation.reserve(batch);
    const start = this.loadStart(batch, options.from);
    simulation.loadInputs(inputs);
    const report = options.signal?.aborted
      ? ({ status: 'aborted', iterations: 0, residual: 0, residual_A: 0 } as const)
      : simulation.settle(batch, start, nudge, options.stop);
    const states = simulation.readStates(batch, freeRows);
    return new Float32HopfieldEquilibrium(
      this,
      batch,
      nudge?.beta ?? 0,
      new Float32Array(inputs),
      states,
      report,
    );
  }

  async step(batch: Batch, plan: PhasePlan): Promise<StepReport> {
    this.requireOpen();
    const { size, inputs, targets } = batch;
    checkDrive(this.info, {
      batch: size,
      inputs,
      nudge: { kind: plan.nudge, beta: plan.betas[1] - plan.betas[0], targets },
    });
    checkUpdate(this.info, plan.update);
    checkRising(this.info, ...plan.betas);
    checkStop(plan.stop);
    checkStop(plan.nudgedStop, 'nudgedStop');
    const { simulation } = this;
    await simulation.reserve(size);
    const start = this.loadStart(size, plan.from);
    simulation.loadInputs(inputs);
    const repeated = plan.update.id <= this.lastUpdate;
    const rates = repeated ? {} : plan.update.rates;
    const { free, nudged, relativeChange } = simulation.step(size, targets, plan, start, rates);
    const states = simulation.readStates(size, freeRows);
    const equilibrium = new Float32HopfieldEquilibrium(this, size, 0, new Float32Array(inputs), states, free);
    const applied = !repeated && relativeChange !== undefined;
    if (applied) {
      this.version++;
      this.lastUpdate = plan.update.id;
    }
    const adapt = applied
      ? { applied, saturatedFraction: 0, relativeChange }
      : { applied, saturatedFraction: 0 };
    return { free: equilibrium, nudged, adapt };
  }

  async adapt(
    contrast: Contrast,
    update: Update,
    options: { signal?: AbortSignal } = {},
  ): Promise<AdaptReport> {
    this.requireOpen();
    checkUpdate(this.info, update);
    const { first, second, batch, betaSpan } = this.ownContrast(contrast);
    const { simulation } = this;
    await simulation.reserve(batch);
    if (update.id <= this.lastUpdate || options.signal?.aborted)
      return { applied: false, saturatedFraction: 0 };
    simulation.loadStates(first.states, batch, (layer) => layer.first);
    simulation.loadStates(second.states, batch, (layer) => layer.second);
    simulation.loadInputs(first.inputs);
    const relativeChange = simulation.learn(batch, betaSpan, update.rates);
    this.version++;
    this.lastUpdate = update.id;
    return { applied: true, saturatedFraction: 0, relativeChange };
  }

  /** In float64, of the float32 states. */
  async gradient(contrast: Contrast): Promise<ParameterValues> {
    this.requireOpen();
    const { first, second, batch, betaSpan } = this.ownContrast(contrast);
    const wide = (states: readonly Float32Array[]) => states.map((layer) => new Float64Array(layer));
    const pair: PhasePair = {
      batch,
      inputs: new Float64Array(first.inputs),
      first: wide(first.states),
      second: wide(second.states),
      betaSpan,
    };
    return Object.fromEntries(
      this.info.layers.flatMap((_, l): [string, Float64Array][] => [
        [`w${l + 1}`, weightGradient(pair, l)],
        [`b${l + 1}`, biasGradient(pair, l)],
      ]),
    );
  }

  /** In float64, of the float32 states. */
  async exactGradient(free: Equilibrium, costSlope: Floats, sweeps?: number): Promise<ParameterValues> {
    this.requireOpen();
    const { inputs, states, batch } = ownFreePhase(
      this.info,
      free,
      this.isOwn,
      ({ version }) => version === this.version,
    );
    checkCostSlope(this.info, batch, costSlope);
    const wide = states.map((layer) => new Float64Array(layer));
    return exactHopfieldGradient(this.wideParameters(), inputs, wide, costSlope, sweeps);
  }

  /** States are bounded, so that every nudge of either sign has an equilibrium. */
  async nudgeLimits(): Promise<NudgeLimits> {
    this.requireOpen();
    return { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY };
  }

  async readParameters(): Promise<Record<string, Float32Array>> {
    this.requireOpen();
    const { groups } = this.info;
    return Object.fromEntries(groups.map(({ name }) => [name, this.simulation.readGroup(name)]));
  }

  async writeParameters(parameters: ParameterValues): Promise<AdaptReport> {
    this.requireOpen();
    checkParameters(this.info, parameters);
    this.write(parameters);
    return { applied: true, saturatedFraction: 0 };
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    return {
      format: FORMAT,
      arrays: await this.readParameters(),
      values: { lastUpdate: this.lastUpdate },
    };
  }

  async restore(state: DeviceState): Promise<void> {
    this.requireOpen();
    const { groups } = this.info;
    checkState(state, FORMAT, Object.fromEntries(groups.map((group) => [group.name, groupSize(group)])));
    this.write(Object.fromEntries(groups.map(({ name }) => [name, Float32Array.from(state.arrays[name])])));
    this.lastUpdate = Number(state.values.lastUpdate);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.simulation.close();
  }

  /** In float64; of states at rest or not. */
  energyOf(inputs: Float32Array, states: readonly Float32Array[], batch: number): Float64Array {
    const parameters = this.wideParameters();
    return hopfieldEnergy(
      parameters,
      hopfieldDrive(parameters, inputs, batch),
      states.map((layer) => new Float64Array(layer)),
    );
  }

  /** The parameters in float64: a trace asks for the energy after every step. */
  private wideParameters(): HopfieldParameters {
    if (this.wide?.version !== this.version) {
      const groups = this.info.groups.map(({ name }) => [name, this.simulation.readGroup(name)]);
      this.wide = HopfieldParameters.of(this.network, Object.fromEntries(groups));
      this.wide.version = this.version;
    }
    return this.wide;
  }

  private write(parameters: ParameterValues): void {
    for (const [name, values] of Object.entries(parameters)) this.simulation.writeGroup(name, values);
    this.simulation.memory.recountSquares();
    this.version++;
  }

  /** Puts the states to start from into the free rows, unless that is rest. */
  private loadStart(
    batch: number,
    from: Float32HopfieldEquilibrium | SettleOptions['from'],
  ): 'rest' | 'free' {
    if (from === undefined) return 'rest';
    const own = from instanceof Float32HopfieldEquilibrium;
    const layers = own
      ? from.states
      : 'layers' in from
        ? from.layers
        : this.info.layers.map((_, l) => from.layer(l));
    checkStates(this.info, { layers } satisfies NodeStates, batch);
    this.simulation.loadStates(layers, batch, freeRows);
    if (!own) this.simulation.clipStates(batch, freeRows);
    return 'free';
  }

  private ownContrast(contrast: Contrast): OwnContrast<Float32HopfieldEquilibrium> {
    return ownContrast(this.info, contrast, this.isOwn);
  }

  private readonly isOwn = (phase: Equilibrium): phase is Float32HopfieldEquilibrium =>
    phase instanceof Float32HopfieldEquilibrium && phase.owner === this;

  private requireOpen(): void {
    if (this.closed) throw runError('device.closed', `${this.info.name}: used after close()`);
  }
}
