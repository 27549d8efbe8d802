import type { LayeredNetwork } from '../../circuits/layered/index.js';
import {
  type ConductanceStore,
  type LocalContrast,
  outerProduct,
  type WantedChanges,
} from '../../devices/cells/index.js';
import {
  type AdaptReport,
  type Batch,
  type Contrast,
  checkUpdate,
  type DeviceState,
  type Drive,
  isUsable,
  type ParameterValues,
  type PhasePlan,
  type PreparedBatch,
  plainBatch,
  type SettleOptions,
  type StepReport,
  type Update,
} from '../../devices/contract/index.js';
import type { BatchMemory } from './batch-memory.js';
import { rowsOf } from './conductances.js';
import type { Float32Equilibrium } from './float32-equilibrium.js';
import { LayeredFloat32Device, type LayeredFloat32Options } from './layered-float32-device.js';

const PREFIX = 'cells.';
/** Cells at the ends of their range are counted only in every so many updates: counting looks at every one. */
const COUNT_EVERY = 256;
const STAGED_ROWS = 16;

/**
 * The float32 device with its conductances in cells: it relaxes as ever, but what it learns goes to a store as contrasts,
 * and its conductances are what the store senses. Bias currents stay with the device.
 */
export class LayeredFloat32InCells extends LayeredFloat32Device {
  private edge = 0;
  /** Rows on their way into the kernel's memory. */
  private readonly staged: Float32Array;

  private constructor(
    network: LayeredNetwork,
    options: LayeredFloat32Options,
    private readonly store: ConductanceStore,
  ) {
    const tolerances = { node: 1e-5 * network.units.voltage_V * network.inputGain, gradient: 5e-3 };
    super(network, options, {
      tolerances: { ...tolerances, parameter: Math.max(1e-6, store.resolution) },
      deterministic: !store.noisy,
    });
    this.staged = this.simulation.memory.kernelMemory.float32(STAGED_ROWS * Math.max(...network.layers));
  }

  /** Its windows are those that the cells can reach; the drawn conductances are programmed into them. */
  static async open(
    network: LayeredNetwork,
    options: LayeredFloat32Options & { store: ConductanceStore },
  ): Promise<LayeredFloat32InCells> {
    const { store } = options;
    const windows = network.layers.map((_, l) => store.window(`g${l + 1}`));
    const device = new LayeredFloat32InCells({ ...network, windows }, options, store);
    if (options.seed === undefined) await device.sense();
    else await device.programDrawn();
    return device;
  }

  override async initialise(seed: number): Promise<void> {
    await super.initialise(seed);
    await this.programDrawn();
  }

  override async settle(drive: Drive, options: SettleOptions = {}): Promise<Float32Equilibrium> {
    this.requireOpen();
    if (this.store.noisy) await this.sense();
    return super.settle(drive, options);
  }

  override async adapt(
    contrast: Contrast,
    update: Update,
    options: { signal?: AbortSignal } = {},
  ): Promise<AdaptReport> {
    this.requireOpen();
    checkUpdate(this.info, update);
    const { batch, size, betaSpan } = this.bringContrast(contrast);
    if (update.id <= this.lastUpdate || options.signal?.aborted)
      return { applied: false, saturatedFraction: this.edge };
    const before = this.store.pulses();
    const wanted: Record<string, WantedChanges> = {};
    for (const l of this.info.layers.keys()) {
      const rate = update.rates[`g${l + 1}`] ?? 0;
      if (rate !== 0) wanted[`g${l + 1}`] = outerProduct(this.localContrast(batch, size, betaSpan, l), rate);
    }
    await this.store.adapt(wanted, update.id);
    // a noisy store is sensed before every settling anyway
    if (!this.store.noisy) await this.bringConductances();
    const { biases } = this.factorsOf(update, size, betaSpan);
    // the update pass with still conductances: moves the biases and brings sums up to date
    this.simulation.applyUpdate(batch, size, { conductances: biases.map(() => 0), biases });
    this.lastUpdate = update.id;
    if (update.id % COUNT_EVERY === 1) this.edge = this.store.report().saturatedFraction;
    return { applied: true, saturatedFraction: this.edge, pulses: this.store.pulses() - before };
  }

  override async step(batch: Batch | PreparedBatch, plan: PhasePlan): Promise<StepReport> {
    const { size, inputs, targets } = plainBatch(batch);
    const { stop, nudgedStop = stop, from, betas, update } = plan;
    const free = await this.settle(
      { batch: size, inputs },
      { ...(stop === undefined ? {} : { stop }), ...(from === undefined ? {} : { from }) },
    );
    const phases: Float32Equilibrium[] = [];
    for (const beta of betas) {
      if (beta === 0) {
        phases.push(free);
        continue;
      }
      const nudge = { kind: plan.nudge, beta, targets };
      const rule = nudgedStop === undefined ? {} : { stop: nudgedStop };
      phases.push(await this.settle({ batch: size, inputs, nudge }, { from: free, ...rule }));
    }
    const nudged = phases.filter((phase) => phase !== free);
    if (![free, ...nudged].every((phase) => isUsable(phase.status))) {
      return { free, nudged, adapt: { applied: false, saturatedFraction: Number.NaN } };
    }
    const adapt = await this.adapt({ first: phases[0], second: phases[1] }, update);
    return { free, nudged, adapt };
  }

  override async readParameters(): Promise<ParameterValues> {
    this.requireOpen();
    if (this.store.noisy) await this.sense();
    return super.readParameters();
  }

  override async writeParameters(parameters: ParameterValues): Promise<AdaptReport> {
    await super.writeParameters(parameters);
    await this.program(parameters);
    return { applied: true, saturatedFraction: this.store.report().saturatedFraction };
  }

  override async snapshot(): Promise<DeviceState> {
    const own = await super.snapshot();
    const cells = await this.store.snapshot();
    return {
      format: `${own.format}+${cells.format}`,
      arrays: { ...own.arrays, ...prefixed(cells.arrays) },
      values: { ...own.values, edgeOfCells: this.edge, ...prefixed(cells.values) },
    };
  }

  override async restore(state: DeviceState): Promise<void> {
    const [format, cellFormat = ''] = state.format.split('+');
    await super.restore({ ...state, format });
    this.edge = Number(state.values.edgeOfCells);
    await this.store.restore({
      format: cellFormat,
      arrays: unprefixed(state.arrays),
      values: unprefixed(state.values),
    });
  }

  override async close(): Promise<void> {
    await super.close();
    await this.store.close();
  }

  private async programDrawn(): Promise<void> {
    await this.program(await super.readParameters());
  }

  private async program(parameters: ParameterValues): Promise<void> {
    for (const l of this.info.layers.keys()) {
      const name = `g${l + 1}`;
      if (parameters[name] !== undefined) await this.store.write(name, parameters[name]);
    }
    await this.sense();
  }

  private async sense(): Promise<void> {
    await this.bringConductances();
    this.simulation.refresh();
  }

  /** Stores what the cells are sensed at; the sums that depend on it are brought up to date by the update that follows. */
  private async bringConductances(): Promise<void> {
    const { memory, scale } = this.simulation;
    for (const [l, width] of this.info.layers.entries()) {
      const sensed = await this.store.sense(`g${l + 1}`, scale.conductance_S);
      const rows = rowsOf(memory, l);
      for (let first = 0; first < rows; first += STAGED_ROWS) {
        const count = Math.min(STAGED_ROWS, rows - first);
        this.staged.set(sensed.subarray(first * width, (first + count) * width));
        memory.kernel.storeRows(memory.record.offset, l, first, count, this.staged.byteOffset);
      }
    }
  }

  /** Difference and mean of the contrast at hand, in published volts; the factor makes V² of their products. */
  private localContrast(batch: BatchMemory, size: number, betaSpan: number, l: number): LocalContrast {
    const { scale, network } = this.simulation;
    const own = (array: number, layer: number) => {
      const values = new Float32Array(size * this.info.layers[layer]);
      batch.copyOut(array, layer, size, values);
      return values;
    };
    const common = {
      batch: size,
      factor: scale.voltage_V ** 2 / (size * betaSpan),
      deltaAfter: own(batch.differences[l], l),
      meanAfter: own(batch.means[l], l),
    };
    if (l > 0) {
      return {
        ...common,
        deltaBefore: own(batch.differences[l - 1], l - 1),
        meanBefore: own(batch.means[l - 1], l - 1),
      };
    }
    const signals = network.inputs;
    const sources = new Float32Array(2 * size * signals);
    for (let s = 0; s < size; s++) {
      for (let i = 0; i < signals; i++) {
        const v = batch.current.inputs[s * signals + i];
        sources[2 * s * signals + i] = v;
        sources[(2 * s + 1) * signals + i] = -v;
      }
    }
    return { ...common, meanBefore: sources };
  }
}

function prefixed<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [PREFIX + key, value]));
}

function unprefixed<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, value]) => [key.slice(PREFIX.length), value]),
  );
}
