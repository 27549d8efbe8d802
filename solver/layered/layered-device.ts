import type { LayeredNetwork } from '../../circuits/layered/index.js';
import { runError } from '../../core/index.js';
import type { ConductanceStore, WantedChanges } from '../../devices/cells/index.js';
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
import { ConductancesInCells } from './conductances-in-cells.js';
import { exactGradient } from './exact-gradient.js';
import { LayeredEquilibrium } from './layered-equilibrium.js';
import { layeredInfo } from './layered-info.js';
import { biasGradient, forEachGradientRow, type PhasePair } from './local-rule.js';
import { LayeredParameters } from './parameters.js';
import { smallestOutputConductance_S } from './passivity.js';
import { type LayeredStates, relax } from './relax.js';
import { sourceCurrents } from './sources.js';

const FORMAT = 'layered-float64/1';

/**
 * The layered resistive network as a plain float64 device: the reference that every faster one is tested against.
 * Local rule: squared voltage drops, g ← clamp(g − rate·∂g) (Scellier 2024, arXiv 2402.11674, eq. 7).
 */
export class LayeredDevice implements AnalogDevice {
  readonly info: DeviceInfo;
  private readonly parameters: LayeredParameters;
  private lastUpdate = 0;
  private closed = false;
  private cells: ConductancesInCells | undefined;

  /** Without conductances; with a `seed`, as `initialise` leaves it. */
  constructor(network: LayeredNetwork, options: { seed?: number } = {}, info: Partial<DeviceInfo> = {}) {
    this.parameters = new LayeredParameters(network);
    if (options.seed !== undefined) this.parameters.draw(options.seed);
    this.info = { ...layeredInfo(network, 'float64'), ...info };
  }

  /** The same with its conductances in cells; their windows are those that the cells can reach. */
  static async inCells(
    network: LayeredNetwork,
    options: { seed?: number; store: ConductanceStore },
  ): Promise<LayeredDevice> {
    const { store, seed } = options;
    const windows = network.layers.map((_, l) => store.window(`g${l + 1}`));
    const tolerances = { node: 0, gradient: 1e-9, parameter: store.resolution };
    const device = new LayeredDevice(
      { ...network, windows },
      {},
      { tolerances, deterministic: !store.noisy },
    );
    device.cells = new ConductancesInCells(store, device.parameters);
    if (seed === undefined) await device.cells.sense();
    else await device.initialise(seed);
    return device;
  }

  async initialise(seed: number): Promise<void> {
    this.requireOpen();
    this.parameters.draw(seed);
    await this.cells?.program(this.info.layers.map((_, l) => `g${l + 1}`));
  }

  async settle(drive: Drive, options: SettleOptions = {}): Promise<LayeredEquilibrium> {
    this.requireOpen();
    checkDrive(this.info, drive);
    checkStop(options.stop);
    if (this.cells?.store.noisy) await this.cells.sense();
    const { from } = options;
    const near = from instanceof LayeredEquilibrium && from.parameters === this.parameters ? from : undefined;
    const reusable = near?.version === this.parameters.version && near.sources.inputs === drive.inputs;
    const sources = reusable
      ? near.sources
      : sourceCurrents(this.parameters, drive.inputs, drive.batch, true);
    const states = this.startStates(drive.batch, from, reusable);
    const report = await relax(this.parameters, sources, states, drive.nudge, options.stop, options.signal);
    return new LayeredEquilibrium(this.parameters, sources, states, drive.nudge?.beta ?? 0, report);
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
      return { applied: false, saturatedFraction: this.saturatedFraction() };
    const before = this.cells?.store.pulses() ?? 0;
    const wanted: Record<string, WantedChanges> = {};
    for (const [l, size] of this.info.layers.entries()) {
      const rate = update.rates[`g${l + 1}`] ?? 0;
      const biasRate = update.rates[`b${l + 1}`] ?? 0;
      if (rate !== 0 && this.cells !== undefined) wanted[`g${l + 1}`] = this.cells.wanted(pair, l, rate);
      else if (rate !== 0) this.moveConductances(pair, l, rate);
      if (biasRate !== 0) {
        const gradient = biasGradient(pair, l, size);
        const bias = this.parameters.biases[l];
        for (let j = 0; j < size; j++) bias[j] -= biasRate * gradient[j];
      }
    }
    this.lastUpdate = update.id;
    if (this.cells === undefined) {
      this.parameters.changed();
      return { applied: true, saturatedFraction: this.saturatedFraction() };
    }
    await this.cells.store.adapt(wanted, update.id);
    // a noisy store is sensed before every settling anyway
    if (this.cells.store.noisy) this.parameters.changed();
    else await this.cells.sense();
    const pulses = this.cells.store.pulses() - before;
    return { applied: true, saturatedFraction: this.cells.store.report().saturatedFraction, pulses };
  }

  async gradient(contrast: Contrast): Promise<ParameterValues> {
    this.requireOpen();
    const pair = this.phasePair(contrast);
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
    const { sources, states, batch } = ownFreePhase(
      this.info,
      free,
      this.isOwn,
      ({ version }) => version === this.parameters.version,
    );
    checkCostSlope(this.info, batch, costSlope);
    return exactGradient(this.parameters, sources.inputs, states.voltages, costSlope, sweeps);
  }

  async nudgeLimits(): Promise<NudgeLimits> {
    this.requireOpen();
    return { lowest: -smallestOutputConductance_S(this.parameters), highest: Number.POSITIVE_INFINITY };
  }

  async readParameters(): Promise<ParameterValues> {
    this.requireOpen();
    if (this.cells?.store.noisy) await this.cells.sense();
    return Object.fromEntries(this.groupArrays().map(([name, values]) => [name, values.slice()]));
  }

  async writeParameters(parameters: ParameterValues): Promise<AdaptReport> {
    this.requireOpen();
    checkParameters(this.info, parameters);
    for (const [name, values] of this.groupArrays()) {
      const written = parameters[name];
      if (written !== undefined) values.set(written);
    }
    this.parameters.changed();
    await this.cells?.program(Object.keys(parameters));
    return { applied: true, saturatedFraction: this.saturatedFraction() };
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    const arrays = Object.fromEntries(this.groupArrays().map(([name, values]) => [name, values.slice()]));
    const values = { lastUpdate: this.lastUpdate };
    if (this.cells === undefined) return { format: FORMAT, arrays, values };
    const cells = await this.cells.store.snapshot();
    return {
      format: `${FORMAT}+${cells.format}`,
      arrays: { ...arrays, ...prefixed('cells.', cells.arrays) },
      values: { ...values, ...prefixed('cells.', cells.values) },
    };
  }

  async restore(state: DeviceState): Promise<void> {
    this.requireOpen();
    const groups = this.groupArrays();
    const cellFormat = this.cells === undefined ? '' : state.format.replace(`${FORMAT}+`, '');
    const format = this.cells === undefined ? FORMAT : `${FORMAT}+${cellFormat}`;
    checkState(state, format, Object.fromEntries(groups.map(([name, values]) => [name, values.length])));
    await this.cells?.store.restore({
      format: cellFormat,
      arrays: unprefixed('cells.', state.arrays),
      values: unprefixed('cells.', state.values),
    });
    for (const [name, values] of groups) values.set(state.arrays[name]);
    this.lastUpdate = Number(state.values.lastUpdate);
    this.parameters.changed();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.cells?.store.close();
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

  private readonly isOwn = (phase: Equilibrium): phase is LayeredEquilibrium =>
    phase instanceof LayeredEquilibrium && phase.parameters === this.parameters;

  private phasePair(contrast: Contrast): PhasePair {
    const { first, second, batch, betaSpan } = ownContrast(this.info, contrast, this.isOwn);
    return {
      batch,
      inputs: first.sources.inputs,
      first: first.states.voltages,
      second: second.states.voltages,
      betaSpan,
    };
  }

  private startStates(batch: number, from: SettleOptions['from'], reuseScales: boolean): LayeredStates {
    if (from === undefined)
      return { voltages: this.info.layers.map((size) => new Float64Array(batch * size)) };
    const layers = 'layers' in from ? from.layers : this.info.layers.map((_, l) => from.layer(l));
    checkStates(this.info, { layers }, batch);
    const voltages = layers.map((layer) => Float64Array.from(layer));
    if (reuseScales && from instanceof LayeredEquilibrium && from.states.scales_A !== undefined) {
      return { voltages, scales_A: from.states.scales_A };
    }
    return { voltages };
  }

  private groupArrays(): [string, Float64Array][] {
    return this.info.layers.flatMap((_, l): [string, Float64Array][] => [
      [`g${l + 1}`, this.parameters.conductances[l]],
      [`b${l + 1}`, this.parameters.biases[l]],
    ]);
  }

  private saturatedFraction(): number {
    let edge = 0;
    let all = 0;
    for (const [l, g] of this.parameters.conductances.entries()) {
      const { g_min_S, g_max_S } = this.parameters.network.windows[l];
      for (let e = 0; e < g.length; e++) if (g[e] === g_min_S || g[e] === g_max_S) edge++;
      all += g.length;
    }
    return edge / all;
  }

  private requireOpen(): void {
    if (this.closed) throw runError('device.closed', `${this.info.name}: used after close()`);
  }
}

function prefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [prefix + key, value]));
}

function unprefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}
