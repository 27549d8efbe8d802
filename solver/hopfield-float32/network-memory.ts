import { type ActivationName, type HopfieldNetwork, unitsBefore } from '../../circuits/hopfield/index.js';
import type { PhaseReader } from '../../devices/contract/index.js';
import {
  HOPFIELD_JOB_BYTES,
  type HopfieldKernel,
  hopfieldActivations,
  hopfieldInputFieldFields,
  hopfieldInputUpdateFields,
  hopfieldJobFields,
  hopfieldKernel,
  hopfieldLayerFields,
  hopfieldProductFields,
  KernelMemory,
  type KernelOptions,
  KernelRecord,
  READ_SCRATCH,
  ReadOutMemory,
} from '../../kernels/index.js';

/** Where one layer lies in the kernel's memory; pointers and steps in bytes. */
export interface LayerMemory {
  readonly units: number;
  /** Units that feed it. */
  readonly before: number;
  /** Floats of a row of units, padded with zeros; the step from row to row in bytes. */
  readonly rowFloats: number;
  readonly rowStep: number;
  /** Vectors of four that hold every unit. */
  readonly vectors: number;
  /** [before × rowFloats] */
  readonly weights: Float32Array;
  /** The same transposed, [units × rowFloats of the layer before]; 0 for the first layer. */
  readonly transposed: number;
  /** [rowFloats] */
  readonly biases: Float32Array;
  /** Of every sample, [capacity × rowFloats]: the free phase and the two phases of a contrast. */
  readonly free: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** What a contrast is made of: [2·capacity × rowFloats] and [units × 2·capacity]. */
  readonly contrast: number;
  readonly crossed: number;
}

/** The network and one minibatch, laid out for the kernel. */
export class NetworkMemory {
  readonly kernel: HopfieldKernel;
  readonly kernelMemory: KernelMemory;
  readonly layers: readonly LayerMemory[];
  /** [capacity × inputs] */
  readonly inputs: Float32Array;
  /** Lists of the inputs that are not 0. */
  readonly starts: number;
  readonly rows: number;
  readonly values: number;
  /** [capacity × rowFloats of layer 1]: b¹ + x·W¹. */
  readonly inputField: number;
  /** [capacity × rowFloats of the outputs] */
  readonly targets: Float32Array;
  /** Σ W² of each input's weights. */
  readonly squares: Float32Array;
  readonly change: number;
  readonly sums: Float32Array;
  /** What the kernel is asked for, and what it says of every sample: [capacity × 4] of iterations, residual, status. */
  readonly job: KernelRecord<(typeof hopfieldJobFields)[number]>;
  /** What the kernel's calls with many numbers are asked for. */
  readonly inputFieldJob: KernelRecord<(typeof hopfieldInputFieldFields)[number]>;
  readonly inputUpdateJob: KernelRecord<(typeof hopfieldInputUpdateFields)[number]>;
  readonly productJob: KernelRecord<(typeof hopfieldProductFields)[number]>;
  /** What contrasts are read by, and room for it. */
  readonly readOut: { readonly record: ReadOutMemory; readonly scratch: number } | undefined;
  readonly reports: { readonly whole: Int32Array; readonly float: Float32Array };

  /** @param threads that may relax samples at the same time */
  constructor(
    readonly network: HopfieldNetwork,
    readonly capacity: number,
    readonly threads: number,
    options: KernelOptions,
    reader?: PhaseReader,
  ) {
    const sizes = network.layers;
    const lengths = sizes.map(rowFloats);
    const widest = Math.max(...sizes.map((_, l) => (l === 0 ? 0 : sizes[l - 1] * lengths[l])));
    const transposedFloats = (l: number) => (l === 0 ? 0 : sizes[l] * lengths[l - 1]);
    // A member's field, list of moves and their sizes; the list starts after its length and ends in slack.
    const scratchFloats = lengths.reduce((sum, length) => sum + 3 * (length + 16), 0);
    const perLayer = sizes.map(
      (size, l) =>
        unitsBefore(network, l) * lengths[l] +
        transposedFloats(l) +
        lengths[l] +
        3 * capacity * lengths[l] +
        2 * capacity * (lengths[l] + size),
    );
    const floats =
      perLayer.reduce((sum, n) => sum + n, 0) +
      3 * capacity * network.inputs +
      2 * (capacity + network.inputs) +
      capacity * (lengths[0] + lengths[sizes.length - 1]) +
      network.inputs +
      widest +
      4 * capacity +
      threads * scratchFloats +
      16 * sizes.length;
    const readOutBytes = reader === undefined ? 0 : ReadOutMemory.bytes(sizes) + READ_SCRATCH + 64;
    const bytes = 4 * floats + HOPFIELD_JOB_BYTES + 64 * (12 * sizes.length + 22) + readOutBytes;
    const memory = new KernelMemory(bytes);
    const block = (length: number) => memory.allocate(4 * length);
    this.kernelMemory = memory;
    this.kernel = hopfieldKernel(memory, options);
    this.layers = sizes.map((units, l) => ({
      units,
      before: unitsBefore(network, l),
      rowFloats: lengths[l],
      rowStep: 4 * lengths[l],
      vectors: Math.ceil(units / 4),
      weights: memory.float32(unitsBefore(network, l) * lengths[l]),
      transposed: l === 0 ? 0 : block(transposedFloats(l)),
      biases: memory.float32(lengths[l]),
      free: memory.float32(capacity * lengths[l]),
      first: memory.float32(capacity * lengths[l]),
      second: memory.float32(capacity * lengths[l]),
      contrast: block(2 * capacity * lengths[l]),
      crossed: block(2 * capacity * units),
    }));
    const outputs = lengths[sizes.length - 1];
    this.inputs = memory.float32(capacity * network.inputs);
    this.starts = block(capacity + network.inputs + 2);
    this.rows = block(capacity * network.inputs);
    this.values = block(capacity * network.inputs);
    this.inputField = block(capacity * lengths[0]);
    this.targets = memory.float32(capacity * outputs);
    this.squares = memory.float32(network.inputs);
    this.change = block(widest);
    this.sums = memory.float32(4);
    this.reports = reportViews(memory, capacity);
    const [first] = this.layers;
    const { starts, rows, values } = this;
    this.inputFieldJob = recordIn(memory, hopfieldInputFieldFields);
    this.inputFieldJob.set({
      weights: first.weights.byteOffset,
      biases: first.biases.byteOffset,
      vectors: first.vectors,
      starts,
      rows,
      values,
      out: this.inputField,
      outStep: first.rowStep,
    });
    this.inputUpdateJob = recordIn(memory, hopfieldInputUpdateFields);
    this.inputUpdateJob.set({
      weights: first.weights.byteOffset,
      rowStep: first.rowStep,
      vectors: first.vectors,
      signals: network.inputs,
      starts,
      rows,
      values,
      deltas: first.contrast,
      squares: this.squares.byteOffset,
      sums: this.sums.byteOffset,
    });
    this.productJob = recordIn(memory, hopfieldProductFields);
    if (reader !== undefined) {
      this.readOut = { record: new ReadOutMemory(memory, reader, 1), scratch: memory.allocate(READ_SCRATCH) };
    }
    this.job = this.writeRecords(block(threads * scratchFloats), 4 * scratchFloats);
  }

  /** To be called after weights changed and before anything relaxes. */
  transposeWeights(): void {
    for (const [l, layer] of this.layers.entries()) {
      if (l === 0) continue;
      const { weights, rowStep, before, units, transposed } = layer;
      this.kernel.transpose(
        weights.byteOffset,
        rowStep,
        before,
        units,
        transposed,
        this.layers[l - 1].rowStep,
      );
    }
  }

  /** To be called after weights were written from outside. */
  recountSquares(): void {
    const { weights, rowStep, vectors } = this.layers[0];
    this.kernel.countSquares(
      weights.byteOffset,
      rowStep,
      vectors,
      this.network.inputs,
      this.squares.byteOffset,
    );
  }

  private writeRecords(scratch: number, scratchStep: number) {
    const { kernelMemory, layers, inputField, reports } = this;
    const { buffer } = kernelMemory.memory;
    const bytes = 4 * hopfieldLayerFields.length;
    const records = kernelMemory.allocate(bytes * layers.length);
    let next = scratch;
    for (const [l, layer] of layers.entries()) {
      const { units, vectors, rowStep, weights, transposed, biases } = layer;
      const part = rowStep + 64;
      new KernelRecord(hopfieldLayerFields, buffer as SharedArrayBuffer, records + l * bytes).set({
        units,
        vectors,
        step: rowStep,
        weights: weights.byteOffset,
        transposed,
        fixed: l === 0 ? inputField : biases.byteOffset,
        fixedStep: l === 0 ? rowStep : 0,
        free: layer.free.byteOffset,
        first: layer.first.byteOffset,
        second: layer.second.byteOffset,
        field: next,
        moved: next + part,
        deltas: next + 2 * part,
        activation: curves[this.network.activation.kind],
        bound: this.network.activation.bound,
      });
      next += 3 * part;
    }
    const job = kernelMemory.allocate(HOPFIELD_JOB_BYTES);
    const record = new KernelRecord(hopfieldJobFields, buffer as SharedArrayBuffer, job);
    record.set({
      layers: records,
      layerCount: layers.length,
      reports: reports.whole.byteOffset,
      scratchStep,
    });
    return record;
  }
}

function recordIn<Name extends string>(memory: KernelMemory, fields: readonly Name[]): KernelRecord<Name> {
  return new KernelRecord(fields, memory.memory.buffer, memory.allocate(4 * fields.length));
}

function reportViews(memory: KernelMemory, capacity: number) {
  const whole = memory.int32(4 * capacity);
  return { whole, float: new Float32Array(whole.buffer, whole.byteOffset, whole.length) };
}

/** Padded so that rows start 64-byte lines and, an odd number of lines apart, spread over the cache's sets. */
function rowFloats(units: number): number {
  const lines = Math.ceil(units / 16);
  return 16 * (lines % 2 === 0 ? lines + 1 : lines);
}

const curves: Readonly<Record<ActivationName, number>> = {
  'hard-sigmoid': hopfieldActivations.clipped,
  'bounded-relu': hopfieldActivations.clipped,
  sigmoid: hopfieldActivations.sigmoid,
  tanh: hopfieldActivations.tanh,
};
