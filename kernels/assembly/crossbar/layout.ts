// How a crossbar lies in memory, and what the kernel's functions are given.
//
// An array over the cells is cut into blocks of 8 word lines; a block is a row of tiles of 8 word lines × 2 bit lines
// (128 bytes). Inside a tile the arrays of the bit lines (conductance, bit-line factor, voltages) go word line by word
// line, so a vector holds two neighbouring bit lines; the word-line factor goes bit line by bit line, so a vector holds
// two neighbouring word lines. Every array is then one linear stream in both directions. Rows and columns are padded
// with cells of no conductance and factors of 0.
//
// Scaling: word-line equations are multiplied by the word wire resistance rw, bit-line ones by σ = √(rw·rb); bit-line
// voltages are kept as b/s with s = √(rb/rw). Wires then have conductance 1 and the cells' coupling is G' = σ·G on
// both sides; on the diagonals it is G'/s (word) and G'·s (bit).

/** A scaled terminal as good as this holds its node at the source: what flows into it is no residual. */
export const PINNED: f64 = 1e15;

/** A tile: 8 word lines × 2 bit lines of 8 bytes. */
export const TILE: usize = 128;

/** The crossbar itself, shared by every thread. All pointers are byte offsets. */
@unmanaged
export class Network {
  rows: u32;
  columns: u32;
  /** Blocks of 8 word lines. */
  blocks: u32;
  /** Pairs of bit lines. */
  pairs: u32;
  /** G', tiles. */
  g: usize;
  /** Word-line factor 1/pivot, tiles bit line by bit line. */
  wordFactor: usize;
  /** Bit-line factor 1/pivot, tiles. */
  bitFactor: usize;
  /** Scaled terminal conductances: left and right of each word line, top and bottom of each bit line. */
  left: usize;
  right: usize;
  top: usize;
  bottom: usize;
  /** Coarse grid: spacing in word lines and bit lines, nodes in each direction, index strides of the unknowns. */
  rowSpacing: u32;
  columnSpacing: u32;
  coarseRows: u32;
  coarseColumns: u32;
  rowStride: u32;
  columnStride: u32;
  /** Band factor of the coarse operator and its shape. */
  band: usize;
  bandOrder: u32;
  bandWidth: u32;
  /** Moments of G' over the word lines of one coarse interval: 3 rows [2·pairs]. */
  moments: usize;
}

/** What one thread works on: one input vector at a time. */
@unmanaged
export class Work {
  /** Bit-line voltages over s, tiles. */
  b: usize;
  /** Half-solved bit lines, later word-line voltages, tiles. */
  z: usize;
  /** Conjugate gradients: residual, direction, its image; tiles. */
  r: usize;
  p: usize;
  q: usize;
  /** One block of half-solved word lines. */
  line: usize;
  /** One row of bit-line values carried from block to block. */
  carry: usize;
  /** Scaled source currents at the four kinds of terminals. */
  fromLeft: usize;
  fromRight: usize;
  fromTop: usize;
  fromBottom: usize;
  /** One row of zeros. */
  zeros: usize;
  /** Coarse correction expanded along the word lines: [coarseRows × 2·pairs]. */
  expanded: usize;
  /** Residual gathered along the bit lines: the same shape. */
  gathered: usize;
  /** Coarse unknowns [bandOrder]. */
  coarse: usize;
  /** Results: row and column sums of the device currents, A. */
  rowCurrents: usize;
  columnCurrents: usize;
  /** Cells that bend with their voltage: σ times the current source of each, from word to bit line, tiles; 0 for linear ones. */
  injected: usize;
  /** One number, 1/s: what of it the word lines' equations have. */
  wordShare: usize;
}

// @ts-ignore: decorator
@inline
export function blockBytes(net: Network): usize {
  return <usize>net.pairs * TILE;
}

/** Bytes of one row over the bit lines. */
// @ts-ignore: decorator
@inline
export function rowBytes(net: Network): usize {
  return <usize>net.pairs * 16;
}

/** Where word line `row` of the last block lies inside a tile. */
// @ts-ignore: decorator
@inline
export function lastRowInTile(net: Network): usize {
  return <usize>((net.rows - 1) & 7) << 4;
}

/** What cells with models are made of. */
@unmanaged
export class Cells {
  /** Equations of the cell, and of what lies in series with it, or 0. */
  tape: usize;
  series: usize;
  /** States, tiles. */
  states: usize;
  /** Of the voltage across a pair, the part across the first, tiles: where the search for it begins. */
  inner: usize;
  /** How much of a change of that voltage it takes, and the voltage where it was found, tiles. */
  share: usize;
  before: usize;
  /** Chunks for that search: voltage, its bounds, place, step and step before. */
  voltage: usize;
  low: usize;
  high: usize;
  place: usize;
  stride: usize;
  former: usize;
}
