/**
 * Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011).
 * A stream is named by (seed, name); every number in it is addressed by a 96-bit counter, so that what is drawn
 * depends on nothing but its address: not on threads, order, or whether a run was resumed.
 */

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;
const ROUNDS = 10;

/** High 32 bits of the unsigned product a·b. */
function mulHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const low = aLow * bLow;
  const cross = aHigh * bLow + (low >>> 16);
  const crossLow = (cross & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(cross / 0x10000) + Math.floor(crossLow / 0x10000)) >>> 0;
}

/** One Philox4x32-10 block: counter [4 × u32], key [2 × u32] → out [4 × u32], written at `offset`. */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
  offset = 0,
): void {
  let x0 = c0 >>> 0;
  let x1 = c1 >>> 0;
  let x2 = c2 >>> 0;
  let x3 = c3 >>> 0;
  let k0 = key0 >>> 0;
  let k1 = key1 >>> 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(M0, x0);
    const low0 = Math.imul(M0, x0) >>> 0;
    const high1 = mulHigh(M1, x2);
    const low1 = Math.imul(M1, x2) >>> 0;
    x0 = (high1 ^ x1 ^ k0) >>> 0;
    x1 = low1;
    x2 = (high0 ^ x3 ^ k1) >>> 0;
    x3 = low0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  out[offset] = x0;
  out[offset + 1] = x1;
  out[offset + 2] = x2;
  out[offset + 3] = x3;
}

/**
 * Two standard normal numbers of one word, by its halves (Box & Muller, 1958): u = (lower half + ½)/2¹⁶; the upper half is 15 bits
 * of an angle over half a turn, and the sign of the first. None beyond 4.86. For reads, of which there are many.
 */
export function shortNormalPair(word: number): readonly [number, number] {
  const radius = Math.sqrt(-2 * Math.log(((word & 0xffff) + 0.5) / 0x10000));
  const angle = (Math.PI / 2) * ((((word << 1) >> 17) + 0.5) / 0x4000);
  return [(word >>> 31 ? -radius : radius) * Math.cos(angle), radius * Math.sin(angle)];
}

/** FNV-1a, 32 bit: turns a stream's name into half of its key. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}

/**
 * A named, seeded stream. Sequential reads (`uniform`, `normal`, `integer`) walk through it; `at(event)` gives the
 * sub-stream of one event (an epoch, a cell, an update), which starts at its own place whatever was read before.
 */
export class RandomStream {
  private readonly block = new Uint32Array(4);
  private used = 4;
  private counter = 0;
  private spare: number | undefined;

  constructor(
    readonly seed: number,
    readonly name: string,
    private readonly event = 0,
    private readonly subEvent = 0,
  ) {}

  at(event: number, subEvent = 0): RandomStream {
    return new RandomStream(this.seed, this.name, event, subEvent);
  }

  /** Uniform 32-bit unsigned integer. */
  uint32(): number {
    if (this.used === 4) {
      const high = Math.floor(this.event / 0x100000000);
      philox4x32(this.counter, this.subEvent, this.event, high, this.seed, hashName(this.name), this.block);
      this.counter++;
      this.used = 0;
    }
    return this.block[this.used++];
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number {
    return this.uint32() / 0x100000000;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Uniform integer in [0, below), without modulo bias. */
  integer(below: number): number {
    const limit = Math.floor(0x100000000 / below) * below;
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % below;
  }

  /** Standard normal (Box & Muller, 1958). */
  normal(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log((this.uint32() + 1) / 0x100000000));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A permutation of 0 … length−1 (Fisher & Yates). */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  }
}
