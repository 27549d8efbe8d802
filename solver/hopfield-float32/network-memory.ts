import { type HopfieldNetwork, unitsBefore } from '../../circuits/hopfield/index.js';
import {
  type HopfieldKernel,
  hopfieldKernel,
  KernelMemory,
  type KernelOptions,
} from '../../kernels/index.js';

/** Samples that relax together: five vectors of four, as many as the kernel's products keep in registers. */
export const BLOCK = 20;

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
  /** [rowFloats] */
  readonly biases: Float32Array;
  /** One block, [units × lanes]: states, Σ W·s + b, and what of that does not change while it relaxes. */
  readonly states: number;
  readonly field: number;
  readonly fixedField: number;
  /** Of every sample, [capacity × rowFloats]: the free phase and the two phases of a contrast. */
  readonly free: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** What a contrast is made of: [2·capacity × rowFloats] and [units × 2·capacity]. */
  readonly contrast: number;
  readonly crossed: number;
}

/** The network, one block of samples and one minibatch's contrast, laid out for the kernel. */
export class NetworkMemory {
  readonly kernel: HopfieldKernel;
  readonly layers: readonly LayerMemory[];
  /** [capacity × inputs] */
  readonly inputs: Float32Array;
  /** Lists of the inputs that are not 0. */
  readonly starts: number;
  readonly rows: number;
  readonly values: number;
  /** [BLOCK × rowFloats of layer 1]: b¹ + x·W¹. */
  readonly inputField: number;
  /** [outputs × lanes] */
  readonly targets: number;
  readonly outputsBefore: number;
  readonly targetRows: Float32Array;
  /** Σ W² of each input's weights. */
  readonly squares: Float32Array;
  readonly change: number;
  readonly sums: Float32Array;
  private readonly all: Float32Array;

  constructor(
    readonly network: HopfieldNetwork,
    readonly capacity: number,
    options: KernelOptions,
  ) {
    const sizes = network.layers;
    const lengths = sizes.map(rowFloats);
    const widest = Math.max(...sizes.map((_, l) => (l === 0 ? 0 : sizes[l - 1] * lengths[l])));
    const perLayer = sizes.map(
      (size, l) =>
        unitsBefore(network, l) * lengths[l] +
        lengths[l] +
        3 * size * BLOCK +
        3 * capacity * lengths[l] +
        2 * capacity * (lengths[l] + size),
    );
    const most = Math.max(capacity, BLOCK);
    const floats =
      perLayer.reduce((sum, n) => sum + n, 0) +
      3 * most * network.inputs +
      2 * (most + network.inputs) +
      BLOCK * lengths[0] +
      3 * BLOCK * lengths[sizes.length - 1] +
      network.inputs +
      widest;
    const memory = new KernelMemory(4 * floats + 64 * (12 * sizes.length + 16));
    const block = (length: number) => memory.allocate(4 * length);
    this.kernel = hopfieldKernel(memory, options);
    this.layers = sizes.map((units, l) => ({
      units,
      before: unitsBefore(network, l),
      rowFloats: lengths[l],
      rowStep: 4 * lengths[l],
      vectors: Math.ceil(units / 4),
      weights: memory.float32(unitsBefore(network, l) * lengths[l]),
      biases: memory.float32(lengths[l]),
      states: block(units * BLOCK),
      field: block(units * BLOCK),
      fixedField: block(units * BLOCK),
      free: memory.float32(capacity * lengths[l]),
      first: memory.float32(capacity * lengths[l]),
      second: memory.float32(capacity * lengths[l]),
      contrast: block(2 * capacity * lengths[l]),
      crossed: block(2 * capacity * units),
    }));
    const outputs = lengths[sizes.length - 1];
    this.inputs = memory.float32(most * network.inputs);
    this.starts = block(most + network.inputs + 1);
    this.rows = block(most * network.inputs);
    this.values = block(most * network.inputs);
    this.inputField = block(BLOCK * lengths[0]);
    this.targets = block(BLOCK * outputs);
    this.outputsBefore = block(BLOCK * outputs);
    this.targetRows = memory.float32(BLOCK * outputs);
    this.squares = memory.float32(network.inputs);
    this.change = block(widest);
    this.sums = memory.float32(4);
    this.all = new Float32Array(memory.memory.buffer);
  }

  /** All units of a layer's block at 0. */
  rest({ states, units }: LayerMemory, lanes: number): void {
    this.all.fill(0, states / 4, states / 4 + units * lanes);
  }

  /** Copies the block's output states to `outputsBefore`. */
  keepOutputs(lanes: number): void {
    const { states, units } = this.layers[this.layers.length - 1];
    this.all.copyWithin(this.outputsBefore / 4, states / 4, states / 4 + units * lanes);
  }

  /** To be called after weights were written from outside. */
  recountSquares(): void {
    const [first] = this.layers;
    for (let i = 0; i < this.network.inputs; i++) {
      const row = first.weights.subarray(i * first.rowFloats, (i + 1) * first.rowFloats);
      let sum = 0;
      for (const w of row) sum += w * w;
      this.squares[i] = sum;
    }
  }
}

/** Padded so that rows start 64-byte lines and, an odd number of lines apart, spread over the cache's sets. */
function rowFloats(units: number): number {
  const lines = Math.ceil(units / 16);
  return 16 * (lines % 2 === 0 ? lines + 1 : lines);
}
