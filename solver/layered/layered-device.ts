import type { LayeredNetwork } from '../../circuits/layered/index.js';
import { outerProduct } from '../../devices/cells/index.js';
import {
  type Contrast,
  DeviceFrame,
  type DeviceInfo,
  type DeviceState,
  type Drive,
  type Equilibrium,
  type Floats,
  groupSizes,
  isPlain,
  type NodeReadOut,
  type NudgeLimits,
  type OwnContrast,
  type OwnState,
  type ParameterValues,
  PhaseReader,
  type SettleOptions,
  type Update,
} from '../../devices/contract/index.js';
import type { CellContrast, CellHost } from './cell-host.js';
import { exactGradient } from './exact-gradient.js';
import { addChanges, copiesOf, moveBiases, shareAtEnds, writeGroups } from './layer-groups.js';
import { LayeredEquilibrium } from './layered-equilibrium.js';
import { layeredInfo } from './layered-info.js';
import { localContrast } from './local-contrast.js';
import { biasGradient, forEachGradientRow, type PhasePair } from './local-rule.js';
import { LayeredParameters } from './parameters.js';
import { smallestOutputConductance_S } from './passivity.js';
import { type LayeredStates, relax } from './relax.js';
import { sourceCurrents } from './sources.js';

/** What a `LayeredDevice` takes besides its network. */
export interface LayeredDeviceOptions {
  readonly seed?: number;
  /** How nodes are read for learning; exactly when left out. */
  readonly readOut?: NodeReadOut;
}

/**
 * The layered resistive network as a plain float64 device: the reference that every faster one is tested against.
 * Local rule: squared voltage drops, g ← clamp(g − rate·∂g) (Scellier 2024, arXiv 2402.11674, eq. 7).
 */
export class LayeredDevice extends DeviceFrame<LayeredEquilibrium> implements CellHost<LayeredEquilibrium> {
  readonly info: DeviceInfo;
  readonly format = 'layered-float64/1';
  private readonly parameters: LayeredParameters;
  readonly conductanceUnit_S = 1;
  readonly countEvery = 1;
  private readonly reader: PhaseReader | undefined;

  /** Without conductances; with a `seed`, as `initialise` leaves it. */
  constructor(network: LayeredNetwork, options: LayeredDeviceOptions = {}) {
    super();
    this.parameters = new LayeredParameters(network);
    this.info = layeredInfo(network, 'float64', options.readOut);
    if (options.readOut !== undefined) this.reader = new PhaseReader(options.readOut, network.layers);
    if (options.seed === undefined) this.startWithoutParameters();
    else this.parameters.draw(options.seed);
  }

  override owns(phase: Equilibrium): phase is LayeredEquilibrium {
    return phase instanceof LayeredEquilibrium && phase.owner === this.parameters;
  }

  async gradient(contrast: Contrast): Promise<ParameterValues> {
    return this.gradientAs(contrast, this.nextId);
  }

  async gradientAs(contrast: Contrast, event: number): Promise<ParameterValues> {
    this.requireOpen();
    return this.gradientsOf(this.pairOf(this.contrastOf(contrast), event));
  }

  private gradientsOf(pair: PhasePair): Record<string, Floats> {
    const gradients: Record<string, Floats> = {};
    for (const [l, size] of this.info.layers.entries()) {
      const all = new Float64Array(this.parameters.conductances[l].length);
      forEachGradientRow(this.parameters, pair, l, (i, row) => all.set(row, i * size));
      gradients[`g${l + 1}`] = all;
      gradients[`b${l + 1}`] = biasGradient(pair, l, size);
    }
    return gradients;
  }

  async exactGradient(free: Equilibrium, costSlope: Floats, sweeps?: number): Promise<ParameterValues> {
    this.requireOpen();
    const { sources, states } = this.freePhaseOf(free, costSlope);
    return exactGradient(this.parameters, sources.inputs, states.voltages, costSlope, sweeps);
  }

  loadConductances(l: number, values: Floats): void {
    this.parameters.conductances[l].set(values);
  }

  loadBiases(l: number, currents_A: Floats): void {
    this.parameters.biases[l].set(currents_A);
  }

  conductancesLoaded(): void {
    this.parametersLoaded();
    this.parameters.changed();
  }

  contrastForCells(contrast: OwnContrast<LayeredEquilibrium>, event: number): CellContrast {
    const pair = this.pairOf(contrast, event);
    return {
      changes: (l, rate) => outerProduct(localContrast(this.parameters.network, pair, l), rate),
      biasGradient: (l) => biasGradient(pair, l, this.info.layers[l]),
      conclude: (update) => {
        this.moveBiases(pair, update);
        this.parameters.changed();
      },
    };
  }

  protected override draw(seed: number): void {
    this.parameters.draw(seed);
  }

  protected override async relax(drive: Drive, options: SettleOptions): Promise<LayeredEquilibrium> {
    const { from } = options;
    const near = from !== undefined && 'layer' in from && this.owns(from) ? from : undefined;
    const reusable = near?.isCurrent === true && near.sources.inputs === drive.inputs;
    const sources = reusable
      ? near.sources
      : sourceCurrents(this.parameters, drive.inputs, drive.batch, true);
    const states = this.startStates(drive.batch, from, reusable);
    const report = await relax(this.parameters, sources, states, drive.nudge, options.stop, options.signal);
    return new LayeredEquilibrium(this.parameters, sources, states, drive.nudge?.beta ?? 0, report);
  }

  protected override learn(contrast: OwnContrast<LayeredEquilibrium>, update: Update) {
    const pair = this.pairOf(contrast, update.id);
    if (!isPlain(update)) {
      const groups = Object.fromEntries(this.parameters.groups());
      addChanges(groups, this.descent.changes(this.gradientsOf(pair), groups, update));
      this.parameters.changed();
      return { saturatedFraction: this.saturatedFraction() };
    }
    for (const l of this.info.layers.keys()) {
      const rate = update.rates[`g${l + 1}`] ?? 0;
      if (rate !== 0) this.moveConductances(pair, l, rate);
    }
    this.moveBiases(pair, update);
    this.parameters.changed();
    return { saturatedFraction: this.saturatedFraction() };
  }

  protected override limits(): NudgeLimits {
    return { lowest: -smallestOutputConductance_S(this.parameters), highest: Number.POSITIVE_INFINITY };
  }

  protected override read(): ParameterValues {
    return copiesOf(this.parameters.groups());
  }

  protected override write(values: ParameterValues) {
    writeGroups(this.parameters.groups(), values);
    this.parameters.changed();
    return { saturatedFraction: this.saturatedFraction() };
  }

  protected override save(): OwnState {
    return { arrays: copiesOf(this.parameters.groups()) };
  }

  protected override savedLengths(): Record<string, number> {
    return groupSizes(this.info);
  }

  protected override load(state: DeviceState): void {
    writeGroups(this.parameters.groups(), state.arrays);
    this.parameters.changed();
  }

  protected override saturatedFraction(): number {
    return shareAtEnds(this.parameters.conductances, this.parameters.network.windows);
  }

  /** The phases as the local rule sees them, read for the update `event`. */
  private pairOf(contrast: OwnContrast<LayeredEquilibrium>, event: number): PhasePair {
    const { batch, betaSpan } = contrast;
    const there = { first: contrast.first.states.voltages, second: contrast.second.states.voltages };
    const read = this.reader?.read(there, batch, event) ?? there;
    return { batch, inputs: contrast.first.sources.inputs, ...read, betaSpan };
  }

  private moveConductances(pair: PhasePair, l: number, rate: number): void {
    const g = this.parameters.conductances[l];
    const { g_min_S, g_max_S } = this.parameters.network.windows[l];
    forEachGradientRow(this.parameters, pair, l, (i, gradient) => {
      const row = i * gradient.length;
      for (let j = 0; j < gradient.length; j++) {
        const moved = g[row + j] - rate * gradient[j];
        g[row + j] = moved < g_min_S ? g_min_S : moved > g_max_S ? g_max_S : moved;
      }
    });
  }

  private moveBiases(pair: PhasePair, update: Update): void {
    moveBiases(this.parameters.biases, update.rates, (l) => biasGradient(pair, l, this.info.layers[l]));
  }

  private startStates(batch: number, from: SettleOptions['from'], reuseScales: boolean): LayeredStates {
    const start = this.startOf(batch, from);
    if (start === undefined) {
      return { voltages: this.info.layers.map((size) => new Float64Array(batch * size)) };
    }
    const voltages = start.map((layer) => Float64Array.from(layer));
    if (reuseScales && from instanceof LayeredEquilibrium && from.states.scales_A !== undefined) {
      return { voltages, scales_A: from.states.scales_A };
    }
    return { voltages };
  }
}
