import { hashName, inputError, philox4x32, RandomStream, shortNormalPair } from '../../core/index.js';
import { checkReadOut, type NodeReadOut } from './read-out.js';

/** What one layer is read by, in the node unit. */
interface LayerReader {
  /** [unit] 1 + gain error; offset. */
  readonly gains: Float64Array;
  readonly offsets: Float64Array;
  readonly codes: Codes;
  readonly differenceCodes: Codes;
}

/** One code and the ends of the codes; a step of 0 rounds nothing. */
interface Codes {
  readonly step: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Two phases, [batch × n_l] a layer. */
export interface TwoPhases {
  readonly first: readonly Float64Array[];
  readonly second: readonly Float64Array[];
}

/**
 * A read-out (`NodeReadOut`) of one network in float64: the reference of those that kernels have, and enough for a device of any
 * kind. What is drawn depends on its address alone: the update whose phases are read, layer, sample and node.
 */
export class PhaseReader {
  readonly seed: number;
  readonly key = hashName('node-read');
  readonly noise: number;
  readonly reads: number;
  readonly differences: boolean;
  readonly layers: readonly LayerReader[];
  private readonly words = new Uint32Array(4);

  /** @param sizes nodes of each layer @throws OhmpropError `readout.value` */
  constructor(
    readonly readOut: NodeReadOut,
    sizes: readonly number[],
  ) {
    checkReadOut(readOut);
    requireNoMore(readOut, sizes.length);
    const { noise = 0, reads = 1, seed = 0, difference, bits, fullScale } = readOut;
    this.seed = seed;
    // Without codes so many reads are one of less noise.
    this.noise = bits === undefined ? noise / Math.sqrt(reads) : noise;
    this.reads = bits === undefined ? 1 : reads;
    this.differences = difference !== undefined;
    const meanBits = difference?.meanBits ?? bits;
    this.layers = sizes.map((size, l) => ({
      gains: drawn('node-gain', seed, l, size, 1 + (readOut.gain ?? 0), readOut.gainSpread),
      offsets: drawn('node-offset', seed, l, size, readOut.offset ?? 0, readOut.offsetSpread),
      codes: codesOf(meanBits, fullScale, l),
      differenceCodes: codesOf(bits, difference?.fullScale ?? fullScale, l),
    }));
  }

  /** What is read of two phases for the update `event`, as two phases again: fresh arrays. */
  read({ first, second }: TwoPhases, batch: number, event: number): TwoPhases {
    const read = first.map((_, l) => this.readLayer(l, first[l], second[l], batch, event));
    return { first: read.map((pair) => pair[0]), second: read.map((pair) => pair[1]) };
  }

  private readLayer(
    l: number,
    first: Float64Array,
    second: Float64Array,
    batch: number,
    event: number,
  ): [Float64Array, Float64Array] {
    const low = new Float64Array(first.length);
    const high = new Float64Array(first.length);
    const layer = this.layers[l];
    const { gains, offsets } = layer;
    const size = first.length / batch;
    for (let s = 0; s < batch; s++) {
      for (let u = 0; u < size; u++) {
        const e = s * size + u;
        const values: readonly [number, number] = this.differences
          ? [second[e] - first[e], (first[e] + second[e]) / 2]
          : [first[e], second[e]];
        const codes = this.differences
          ? ([layer.differenceCodes, layer.codes] as const)
          : ([layer.codes, layer.codes] as const);
        let one = 0;
        let two = 0;
        for (let read = 0; read < this.reads; read++) {
          const normals = this.noise === 0 ? NONE : this.normals(event, read, l, s, u);
          one += coded(values[0] * gains[u] + offsets[u] + this.noise * normals[0], codes[0]);
          two += coded(values[1] * gains[u] + offsets[u] + this.noise * normals[1], codes[1]);
        }
        one /= this.reads;
        two /= this.reads;
        low[e] = this.differences ? two - one / 2 : one;
        high[e] = this.differences ? two + one / 2 : two;
      }
    }
    return [low, high];
  }

  /** Noise of both values that are read at a node: word w of block 4·(u div 16) + lane is that of node 4w + lane of its 16. */
  private normals(event: number, read: number, l: number, sample: number, u: number) {
    const block = 4 * (u >> 4) + (u & 3);
    philox4x32(block, (sample | (l << 20)) >>> 0, event, read, this.seed, this.key, this.words);
    return shortNormalPair(this.words[(u >> 2) & 3]);
  }
}

const NONE = [0, 0] as const;

/** Ranges beyond the last layer would be of nothing, and those of others meant for the wrong ones. */
function requireNoMore({ fullScale, difference }: NodeReadOut, layers: number): void {
  for (const [key, ends] of Object.entries({ fullScale, 'difference.fullScale': difference?.fullScale })) {
    if (ends === undefined || ends.length <= layers) continue;
    throw inputError(
      'readout.value',
      `readout: ${key} lists ${ends.length} ranges, and there are ${layers} layers whose nodes are read, the outputs among them and the inputs not; give one range, or one a layer`,
    );
  }
}

function drawn(name: string, seed: number, l: number, size: number, middle: number, spread = 0) {
  const stream = new RandomStream(seed, name).at(l);
  return Float64Array.from({ length: size }, () => middle + (spread === 0 ? 0 : spread * stream.normal()));
}

function codesOf(bits: number | undefined, fullScale: readonly number[] | undefined, l: number): Codes {
  if (bits === undefined || fullScale === undefined) return { step: 0, lowest: 0, highest: 0 };
  const end = fullScale[Math.min(l, fullScale.length - 1)];
  const half = 2 ** (bits - 1);
  return { step: end / half, lowest: -half, highest: half - 1 };
}

function coded(value: number, { step, lowest, highest }: Codes): number {
  if (step === 0) return value;
  return step * Math.min(highest, Math.max(lowest, nearest(value / step)));
}

/** The nearest whole number, the even one of two. */
function nearest(value: number): number {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 !== 0 ? up - 1 : up;
}
