import type { HopfieldNetwork } from '../../circuits/hopfield/index.js';
import { runError } from '../../core/index.js';
import {
  type AdaptReport,
  type AnalogDevice,
  type Contrast,
  checkCostSlope,
  checkDrive,
  checkParameters,
  checkState,
  checkStates,
  checkStop,
  checkUpdate,
  type DeviceInfo,
  type DeviceState,
  type Drive,
  type Equilibrium,
  type Floats,
  type NudgeLimits,
  ownContrast,
  ownFreePhase,
  type ParameterValues,
  type SettleOptions,
  type Update,
} from '../../devices/contract/index.js';
import { exactHopfieldGradient } from './exact-gradient.js';
import { HopfieldEquilibrium } from './hopfield-equilibrium.js';
import { hopfieldInfo } from './hopfield-info.js';
import { biasGradient, type PhasePair, weightGradient } from './local-rule.js';
import { HopfieldParameters } from './parameters.js';
import { hopfieldDrive, relaxHopfield } from './relax.js';
import { clip, type Relaxation } from './relaxation.js';

const FORMAT = 'hopfield-float64/1';

export interface HopfieldDeviceOptions {
  /** With it the network starts as `initialise` leaves it; without, at weights and biases of 0. */
  readonly seed?: number;
  /** How units move: `eulerSteps(ε)` or `exactUpdates`. */
  readonly relaxation: Relaxation;
  /** How they move while nudged, where that differs: a few Euler steps do not let a negative β run to its end. */
  readonly nudgedRelaxation?: Relaxation;
}

/**
 * The Hopfield network of leaky integrators as a plain float64 device: the reference that every faster one is tested
 * against. Local rule: the product of the activities that a weight joins (Scellier & Bengio 2017, eq. 13).
 */
export class HopfieldDevice implements AnalogDevice {
  readonly info: DeviceInfo;
  private readonly parameters: HopfieldParameters;
  private readonly relaxation: Relaxation;
  private readonly nudgedRelaxation: Relaxation;
  private lastUpdate = 0;
  private closed = false;

  constructor(network: HopfieldNetwork, options: HopfieldDeviceOptions) {
    this.parameters = new HopfieldParameters(network);
    if (options.seed !== undefined) this.parameters.draw(options.seed);
    this.relaxation = options.relaxation;
    this.nudgedRelaxation = options.nudgedRelaxation ?? options.relaxation;
    this.info = hopfieldInfo(network, 'float64');
  }

  async initialise(seed: number): Promise<void> {
    this.requireOpen();
    this.parameters.draw(seed);
  }

  async settle(drive: Drive, options: SettleOptions = {}): Promise<HopfieldEquilibrium> {
    this.requireOpen();
    checkDrive(this.info, drive);
    checkStop(options.stop);
    const states = this.startStates(drive.batch, options.from);
    const fixed = hopfieldDrive(this.parameters, drive.inputs, drive.batch);
    const { parameters } = this;
    const { nudge } = drive;
    const relaxation = nudge === undefined ? this.relaxation : this.nudgedRelaxation;
    const report = await relaxHopfield(
      parameters,
      fixed,
      states,
      relaxation,
      nudge,
      options.stop,
      options.signal,
    );
    return new HopfieldEquilibrium(parameters, fixed, states, nudge?.beta ?? 0, report);
  }

  async adapt(
    contrast: Contrast,
    update: Update,
    options: { signal?: AbortSignal } = {},
  ): Promise<AdaptReport> {
    this.requireOpen();
    checkUpdate(this.info, update);
    const pair = this.phasePair(contrast);
    if (update.id <= this.lastUpdate || options.signal?.aborted)
      return { applied: false, saturatedFraction: 0 };
    const relativeChange: Record<string, number> = {};
    for (const l of this.info.layers.keys()) {
      const { weights, biases } = this.parameters;
      const rate = update.rates[`w${l + 1}`] ?? 0;
      const biasRate = update.rates[`b${l + 1}`] ?? 0;
      if (rate !== 0) relativeChange[`w${l + 1}`] = descend(weights[l], weightGradient(pair, l), rate);
      if (biasRate !== 0) descend(biases[l], biasGradient(pair, l), biasRate);
    }
    this.parameters.version++;
    this.lastUpdate = update.id;
    return { applied: true, saturatedFraction: 0, relativeChange };
  }

  async gradient(contrast: Contrast): Promise<ParameterValues> {
    this.requireOpen();
    const pair = this.phasePair(contrast);
    return Object.fromEntries(
      this.info.layers.flatMap((_, l): [string, Float64Array][] => [
        [`w${l + 1}`, weightGradient(pair, l)],
        [`b${l + 1}`, biasGradient(pair, l)],
      ]),
    );
  }

  async exactGradient(free: Equilibrium, costSlope: Floats, sweeps?: number): Promise<ParameterValues> {
    this.requireOpen();
    const { drive, states, batch } = ownFreePhase(
      this.info,
      free,
      this.isOwn,
      ({ version }) => version === this.parameters.version,
    );
    checkCostSlope(this.info, batch, costSlope);
    return exactHopfieldGradient(this.parameters, drive.inputs, states, costSlope, sweeps);
  }

  /** States are bounded, so that every nudge of either sign has an equilibrium. */
  async nudgeLimits(): Promise<NudgeLimits> {
    this.requireOpen();
    return { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY };
  }

  async readParameters(): Promise<ParameterValues> {
    this.requireOpen();
    return Object.fromEntries(this.groupArrays().map(([name, values]) => [name, values.slice()]));
  }

  async writeParameters(parameters: ParameterValues): Promise<AdaptReport> {
    this.requireOpen();
    checkParameters(this.info, parameters);
    for (const [name, values] of this.groupArrays()) {
      const written = parameters[name];
      if (written !== undefined) values.set(written);
    }
    this.parameters.version++;
    return { applied: true, saturatedFraction: 0 };
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    const arrays = Object.fromEntries(this.groupArrays().map(([name, values]) => [name, values.slice()]));
    return { format: FORMAT, arrays, values: { lastUpdate: this.lastUpdate } };
  }

  async restore(state: DeviceState): Promise<void> {
    this.requireOpen();
    const groups = this.groupArrays();
    checkState(state, FORMAT, Object.fromEntries(groups.map(([name, values]) => [name, values.length])));
    for (const [name, values] of groups) values.set(state.arrays[name]);
    this.lastUpdate = Number(state.values.lastUpdate);
    this.parameters.version++;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private readonly isOwn = (phase: Equilibrium): phase is HopfieldEquilibrium =>
    phase instanceof HopfieldEquilibrium && phase.parameters === this.parameters;

  private phasePair(contrast: Contrast): PhasePair {
    const { first, second, batch, betaSpan } = ownContrast(this.info, contrast, this.isOwn);
    return {
      batch,
      inputs: first.drive.inputs,
      first: first.states,
      second: second.states,
      betaSpan,
    };
  }

  private startStates(batch: number, from: SettleOptions['from']): Float64Array[] {
    if (from === undefined) return this.info.layers.map((size) => new Float64Array(batch * size));
    const layers = 'layers' in from ? from.layers : this.info.layers.map((_, l) => from.layer(l));
    checkStates(this.info, { layers }, batch);
    return layers.map((layer) => Float64Array.from(layer, clip));
  }

  private groupArrays(): [string, Float64Array][] {
    return this.info.layers.flatMap((_, l): [string, Float64Array][] => [
      [`w${l + 1}`, this.parameters.weights[l]],
      [`b${l + 1}`, this.parameters.biases[l]],
    ]);
  }

  private requireOpen(): void {
    if (this.closed) throw runError('device.closed', `${this.info.name}: used after close()`);
  }
}

/** values ← values − rate·gradient; returns ‖change‖ / ‖values after it‖. */
function descend(values: Float64Array, gradient: Float64Array, rate: number): number {
  let change = 0;
  let size = 0;
  for (let e = 0; e < values.length; e++) {
    const step = rate * gradient[e];
    values[e] -= step;
    change += step * step;
    size += values[e] * values[e];
  }
  return Math.sqrt(change / size);
}
