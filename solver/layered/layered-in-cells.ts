import type { LayeredNetwork } from '../../circuits/layered/index.js';
import { inputError } from '../../core/index.js';
import { type ConductanceStore, listedChanges, type WantedChanges } from '../../devices/cells/index.js';
import {
  type Contrast,
  DeviceFrame,
  type DeviceInfo,
  type DeviceState,
  type Drive,
  type Equilibrium,
  type Floats,
  type HeldEquilibrium,
  isPlain,
  type NudgeLimits,
  type OwnContrast,
  type OwnState,
  type ParameterValues,
  type SettleOptions,
  type Update,
} from '../../devices/contract/index.js';
import { BiasCells } from './bias-cells.js';
import type { CellHost } from './cell-host.js';
import { LayeredDevice, type LayeredDeviceOptions } from './layered-device.js';
import type { LayeredEquilibrium } from './layered-equilibrium.js';

/** What a network in cells is joined of: the store that holds the conductances, and the host that relaxes. */
export interface InCellsOptions<E extends HeldEquilibrium<unknown>> {
  readonly store: ConductanceStore;
  /** Voltage that the store's groups `b1`, `b2`, … are read at for bias currents, V; left out: these stay with the host. */
  readonly bias_V?: number;
  /** Makes the network that relaxes, with the windows that the cells can reach. */
  readonly host: (network: LayeredNetwork) => CellHost<E>;
}

/**
 * A layered network whose conductances live in cells: a host relaxes, a store holds the conductances. What is learned goes to the
 * store as wanted changes, and the host's conductances are what the store senses. Bias currents stay with the host, or are read from cells
 * of their own.
 */
export class LayeredInCells<E extends HeldEquilibrium<unknown>> extends DeviceFrame<E> {
  readonly info: DeviceInfo;
  protected readonly format: string;
  /** As last counted. */
  private saturated = 0;
  /** Whether the host knows what the cells hold, or once held. */
  private sensed = false;
  /** The store's `waits` when the host last looked. */
  private waits = 0;

  private constructor(
    private readonly host: CellHost<E>,
    private readonly store: ConductanceStore,
    largest_V: number,
    private readonly biases: BiasCells | undefined,
  ) {
    super();
    this.format = host.format;
    const { info } = host;
    const parameter = Math.max(info.tolerances.parameter, store.resolution);
    // each settling reads its own conductances, and no node is further from ground than a source
    const node = info.tolerances.node + store.readTolerance * largest_V;
    this.info = {
      ...info,
      ...(biases === undefined
        ? {}
        : { groups: info.groups.map((group) => (group.role === 'bias' ? biases.within(group) : group)) }),
      tolerances: { ...info.tolerances, node, parameter },
      deterministic: info.deterministic && !store.noisy && store.deterministic !== false,
    };
  }

  /** Opens the network on what its cells hold, which reads them at most. */
  static async open<E extends HeldEquilibrium<unknown>>(
    network: LayeredNetwork,
    { store, host, bias_V }: InCellsOptions<E>,
  ): Promise<LayeredInCells<E>> {
    const windows = network.layers.map((_, l) => store.window(`g${l + 1}`));
    const relaxes = host({ ...network, windows });
    const biases = bias_V === undefined ? undefined : new BiasCells(store, bias_V);
    const source_V = network.units.voltage_V * network.inputGain;
    const device = new LayeredInCells(relaxes, store, Math.max(source_V, bias_V ?? 0), biases);
    // A read of noisy cells is an event of theirs: one that nobody asked for would shift the noise of all that follow.
    if (!store.noisy) await device.sense();
    return device;
  }

  async gradient(contrast: Contrast): Promise<ParameterValues> {
    this.requireOpen();
    return this.host.gradientAs(contrast, this.nextId);
  }

  async exactGradient(free: Equilibrium, costSlope: Floats, sweeps?: number): Promise<ParameterValues> {
    this.requireOpen();
    return this.host.exactGradient(free, costSlope, sweeps);
  }

  override owns(phase: Equilibrium): phase is E {
    return this.host.owns(phase);
  }

  protected override async draw(seed: number): Promise<void> {
    await this.store.initialise();
    await this.host.initialise(seed);
    await this.program(await this.host.readParameters());
  }

  protected override async relax(drive: Drive, options: SettleOptions): Promise<E> {
    if (this.isOld) await this.sense();
    return this.host.settle(drive, options);
  }

  protected override async learn(pair: OwnContrast<E>, update: Update) {
    const { host, store, biases } = this;
    const before = store.pulses();
    // Its accumulators are digital and beside the cells, which are asked for the changes that come of them.
    const present = isPlain(update) ? {} : await host.readParameters();
    const changes = isPlain(update)
      ? undefined
      : this.descent.changes(await host.gradientAs(pair, update.id), present, update);
    const contrast = host.contrastForCells(pair, update.id);
    const wanted: Record<string, WantedChanges> = {};
    for (const l of this.info.layers.keys()) {
      if (changes !== undefined) {
        this.want(l, changes, present, wanted);
        continue;
      }
      const rate = update.rates[`g${l + 1}`] ?? 0;
      if (rate !== 0) wanted[`g${l + 1}`] = contrast.changes(l, rate);
      const biasRate = update.rates[`b${l + 1}`] ?? 0;
      if (biases !== undefined && biasRate !== 0)
        wanted[`b${l + 1}`] = biases.changes(contrast.biasGradient(l), biasRate);
    }
    await store.adapt(wanted, update.id);
    // a noisy store is sensed before every settling anyway
    if (!store.noisy) await this.loadConductances();
    contrast.conclude(biases === undefined && changes === undefined ? update : { id: update.id, rates: {} });
    if (update.id % host.countEvery === 1 % host.countEvery)
      this.saturated = store.report().saturatedFraction;
    return { saturatedFraction: this.saturated, pulses: store.pulses() - before };
  }

  /** Changes of layer l as the store takes them, and the host its bias currents where it keeps those. */
  private want(
    l: number,
    changes: Readonly<Record<string, Float64Array>>,
    present: ParameterValues,
    wanted: Record<string, WantedChanges>,
  ): void {
    const [g, b] = [`g${l + 1}`, `b${l + 1}`];
    if (changes[g] !== undefined) wanted[g] = listedChanges(changes[g]);
    if (changes[b] === undefined) return;
    if (this.biases !== undefined) wanted[b] = this.biases.changes(changes[b], -1);
    else
      this.host.loadBiases(
        l,
        Float64Array.from(present[b], (i, e) => i + changes[b][e]),
      );
  }

  protected override async limits(): Promise<NudgeLimits> {
    if (!this.sensed || this.waits !== this.store.waits) await this.sense();
    return this.host.nudgeLimits();
  }

  protected override async read(): Promise<ParameterValues> {
    if (this.isOld) await this.sense();
    return this.host.readParameters();
  }

  protected override async write(parameters: ParameterValues) {
    await this.host.writeParameters(parameters);
    await this.program(parameters);
    return { saturatedFraction: this.saturatedFraction() };
  }

  protected override async save(): Promise<OwnState> {
    if (!this.sensed || this.waits !== this.store.waits) await this.sense();
    // The host learns nothing, so it has no last update to report.
    const {
      arrays,
      values: { lastUpdate: _, ...values },
    } = await this.host.snapshot();
    return {
      arrays,
      values: { ...values, edgeOfCells: this.saturated },
      parts: { cells: await this.store.snapshot() },
    };
  }

  /** The host checks its own. */
  protected override savedLengths(): Record<string, number> {
    return {};
  }

  protected override async load({ arrays, values, parts }: DeviceState): Promise<void> {
    const cells = parts?.cells;
    if (cells === undefined) {
      throw inputError(
        'state.parts',
        `device state: without cells, which ${this.info.name} keeps its conductances in; resume with the device that wrote it`,
      );
    }
    await this.host.restore({ format: this.format, arrays, values });
    await this.store.restore(cells);
    this.sensed = true;
    this.saturated = Number(values.edgeOfCells ?? 0);
  }

  protected override saturatedFraction(): number {
    return this.store.report().saturatedFraction;
  }

  protected override async end(): Promise<void> {
    await this.host.close();
    await this.store.close();
  }

  private async program(parameters: ParameterValues): Promise<void> {
    for (const l of this.info.layers.keys()) {
      const name = `g${l + 1}`;
      if (parameters[name] !== undefined) await this.store.write(name, parameters[name]);
      const currents_A = parameters[`b${l + 1}`];
      if (currents_A !== undefined) await this.biases?.write(l, currents_A);
    }
    await this.sense();
  }

  /** Whether a look at the cells would find something else than the last one. */
  private get isOld(): boolean {
    return this.store.noisy || this.waits !== this.store.waits;
  }

  private async sense(): Promise<void> {
    this.waits = this.store.waits;
    await this.loadConductances();
    this.host.conductancesLoaded();
    this.sensed = true;
  }

  private async loadConductances(): Promise<void> {
    for (const l of this.info.layers.keys()) {
      this.host.loadConductances(l, await this.store.sense(`g${l + 1}`, this.host.conductanceUnit_S));
      if (this.biases !== undefined) this.host.loadBiases(l, await this.biases.sense(l));
    }
  }
}

/** The float64 network in cells. */
export function layeredInCells(
  network: LayeredNetwork,
  {
    readOut,
    ...options
  }: Pick<InCellsOptions<LayeredEquilibrium>, 'store' | 'bias_V'> & Pick<LayeredDeviceOptions, 'readOut'>,
): Promise<LayeredInCells<LayeredEquilibrium>> {
  const own = readOut === undefined ? {} : { readOut };
  return LayeredInCells.open(network, { ...options, host: (reachable) => new LayeredDevice(reachable, own) });
}
