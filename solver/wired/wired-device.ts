import { describeLayers } from '../../circuits/layered/index.js';
import { describeWires, isWireless, type WiredNetwork } from '../../circuits/wired/index.js';
import { listedChanges } from '../../devices/cells/index.js';
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
import { threadsOf } from '../../kernels/index.js';
import {
  type CellContrast,
  type CellHost,
  copiesOf,
  layeredInfo,
  moveBiases,
  shareAtEnds,
} from '../layered/index.js';
import { cellGradient } from './cell-gradient.js';
import { exactGradient } from './exact-gradient.js';
import { terminalsOf } from './offsets.js';
import { smallestOutputConductance_S } from './passivity.js';
import { settleWired, type WiredStates } from './settle.js';
import { sourcesOf } from './sources.js';
import type { PortMeans } from './wired-crossbar.js';
import { WiredEquilibrium } from './wired-equilibrium.js';
import { WiredParameters } from './wired-parameters.js';

/** What a `WiredDevice` takes besides its network. */
export interface WiredDeviceOptions {
  readonly seed?: number;
  /** How units are read for learning; exactly when left out. */
  readonly readOut?: NodeReadOut;
  /** That solve crossbars; 1 when left out. Results are the same. */
  readonly threads?: number | 'auto';
  /** How phases are found; within the stop rule all give the same. */
  readonly ports?: PortMeans;
}

/** In front of the group of a crossbar whose steady ports are not those of its present cells. */
const STEADY = 'steady-';

/**
 * A layered network that learns through the wires of its crossbars, in float64: both phases are settled with the wires in place, and
 * every cell learns from its own drop, g ← clamp(g − rate·∂g) with ∂g the mean of ½ΔD²/Δβ. With a read-out the units are read, and
 * the drops are those that the wires make of what was read.
 */
export class WiredDevice extends DeviceFrame<WiredEquilibrium> implements CellHost<WiredEquilibrium> {
  readonly info: DeviceInfo;
  readonly format = 'wired-float64/1';
  readonly conductanceUnit_S = 1;
  readonly countEvery = 1;
  private readonly parameters: WiredParameters;
  private readonly reader: PhaseReader | undefined;

  /** Without conductances; with a `seed`, as `initialise` leaves it. */
  constructor(wired: WiredNetwork, options: WiredDeviceOptions = {}) {
    super();
    const { layered, wires } = wired;
    this.parameters = new WiredParameters(wired, threadsOf(options.threads ?? 1), options.ports);
    const info = layeredInfo(layered, 'float64', options.readOut);
    const largest_V = layered.units.voltage_V * layered.inputGain;
    this.info = {
      ...info,
      name: `layered resistive network ${describeLayers(layered)} on crossbars with ${describeWires(wires) || 'ideal wires'} (float64)`,
      // Batches of different sizes settle by different means, each to the stop rule.
      tolerances: { ...info.tolerances, node: isWireless(wires) ? 0 : 1e-8 * largest_V, gradient: 1e-6 },
    };
    if (options.readOut !== undefined) this.reader = new PhaseReader(options.readOut, layered.layers);
    if (options.seed === undefined) this.startWithoutParameters();
    else this.parameters.draw(options.seed);
  }

  override owns(phase: Equilibrium): phase is WiredEquilibrium {
    return phase instanceof WiredEquilibrium && phase.owner === this.parameters;
  }

  async gradient(contrast: Contrast): Promise<ParameterValues> {
    return this.gradientAs(contrast, this.nextId);
  }

  async gradientAs(contrast: Contrast, event: number): Promise<ParameterValues> {
    this.requireOpen();
    return this.gradientsOf(this.contrastOf(contrast), event);
  }

  async exactGradient(free: Equilibrium, costSlope: Floats, sweeps?: number): Promise<ParameterValues> {
    this.requireOpen();
    const { sources, states } = this.freePhaseOf(free, costSlope);
    return exactGradient(this.parameters, sources, states, costSlope, sweeps);
  }

  loadConductances(l: number, values: Floats): void {
    this.parameters.crossbars[l].change(Float64Array.from(values));
  }

  loadBiases(l: number, currents_A: Floats): void {
    this.parameters.biases[l].set(currents_A);
  }

  conductancesLoaded(): void {
    this.parametersLoaded();
    this.parameters.changed();
  }

  contrastForCells(contrast: OwnContrast<WiredEquilibrium>, event: number): CellContrast {
    const gradients = this.gradientsOf(contrast, event);
    return {
      changes: (l, rate) => listedChanges(gradients[`g${l + 1}`].map((slope) => -rate * slope)),
      biasGradient: (l) => gradients[`b${l + 1}`],
      conclude: (update) => {
        this.moveBiases(gradients, update);
        this.parameters.changed();
      },
    };
  }

  protected override draw(seed: number): void {
    this.parameters.draw(seed);
  }

  protected override async relax(drive: Drive, options: SettleOptions): Promise<WiredEquilibrium> {
    const { parameters } = this;
    const { from, stop = {}, signal } = options;
    const near =
      from !== undefined && 'layer' in from && this.owns(from) && from.isCurrent ? from : undefined;
    const isNear = near !== undefined && near.sources.inputs === drive.inputs;
    const sources = isNear ? near.sources : sourcesOf(parameters.network, drive.inputs, drive.batch);
    const start = this.startOf(drive.batch, from);
    const states: WiredStates = {
      voltages: this.info.layers.map((size, l) =>
        start === undefined ? new Float64Array(drive.batch * size) : Float64Array.from(start[l]),
      ),
      cells_S: parameters.crossbars.map((crossbar) => crossbar.conductances_S),
      solved: isNear ? [...near.states.solved] : parameters.crossbars.map(() => undefined),
      ...(isNear && near.states.scales_A !== undefined ? { scales_A: near.states.scales_A } : {}),
    };
    const report = await settleWired({
      parameters,
      sources,
      states,
      nudge: drive.nudge,
      stop,
      signal,
      isNear,
    });
    // what a phase that ended at once has of another one stays that one's
    for (const [l, solved] of states.solved.entries()) {
      if (isNear && solved === near.states.solved[l]) states.solved[l] = undefined;
    }
    return new WiredEquilibrium(parameters, sources, states, drive.nudge?.beta ?? 0, report);
  }

  protected override learn(contrast: OwnContrast<WiredEquilibrium>, update: Update) {
    const gradients = this.gradientsOf(contrast, update.id);
    if (!isPlain(update)) {
      const present = Object.fromEntries(this.parameters.groups());
      const changes = this.descent.changes(gradients, present, update);
      this.parameters.take(
        Object.fromEntries(
          Object.entries(changes).map(([name, change]) => [
            name,
            change.map((by, e) => present[name][e] + by),
          ]),
        ),
      );
    } else {
      for (const l of this.info.layers.keys()) {
        const rate = update.rates[`g${l + 1}`] ?? 0;
        if (rate !== 0) this.moveConductances(gradients[`g${l + 1}`], l, rate);
      }
      this.moveBiases(gradients, update);
    }
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
    this.parameters.take(values);
    for (const [l, crossbar] of this.parameters.crossbars.entries()) {
      if (values[`g${l + 1}`] !== undefined) crossbar.changeSteady(crossbar.conductances_S);
    }
    this.parameters.changed();
    return { saturatedFraction: this.saturatedFraction() };
  }

  protected override save(): OwnState {
    const steady = this.parameters.crossbars.flatMap(
      ({ conductances_S, steadyConductances_S }, l): [string, Float64Array][] =>
        steadyConductances_S === conductances_S ? [] : [[`${STEADY}g${l + 1}`, steadyConductances_S.slice()]],
    );
    return { arrays: { ...copiesOf(this.parameters.groups()), ...Object.fromEntries(steady) } };
  }

  protected override savedLengths(): Record<string, number> {
    return groupSizes(this.info);
  }

  protected override load({ arrays }: DeviceState): void {
    this.parameters.take(arrays as Record<string, Floats>);
    for (const [l, crossbar] of this.parameters.crossbars.entries()) {
      const steady = arrays[`${STEADY}g${l + 1}`];
      const fits = steady !== undefined && steady.length === crossbar.conductances_S.length;
      crossbar.changeSteady(fits ? Float64Array.from(steady as Float64Array) : crossbar.conductances_S);
    }
    this.parameters.changed();
  }

  protected override saturatedFraction(): number {
    const { crossbars, network } = this.parameters;
    return shareAtEnds(
      crossbars.map(({ conductances_S }) => conductances_S),
      network.windows,
    );
  }

  protected override end(): void {
    this.parameters.close();
  }

  /** Batch means of what each parameter learns from two phases, units read for the update `event`. */
  private gradientsOf(
    { first, second, batch, betaSpan }: OwnContrast<WiredEquilibrium>,
    event: number,
  ): Record<string, Float64Array> {
    const there = { first: first.states.voltages, second: second.states.voltages };
    const read = this.reader?.read(there, batch, event) ?? there;
    const isRead = this.reader !== undefined;
    const phaseOf = (
      { sources, states }: WiredEquilibrium,
      voltages: readonly Float64Array[],
      l: number,
    ) => ({
      terminals: terminalsOf(sources, voltages, l),
      cells_S: states.cells_S[l],
      solved: states.solved[l],
      isRead,
    });
    const gradients: Record<string, Float64Array> = {};
    for (const [l, size] of this.info.layers.entries()) {
      gradients[`g${l + 1}`] = cellGradient(
        this.parameters.crossbars[l],
        phaseOf(first, read.first, l),
        phaseOf(second, read.second, l),
        betaSpan,
      );
      const bias = new Float64Array(size);
      const scale = -1 / (batch * betaSpan);
      for (let e = 0; e < batch * size; e++) bias[e % size] += scale * (read.second[l][e] - read.first[l][e]);
      gradients[`b${l + 1}`] = bias;
    }
    return gradients;
  }

  private moveConductances(gradient: Float64Array, l: number, rate: number): void {
    const crossbar = this.parameters.crossbars[l];
    const { g_min_S, g_max_S } = this.parameters.network.windows[l];
    const present = crossbar.conductances_S;
    const moved = new Float64Array(present.length);
    for (let e = 0; e < moved.length; e++) {
      const wanted = present[e] - rate * gradient[e];
      moved[e] = wanted < g_min_S ? g_min_S : wanted > g_max_S ? g_max_S : wanted;
    }
    crossbar.change(moved);
  }

  private moveBiases(gradients: Readonly<Record<string, Float64Array>>, update: Update): void {
    moveBiases(this.parameters.biases, update.rates, (l) => gradients[`b${l + 1}`]);
  }
}
