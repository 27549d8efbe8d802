import type { HopfieldNetwork } from '../../circuits/hopfield/index.js';
import {
  type Contrast,
  type DeviceInfo,
  type DeviceState,
  type Drive,
  type Equilibrium,
  type Floats,
  isPlain,
  type NodeReadOut,
  type OwnContrast,
  type ParameterValues,
  PhaseReader,
  type SettleOptions,
  type Update,
} from '../../devices/contract/index.js';
import { addChanges, copiesOf, relativeChanges, writeGroups } from '../layered/index.js';
import { exactHopfieldGradient } from './exact-gradient.js';
import { HopfieldEquilibrium } from './hopfield-equilibrium.js';
import { HopfieldFrame } from './hopfield-frame.js';
import { hopfieldInfo } from './hopfield-info.js';
import { biasGradient, gradientOf, type PhasePair, weightGradient } from './local-rule.js';
import { HopfieldParameters } from './parameters.js';
import { hopfieldDrive, relaxHopfield } from './relax.js';
import type { Relaxation } from './relaxation.js';

/** How a Hopfield device relaxes, and where it starts. */
export interface HopfieldDeviceOptions {
  /** With it the network starts as `initialise` leaves it; without, it has no weights yet. */
  readonly seed?: number;
  /** How units move: `eulerSteps(ε)` or `exactUpdates`. */
  readonly relaxation: Relaxation;
  /** How units are read for learning; exactly when left out. */
  readonly readOut?: NodeReadOut;
  /** How they move while nudged, where that differs: a few Euler steps do not let a negative β run to its end. */
  readonly nudgedRelaxation?: Relaxation;
}

/**
 * The Hopfield network of leaky integrators as a plain float64 device: the reference that every faster one is tested
 * against. Local rule: the product of the activities that a weight joins (Scellier & Bengio 2017, eq. 13).
 */
export class HopfieldDevice extends HopfieldFrame<HopfieldEquilibrium> {
  readonly info: DeviceInfo;
  protected readonly format = 'hopfield-float64/1';
  private readonly parameters: HopfieldParameters;
  private readonly relaxation: Relaxation;
  private readonly nudgedRelaxation: Relaxation;
  private readonly reader: PhaseReader | undefined;

  constructor(network: HopfieldNetwork, options: HopfieldDeviceOptions) {
    super();
    this.parameters = new HopfieldParameters(network);
    this.relaxation = options.relaxation;
    this.nudgedRelaxation = options.nudgedRelaxation ?? options.relaxation;
    this.info = hopfieldInfo(network, 'float64', options.readOut);
    if (options.readOut !== undefined) this.reader = new PhaseReader(options.readOut, network.layers);
    if (options.seed === undefined) this.startWithoutParameters();
    else this.parameters.draw(options.seed);
  }

  override owns(phase: Equilibrium): phase is HopfieldEquilibrium {
    return phase instanceof HopfieldEquilibrium && phase.owner === this.parameters;
  }

  async gradient(contrast: Contrast): Promise<ParameterValues> {
    this.requireOpen();
    return gradientOf(this.pairOf(this.contrastOf(contrast), this.nextId));
  }

  async exactGradient(free: Equilibrium, costSlope: Floats, sweeps?: number): Promise<ParameterValues> {
    this.requireOpen();
    const { drive, states } = this.freePhaseOf(free, costSlope);
    return exactHopfieldGradient(this.parameters, drive.inputs, states, costSlope, sweeps);
  }

  protected override draw(seed: number): void {
    this.parameters.draw(seed);
  }

  protected override async relax(
    { batch, inputs, nudge }: Drive,
    { from, stop, signal }: SettleOptions,
  ): Promise<HopfieldEquilibrium> {
    const { parameters } = this;
    const { low, high } = parameters.activation;
    const kept = (s: number) => (s < low ? low : s > high ? high : s);
    const states =
      this.startOf(batch, from)?.map((layer) => Float64Array.from(layer, kept)) ??
      this.info.layers.map((size) => new Float64Array(batch * size));
    const fixed = hopfieldDrive(parameters, inputs, batch);
    const relaxation = nudge === undefined ? this.relaxation : this.nudgedRelaxation;
    const report = await relaxHopfield(parameters, fixed, states, relaxation, nudge, stop, signal);
    return new HopfieldEquilibrium(parameters, fixed, states, nudge?.beta ?? 0, report);
  }

  protected override learn(contrast: OwnContrast<HopfieldEquilibrium>, update: Update) {
    const pair = this.pairOf(contrast, update.id);
    if (!isPlain(update)) {
      const groups = Object.fromEntries(this.parameters.groups());
      const changes = this.descent.changes(gradientOf(pair), groups, update);
      addChanges(groups, changes);
      this.parameters.version++;
      return { saturatedFraction: 0, relativeChange: relativeChanges(changes, groups) };
    }
    const relativeChange: Record<string, number> = {};
    for (const l of this.info.layers.keys()) {
      const { weights, biases } = this.parameters;
      const rate = update.rates[`w${l + 1}`] ?? 0;
      const biasRate = update.rates[`b${l + 1}`] ?? 0;
      if (rate !== 0) relativeChange[`w${l + 1}`] = descend(weights[l], weightGradient(pair, l), rate);
      if (biasRate !== 0) descend(biases[l], biasGradient(pair, l), biasRate);
    }
    this.parameters.version++;
    return { saturatedFraction: 0, relativeChange };
  }

  protected override read(): Record<string, Float64Array> {
    return copiesOf(this.parameters.groups());
  }

  protected override write(values: ParameterValues) {
    writeGroups(this.parameters.groups(), values);
    this.parameters.version++;
    return { saturatedFraction: 0 };
  }

  protected override load(state: DeviceState): void {
    this.write(state.arrays as Record<string, Float64Array>);
  }

  /** The phases as the local rule sees them, read for the update `event`. */
  private pairOf(
    { first, second, batch, betaSpan }: OwnContrast<HopfieldEquilibrium>,
    event: number,
  ): PhasePair {
    const there = { first: first.states, second: second.states };
    const read = this.reader?.read(there, batch, event) ?? there;
    return { batch, inputs: first.drive.inputs, ...read, betaSpan };
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
