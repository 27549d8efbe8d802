import { excitatoryNodes, type LayeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import { MAX_THREADS } from '../../core/index.js';
import {
  KernelMemory,
  type KernelOptions,
  KernelRecord,
  LAYERED_COLUMNS,
  LAYERED_SLICES,
  LAYERED_TILE,
  type LayeredKernel,
  layeredKernel,
  layerFields,
  networkFields,
  phaseFields,
  updateFields,
} from '../../kernels/index.js';

const MEGABYTE = 1 << 20;
const MAX_BYTES = 4096 * MEGABYTE - 65536;

/** Rows of conductances that pass through the kernel's memory at a time. */
export const STAGED_ROWS = 16;

type LayerField = (typeof layerFields)[number];
export type LayerRecord = KernelRecord<LayerField>;
/** What a phase's columns report, by 4-byte fields: status and iterations whole, residuals floats. */
export interface PhaseReports {
  readonly whole: Int32Array;
  readonly floats: Float32Array;
}

export type PhaseRecord = KernelRecord<(typeof phaseFields)[number]>;

/** A layered network in the memory of its kernel: records, conductances, and what one group of samples needs. */
export class NetworkMemory {
  readonly kernelMemory: KernelMemory;
  readonly kernel: LayeredKernel;
  readonly record: KernelRecord<(typeof networkFields)[number]>;
  readonly layers: readonly LayerRecord[];
  readonly free: PhaseRecord;
  readonly nudged: PhaseRecord;
  readonly update: KernelRecord<(typeof updateFields)[number]>;
  /** [layer] factors of conductances and of biases in an update. */
  readonly factors: Float32Array;
  readonly biasFactors: Float32Array;
  private readonly reported = new Map<PhaseRecord, PhaseReports>();
  /** Room for one row as the outside sees it. */
  readonly row: Float32Array;
  private stage: Float32Array | undefined;

  constructor(
    readonly network: LayeredNetwork,
    options: KernelOptions = {},
  ) {
    const { layers: sizes, inputs } = network;
    const cells = sizes.reduce(
      (sum, size, l) => sum + padded(nodesBefore(inputs, sizes, l)) * padded(size),
      0,
    );
    this.kernelMemory = new KernelMemory(4 * cells + 2 * MEGABYTE, MAX_BYTES);
    this.kernel = layeredKernel(this.kernelMemory, options);
    const longest = Math.max(...sizes.map(padded));
    const count = sizes.length;
    this.record = this.recordOf(networkFields);
    const table = this.allocate(4 * layerFields.length * count);
    const scratchBytes = this.kernel.scratchSize(count);
    const changeBytes = 4 * longest + 64;
    this.record.set({
      layers: count,
      signals: inputs,
      threads: 1,
      table,
      zeros: this.allocate(4 * longest),
      records: this.allocate(2 * 32 * LAYERED_SLICES * LAYERED_COLUMNS * count),
      products: this.allocate(16 * (LAYERED_SLICES + 1) * LAYERED_COLUMNS),
      scratch: this.allocate(MAX_THREADS * scratchBytes),
      scratchBytes,
      changes: this.allocate(MAX_THREADS * changeBytes),
      changeBytes,
      barrier: this.allocate(64),
    });
    this.layers = sizes.map(
      (_, l) => new KernelRecord(layerFields, this.buffer, table + 4 * layerFields.length * l),
    );
    for (const l of sizes.keys()) this.layOut(l);
    this.free = this.recordOf(phaseFields);
    this.nudged = this.recordOf(phaseFields);
    for (const phase of [this.free, this.nudged]) {
      const floats = this.kernelMemory.float32(4 * LAYERED_COLUMNS);
      phase.set({ reports: floats.byteOffset });
      this.reported.set(phase, {
        floats,
        whole: new Int32Array(floats.buffer, floats.byteOffset, floats.length),
      });
    }
    this.factors = this.kernelMemory.float32(count);
    this.biasFactors = this.kernelMemory.float32(count);
    this.update = this.recordOf(updateFields);
    this.update.set({ factors: this.factors.byteOffset, biasFactors: this.biasFactors.byteOffset });
    this.row = this.kernelMemory.float32(longest);
  }

  /** Room for STAGED_ROWS rows as the outside sees them; taken when first used, as only cells load them so. */
  get staged(): Float32Array {
    this.stage ??= this.kernelMemory.float32(STAGED_ROWS * Math.max(...this.network.layers));
    return this.stage;
  }

  reports(phase: PhaseRecord): PhaseReports {
    return this.reported.get(phase)!;
  }

  get buffer(): SharedArrayBuffer {
    return this.kernelMemory.memory.buffer;
  }

  allocate(bytes: number): number {
    return this.kernelMemory.allocate(bytes);
  }

  floats(offset: number, length: number): Float32Array {
    return new Float32Array(this.buffer, offset, length);
  }

  recordOf<Name extends string>(fields: readonly Name[]): KernelRecord<Name> {
    const offset = this.allocate(4 * fields.length);
    return new KernelRecord(fields, this.buffer, offset);
  }

  /** Conductances into layer l as they are stored. */
  stored(l: number): Float32Array {
    return this.floats(this.layers[l].get('conductances'), storedLength(this.network, l));
  }

  bias(l: number): Float32Array {
    return this.floats(this.layers[l].get('bias'), this.network.layers[l]);
  }

  private layOut(l: number): void {
    const { layers: sizes, windows, units } = this.network;
    const size = sizes[l];
    const last = sizes.length - 1;
    const even = l % 2 === 1;
    const width = padded(size);
    const stride = strideOf(size);
    const row = () => this.allocate(4 * width);
    const columns = (needed = true) => (needed ? this.allocate(LAYERED_COLUMNS * stride) : 0);
    const record = this.layers[l];
    const { g_min_S, g_max_S } = windows[l];
    record.set({
      size,
      padded: width,
      stride,
      conductances: this.allocate(4 * storedLength(this.network, l)),
      rowBytes: storedRowBytes(this.network, l),
      lowest: g_min_S / units.conductance_S,
      highest: g_max_S / units.conductance_S,
      nodeConductance: row(),
      inverse: row(),
      shareBefore: row(),
      shareAfter: row(),
      bias: row(),
      low: row(),
      high: row(),
      knee: row(),
      lower: row(),
      mask: row(),
      sumIn: row(),
      sumOut: row(),
      slicesIn: this.allocate(LAYERED_SLICES * stride),
      slicesOut: this.allocate(LAYERED_SLICES * stride),
      product: row(),
      deltas: columns(),
      slack: columns(),
      current: columns(),
      margin: columns(!even),
      partial: even || l === last ? this.allocate(LAYERED_SLICES * LAYERED_COLUMNS * stride) : 0,
      candidate: this.allocate(2 * LAYERED_COLUMNS * stride),
      change: this.allocate(2 * LAYERED_COLUMNS * stride),
    });
    new Int32Array(this.buffer, record.get('mask'), width).fill(-1, 0, size);
    const low = this.floats(record.get('low'), width);
    const high = this.floats(record.get('high'), width);
    const { threshold_V, on_S } = this.network.diode;
    const excitatory = l === last ? size : excitatoryNodes(size);
    const threshold = threshold_V / units.voltage_V;
    low.fill(Number.NEGATIVE_INFINITY, 0, size);
    high.fill(Number.POSITIVE_INFINITY, 0, size);
    if (l === last) return;
    if (on_S === Number.POSITIVE_INFINITY) {
      low.fill(0 - threshold, 0, excitatory);
      high.fill(threshold, excitatory, size);
      return;
    }
    // No bound at all, but a bend, where the diode begins to conduct.
    record.set({ diodeOn: on_S / units.conductance_S });
    this.floats(record.get('knee'), width)
      .fill(0 - threshold, 0, excitatory)
      .fill(threshold, excitatory, size);
    new Int32Array(this.buffer, record.get('lower'), width).fill(-1, 0, excitatory);
  }
}

/** Nodes of a layer padded to whole tiles. */
export function padded(size: number): number {
  return Math.ceil(size / LAYERED_TILE) * LAYERED_TILE;
}

/** Bytes from one sample's row of unit values to the next: never a power of two, which would crowd the cache's sets. */
export function strideOf(size: number): number {
  return 4 * (padded(size) + LAYERED_TILE);
}

/** Whether layer l's conductances are stored as [units of the layer][units before]. */
export function isTransposed(network: Pick<LayeredNetwork, 'layers'>, l: number): boolean {
  return l > 0 && (l === network.layers.length - 1 || l % 2 === 0);
}

function storedRowBytes(network: LayeredNetwork, l: number): number {
  if (l === 0) return 0;
  return strideOf(network.layers[isTransposed(network, l) ? l - 1 : l]);
}

function storedLength(network: LayeredNetwork, l: number): number {
  const { layers, inputs } = network;
  if (l === 0) return 2 * inputs * padded(layers[0]);
  return (layers[isTransposed(network, l) ? l : l - 1] * storedRowBytes(network, l)) / 4;
}
