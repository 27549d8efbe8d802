import { hashName, philox4x32, shortNormalPair } from '../../../core/index.js';

/**
 * Random numbers of an array of cells: number `cell` of the stream (seed, name) at (event, group), exactly the cell-th number
 * that `new RandomStream(seed, name).at(event, group)` would give, found without reading those before it. What a
 * cell draws so depends on its address alone: not on threads, order, ranges, or a resume.
 */
export class CellDraws {
  private readonly key: number;
  private readonly words = new Uint32Array(4);

  constructor(
    readonly seed: number,
    readonly name: string,
    readonly group = 0,
  ) {
    this.key = hashName(name);
  }

  /** Calls `use(i, word)` for cells first … first + count − 1, i = 0 … count − 1. */
  private eachWord(
    event: number,
    first: number,
    count: number,
    use: (i: number, word: number) => void,
  ): void {
    for (let block = first >> 2; block << 2 < first + count; block++) {
      this.fill(event, block);
      for (let w = 0; w < 4; w++) {
        const i = 4 * block + w - first;
        if (i >= 0 && i < count) use(i, this.words[w]);
      }
    }
  }

  private fill(event: number, block: number): void {
    const high = Math.floor(event / 0x100000000);
    philox4x32(block, this.group, event, high, this.seed, this.key, this.words);
  }

  /** Uniform in [0, 1). */
  uniforms(event: number, first: number, count: number): Float64Array {
    const out = new Float64Array(count);
    this.eachWord(event, first, count, (i, word) => {
      out[i] = word / 0x100000000;
    });
    return out;
  }

  /** Standard normal; cells 2n and 2n + 1 share a pair of Box & Muller. */
  normals(event: number, first: number, count: number): Float64Array {
    const out = new Float64Array(count);
    for (let block = first >> 2; block << 2 < first + count; block++) {
      this.fill(event, block);
      for (let pair = 0; pair < 4; pair += 2) {
        const radius = Math.sqrt(-2 * Math.log((this.words[pair] + 1) / 0x100000000));
        const angle = (2 * Math.PI * this.words[pair + 1]) / 0x100000000;
        const i = 4 * block + pair - first;
        if (i >= 0 && i < count) out[i] = radius * Math.cos(angle);
        if (i + 1 >= 0 && i + 1 < count) out[i + 1] = radius * Math.sin(angle);
      }
    }
    return out;
  }

  /**
   * Standard normal numbers of reads, for which one word serves two cells (`shortNormal64` of the kernel): of the 32 cells of
   * blocks 4b … 4b + 3, cells 8w + l and 8w + 4 + l share word w of block 4b + l. None beyond 4.86.
   */
  shortNormals(event: number, first: number, count: number): Float64Array {
    const out = new Float64Array(count);
    const end = first + count;
    for (let group = first >> 5; group << 5 < end; group++) {
      for (let lane = 0; lane < 4; lane++) {
        this.fill(event, 4 * group + lane);
        for (const [w, word] of this.words.entries()) {
          const [cosine, sine] = shortNormalPair(word);
          const i = 32 * group + 8 * w + lane - first;
          if (i >= 0 && i < count) out[i] = cosine;
          if (i + 4 >= 0 && i + 4 < count) out[i + 4] = sine;
        }
      }
    }
    return out;
  }
}
