import type { Announcement } from '../../devices/contract/index.js';
import { type KernelRecord, LAYERED_COLUMNS, signalFields } from '../../kernels/index.js';
import { type NetworkMemory, strideOf } from './network-memory.js';

/** Inputs of a batch in kernel memory: signals times gain, the list of those that are not 0, and their currents. */
export interface BatchInputs {
  /** [capacity × inputs], published units. */
  readonly inputs: Float32Array;
  readonly record: KernelRecord<(typeof signalFields)[number]>;
  /** [capacity][unit of layer 1] in rows of the layer's stride. */
  readonly drive: number;
  size: number;
  /** Entries in the list. */
  count: number;
  /** Of the parameters that `drive` belongs to. */
  version: number;
  /** What announced these inputs as the next ones. */
  announced: Announcement | undefined;
}

/** What grows with the batch: inputs of this batch and of the next, targets, states, contrasts. */
export class BatchMemory {
  current: BatchInputs;
  next: BatchInputs;
  /** No samples at all. */
  readonly none: BatchInputs;
  /** [capacity][output] in rows of the outputs' stride. */
  readonly targets: number;
  /** By layer: [capacity][unit]. */
  readonly states: readonly number[];
  readonly differences: readonly number[];
  readonly means: readonly number[];

  readonly capacity: number;
  private readonly targetRows: readonly Float32Array[];

  constructor(
    readonly memory: NetworkMemory,
    size: number,
  ) {
    const { layers } = memory.network;
    // The kernel works on whole groups of columns, and may look at rows beyond a ragged one.
    const capacity = Math.ceil(size / LAYERED_COLUMNS) * LAYERED_COLUMNS;
    this.capacity = capacity;
    const rows = (size: number) => memory.allocate(capacity * strideOf(size));
    this.current = this.inputs(capacity);
    this.next = this.inputs(capacity);
    this.none = this.inputs(0);
    this.targets = rows(layers[layers.length - 1]);
    this.states = layers.map(rows);
    this.differences = layers.map(rows);
    this.means = layers.map(rows);
    memory.record.set({ targets: this.targets });
    const last = layers.length - 1;
    this.targetRows = Array.from({ length: capacity }, (_, s) => this.row(this.targets, last, s));
    for (const [l, layer] of memory.layers.entries()) {
      layer.set({ states: this.states[l], difference: this.differences[l], mean: this.means[l] });
    }
  }

  /** The targets of sample s. */
  targetRow(s: number): Float32Array {
    return this.targetRows[s];
  }

  /** Sample s of an array of layer l. */
  row(array: number, l: number, s: number): Float32Array {
    const size = this.memory.network.layers[l];
    return this.memory.floats(array + s * strideOf(size), size);
  }

  /** Copies [samples × size] out of an array of layer l, from sample `first` on. */
  copyOut(array: number, l: number, samples: number, to: Float32Array, first = 0): void {
    const size = this.memory.network.layers[l];
    for (let s = 0; s < samples; s++) to.set(this.row(array, l, s), (first + s) * size);
  }

  copyIn(array: number, l: number, samples: number, from: Float32Array, first = 0): void {
    const size = this.memory.network.layers[l];
    for (let s = 0; s < samples; s++)
      this.row(array, l, s).set(from.subarray((first + s) * size, (first + s + 1) * size));
  }

  /** What was prepared for the next batch becomes the current one's. */
  swap(): void {
    [this.current, this.next] = [this.next, this.current];
  }

  private inputs(capacity: number): BatchInputs {
    const { inputs: signals, layers } = this.memory.network;
    const entries = capacity * signals;
    const record = this.memory.recordOf(signalFields);
    record.set({
      starts: this.memory.allocate(4 * (signals + 1)),
      rows: this.memory.allocate(4 * entries),
      values: this.memory.allocate(4 * entries),
      scaled: this.memory.allocate(4 * entries),
    });
    return {
      inputs: this.memory.kernelMemory.float32(entries),
      record,
      drive: this.memory.allocate(capacity * strideOf(layers[0])),
      size: 0,
      count: 0,
      version: -1,
      announced: undefined,
    };
  }
}
