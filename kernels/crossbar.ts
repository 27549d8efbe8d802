import { instantiateKernel, type KernelOptions } from './load.js';
import { KernelMemory } from './memory.js';

/** Functions of the crossbar kernel; see assembly/crossbar for what each does. `net` and `work` are byte offsets. */
export interface CrossbarKernel {
  pack(net: number, source: number, scale: number, firstBlock: number, endBlock: number): number;
  countAbove(net: number, limit: number, largest: number): number;
  factorWordLines(net: number, diagonal: number, firstBlock: number, endBlock: number): void;
  factorBitLines(net: number, diagonal: number, carry: number, firstPair: number, endPair: number): void;
  momentsOfInterval(net: number, interval: number): void;
  contractMoments(net: number, out: number): void;
  factorBand(band: number, order: number, width: number): number;
  coarseCorrection(net: number, work: number, kind: number): void;
  sweepDown(net: number, work: number, stored: boolean, coarse: boolean): void;
  sweepUp(net: number, work: number, stored: boolean, gather: boolean): number;
  applyOperator(net: number, work: number, vector: number, scale: number, sources: boolean): number;
  advance(net: number, work: number, alpha: number, gather: boolean, most: number): number;
  coarseEnergy(net: number, work: number): number;
  newDirection(net: number, work: number, beta: number, coarse: boolean): void;
  finish(net: number, work: number, scale: number, toAmperes: number, residual: number): number;
  unpack(net: number, tiles: number, out: number, scale: number, firstBlock: number, endBlock: number): void;
  packTiles(net: number, source: number, tiles: number, scale: number): void;
  sweepDownInjected(net: number, work: number, coarse: boolean): void;
  injectedResidual(net: number, work: number, scale: number): void;
  wordLinesInjected(net: number, work: number): void;
  takeTangents(
    net: number,
    work: number,
    cells: number,
    s: number,
    sigma: number,
    least_S: number,
    agreed: number,
    out: number,
  ): void;
  kirchhoff(net: number, work: number, s: number, wordToAmperes: number, toAmperes: number): number;
  clearPadding(net: number, tiles: number): void;
}

/** The coarse grid's shape: one node every `rowSpacing` word lines and `columnSpacing` bit lines. */
export interface CoarseShape {
  readonly rowSpacing: number;
  readonly columnSpacing: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
  readonly order: number;
  readonly width: number;
}

/** Numbers that go through the second-level cache at once when arrays come in or go out. */
const PORTION = 32768;

/** Portions [first, end) of the blocks of 8 word lines, small enough to stay in the cache. */
export function* blockPortions(rows: number, columns: number): Generator<[first: number, end: number]> {
  const blocks = Math.ceil(rows / 8);
  const step = Math.max(1, Math.floor(PORTION / (8 * columns)));
  for (let first = 0; first < blocks; first += step) yield [first, Math.min(first + step, blocks)];
}

const PAIRED = 16;
const TILE = 128;

/** Sizes of a crossbar in the kernel's memory. */
class Extent {
  readonly blocks: number;
  readonly pairs: number;
  /** Bytes of one array over the cells. */
  readonly cells: number;
  readonly rowBytes: number;

  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly coarse: CoarseShape | undefined,
  ) {
    this.blocks = Math.ceil(rows / 8);
    this.pairs = Math.ceil(columns / 2);
    this.cells = this.blocks * this.pairs * TILE;
    this.rowBytes = this.pairs * PAIRED;
  }

  get band(): number {
    return this.coarse === undefined ? 0 : this.coarse.order * (this.coarse.width + 1) * 8;
  }

  get coarseRows(): number {
    return this.coarse === undefined ? 1 : this.coarse.rows + 1;
  }

  /** Bytes that `threads` threads need in all, alignment included. */
  bytes(threads: number): number {
    const shared =
      3 * this.cells + this.band + 8 * this.rowBytes + 2 * this.blocks * 64 + 72 * this.pairs * 2;
    const own =
      5 * this.cells +
      this.pairs * TILE +
      this.rowBytes * (5 + 2 * this.coarseRows) +
      this.blocks * 64 * 3 +
      (this.coarse?.order ?? 0) * 8;
    return shared + threads * own + 64 * (24 + threads * 24) + 4096;
  }
}

/** Bytes of kernel memory for a crossbar solved by `threads` threads. */
export function crossbarBytes(
  rows: number,
  columns: number,
  coarse: CoarseShape | undefined,
  threads: number,
): number {
  return new Extent(rows, columns, coarse).bytes(threads);
}

/** Memory that is laid out afresh for every crossbar that is put into it. */
export class CrossbarArena {
  readonly memory: KernelMemory;
  readonly kernel: CrossbarKernel;
  private readonly base: number;
  private next = 0;

  constructor(
    readonly bytes: number,
    options: KernelOptions = {},
  ) {
    this.memory = new KernelMemory(bytes);
    this.base = this.memory.allocate(bytes);
    this.kernel = instantiateKernel<CrossbarKernel>('crossbar', this.memory, options);
  }

  /** Forgets what was laid out. */
  clear(): void {
    this.next = 0;
  }

  /** Byte offset of a fresh block, aligned to 64; not zeroed. */
  take(bytes: number): number {
    const start = this.base + Math.ceil(this.next / 64) * 64;
    this.next = start - this.base + bytes;
    if (this.next > this.bytes) throw new RangeError(`crossbar arena of ${this.bytes} bytes is full`);
    return start;
  }

  float64(offset: number, length: number): Float64Array {
    return new Float64Array(this.memory.memory.buffer, offset, length);
  }

  /** A zeroed array. */
  zeroed(length: number): Float64Array {
    return this.float64(this.take(length * 8), length).fill(0);
  }

  /** Writes a struct of 32-bit fields. */
  struct(fields: readonly number[]): number {
    const at = this.take(fields.length * 4);
    new Uint32Array(this.memory.memory.buffer, at, fields.length).set(fields);
    return at;
  }
}

/** The shared part of a crossbar: conductances, factors, terminals, coarse operator. Fields as in layout.ts. */
export class CrossbarNetwork {
  readonly pointer: number;
  readonly extent: Extent;
  /** Scaled terminal conductances. */
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly top: Float64Array;
  readonly bottom: Float64Array;
  readonly conductances: Float64Array;
  readonly band: Float64Array;
  /** One interval's contracted moments [intervals × 9]. */
  readonly contracted: Float64Array;
  /** One row of scratch, and one number at its start. */
  readonly scratch: Float64Array;

  constructor(
    readonly arena: CrossbarArena,
    rows: number,
    columns: number,
    readonly coarse: CoarseShape | undefined,
  ) {
    const extent = new Extent(rows, columns, coarse);
    this.extent = extent;
    const { blocks, pairs } = extent;
    this.conductances = arena.float64(arena.take(extent.cells), extent.cells / 8);
    const wordFactor = arena.take(extent.cells);
    const bitFactor = arena.take(extent.cells);
    this.left = arena.zeroed(blocks * 8);
    this.right = arena.zeroed(blocks * 8);
    this.top = arena.zeroed(pairs * 2);
    this.bottom = arena.zeroed(pairs * 2);
    this.scratch = arena.zeroed(pairs * 2);
    this.band = arena.float64(arena.take(extent.band), extent.band / 8);
    const moments = arena.take(3 * extent.rowBytes);
    this.contracted = arena.float64(arena.take(72 * pairs * 2), 18 * pairs);
    const c = coarse;
    this.pointer = arena.struct([
      rows,
      columns,
      blocks,
      pairs,
      this.conductances.byteOffset,
      wordFactor,
      bitFactor,
      this.left.byteOffset,
      this.right.byteOffset,
      this.top.byteOffset,
      this.bottom.byteOffset,
      c?.rowSpacing ?? 8,
      c?.columnSpacing ?? 8,
      c?.rows ?? 0,
      c?.columns ?? 0,
      c?.rowStride ?? 0,
      c?.columnStride ?? 0,
      this.band.byteOffset,
      c?.order ?? 0,
      c?.width ?? 0,
      moments,
    ]);
  }
}

/** Where the arrays of one thread lie: plain numbers, so that they can be sent to a worker. */
export interface CrossbarWorkLayout {
  readonly pointer: number;
  /** Numbers in an array over the cells. */
  readonly cells: number;
  readonly paddedRows: number;
  readonly paddedColumns: number;
  readonly offsets: readonly number[];
}

/** What one thread works on. Fields as in layout.ts. */
export class CrossbarWork {
  readonly pointer: number;
  /** Bit-line voltages over s; word-line voltages after `finish`; vectors of conjugate gradients. Tiles. */
  readonly b: Float64Array;
  readonly z: Float64Array;
  readonly r: Float64Array;
  readonly p: Float64Array;
  readonly q: Float64Array;
  /** Scaled source currents at the terminals. */
  readonly fromLeft: Float64Array;
  readonly fromRight: Float64Array;
  readonly fromTop: Float64Array;
  readonly fromBottom: Float64Array;
  /** Results of `finish`, A. */
  readonly rowCurrents: Float64Array;
  readonly columnCurrents: Float64Array;
  /** Numbers handed back through memory. */
  readonly returned: Float64Array;

  constructor(
    buffer: ArrayBufferLike,
    readonly layout: CrossbarWorkLayout,
  ) {
    this.pointer = layout.pointer;
    const { cells, paddedRows, paddedColumns, offsets } = layout;
    const lengths = [
      ...repeat(5, cells),
      ...repeat(2, paddedRows),
      ...repeat(2, paddedColumns),
      paddedRows,
      paddedColumns,
      2,
    ];
    const views = lengths.map((length, k) => new Float64Array(buffer, offsets[k], length));
    [this.b, this.z, this.r, this.p, this.q] = views;
    [this.fromLeft, this.fromRight, this.fromTop, this.fromBottom] = views.slice(5);
    [this.rowCurrents, this.columnCurrents, this.returned] = views.slice(9);
  }

  /**
   * Lays out the arrays of one more thread of a network.
   * @param bent of cells with current sources: where these lie, and where the number 1/s does
   */
  static layOut(
    network: CrossbarNetwork,
    bent: { readonly injected: number; readonly wordShare: number } = { injected: 0, wordShare: 0 },
  ): CrossbarWork {
    const { arena, extent } = network;
    const { blocks, pairs, cells, rowBytes, coarseRows } = extent;
    const arrays = repeat(5, 0).map(() => arena.take(cells));
    const line = arena.take(pairs * TILE);
    const carry = arena.take(rowBytes);
    const zeroed = (length: number) => arena.zeroed(length).byteOffset;
    const sources = [zeroed(blocks * 8), zeroed(blocks * 8), zeroed(pairs * 2), zeroed(pairs * 2)];
    const zeros = zeroed(pairs * 2);
    const expanded = zeroed(coarseRows * pairs * 2);
    const gathered = zeroed(coarseRows * pairs * 2);
    const coarse = arena.take((network.coarse?.order ?? 0) * 8);
    const currents = [zeroed(blocks * 8), zeroed(pairs * 2)];
    const pointer = arena.struct([
      ...arrays,
      line,
      carry,
      ...sources,
      zeros,
      expanded,
      gathered,
      coarse,
      ...currents,
      bent.injected,
      bent.wordShare,
    ]);
    return new CrossbarWork(arena.memory.memory.buffer, {
      pointer,
      cells: cells / 8,
      paddedRows: blocks * 8,
      paddedColumns: pairs * 2,
      offsets: [...arrays, ...sources, ...currents, zeroed(2)],
    });
  }
}

function repeat(count: number, value: number): number[] {
  return Array.from({ length: count }, () => value);
}

/** The kernel on a memory that another thread made. */
export function crossbarKernelOn(memory: WebAssembly.Memory): CrossbarKernel {
  return instantiateKernel<CrossbarKernel>('crossbar', { memory });
}
