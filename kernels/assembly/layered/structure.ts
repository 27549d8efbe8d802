// The records that the host fills and every thread reads. All fields are 4 bytes wide, in the order of
// kernels/layered-records.ts; an array is given by its byte offset.

/** Samples (or, in nudged phases, samples × signs) that relax together. */
export const COLUMNS: i32 = 8;
/** Every sum over the units of a layer is taken in so many fixed slices, whatever the number of threads. */
export const SLICES: i32 = 8;
/** Units of a tile of the first layer's conductances; layers are padded to whole tiles. */
export const TILE: i32 = 16;

@unmanaged
export class Layer {
  /** Units, and the same padded to whole tiles. */
  size: i32;
  padded: i32;
  /** Bytes from one sample's row of unit values to the next. */
  stride: usize;
  /**
   * Conductances into this layer. First layer: tiles [tile][signal][16 top | 16 bottom]. Between hidden layers:
   * [unit of the odd layer][unit of the even layer], where layers 1, 3, … are odd. Into the outputs: [output][hidden].
   */
  conductances: usize;
  rowBytes: usize;
  lowest: f32;
  highest: f32;
  /** One value a unit: total conductance, its inverse (0 where there is none), the shares of it to the layers before and after. */
  nodeConductance: usize;
  inverse: usize;
  shareBefore: usize;
  shareAfter: usize;
  bias: usize;
  /** Bounds that the diodes hold a unit in; both 0 for padding. */
  low: usize;
  high: usize;
  /** All bits set for a unit, none for padding. */
  mask: usize;
  /** Sums over the conductances into the layer and out of it, each a [unit]. */
  sumIn: usize;
  sumOut: usize;
  /** The same by slice, [slice][unit], for sums that run over the other layer's slices. */
  slicesIn: usize;
  slicesOut: usize;
  /** [sample][unit]: absolute states; difference and mean of the two phases; Σ over samples of their product is [unit]. */
  states: usize;
  difference: usize;
  mean: usize;
  product: usize;
  /** [column][unit]: differences from the absolute states in nudged phases. */
  deltas: usize;
  /** [column][unit]: what a unit at its bound lacks to leave it, as a current; 0 for others (or what is left to relax). */
  slack: usize;
  /** [column][unit]: currents in the course of a sweep. */
  current: usize;
  /** Odd layers, [column][unit]: how far the neighbours must move until a unit at its bound can leave it. */
  margin: usize;
  /** Even layers: [slice][column][unit] partial currents; outputs: the same from the last hidden layer's slices. */
  partial: usize;
  /** Even layers, [2][column][unit]: candidates of this sweep and the last, and their changes. */
  candidate: usize;
  change: usize;
  /**
   * One value a unit, where diodes have an on-resistance: the voltage from which one conducts, and all bits set where it does so
   * below that. `low` and `high` are then no bounds.
   */
  knee: usize;
  lower: usize;
  /** Conductance of a diode that conducts; 0 of ideal ones, which hold their units at `low` or `high`. */
  diodeOn: f32;
}

@unmanaged
export class Network {
  layers: i32;
  signals: i32;
  threads: i32;
  /** Layer records, one after the other. */
  table: usize;
  /** A row of zeros as long as the longest row. */
  zeros: usize;
  /** [slice][column][layer] records of 32 bytes. */
  records: usize;
  /** [slice + 1][column] sums of 16 bytes; the last are the outputs' own. */
  products: usize;
  /** One scratch a thread. */
  scratch: usize;
  scratchBytes: usize;
  /** Room for the change of one row, one a thread. */
  changes: usize;
  changeBytes: usize;
  barrier: usize;
  /** [sample][unit of layer 1]: currents from the sources, biases not included. */
  drive: usize;
  /** [sample][output], in rows of the outputs' stride. */
  targets: usize;
}

@unmanaged
export class Phase {
  columns: i32;
  /** 1: relax `deltas` about `states`; 0: relax `states`. */
  delta: i32;
  /** 1: all states start at 0. */
  fromRest: i32;
  /** First sample of the group; column c belongs to sample `first + c % samples`. */
  first: i32;
  samples: i32;
  limit: i32;
  fixed: i32;
  tolerance: f32;
  outputChange: f32;
  /** In a delta phase also: largest residual of a layer relative to the largest current of its deltas. */
  deltaTolerance: f32;
  /** β of columns 0 … samples−1 and of the rest. */
  betaLow: f32;
  betaHigh: f32;
  /** [column] reports of 16 bytes: status, iterations, relative residual, residual as a current. */
  reports: usize;
  /** How outputs are pulled, one of the kinds below. */
  held: i32;
}

/** The targets are voltages that a conductance β pulls to. */
export const LIVE: i32 = 0;
/** They are currents over β, and no conductance is added to the outputs. */
export const HELD: i32 = 1;
/** They are voltages that outputs are held at; in a delta phase differences over β. */
export const CLAMPED: i32 = 2;
/** As HELD, in a delta phase of the network linearised about the states: units that a diode holds at 0 stay there, others know none. */
export const LINEAR: i32 = 3;

// @ts-ignore: decorator
@inline
export function layerOf(network: Network, l: i32): Layer {
  return changetype<Layer>(network.table + <usize>l * offsetof<Layer>());
}

/** A slice of fewer units than this would cost more than it computes. */
const SLICE_TILES: i32 = 4;

/** First unit of a slice; slices are whole tiles. A small layer leaves most slices empty, evenly among the threads. */
// @ts-ignore: decorator
@inline
export function sliceStart(layer: Layer, slice: i32): i32 {
  const tiles = layer.padded / TILE;
  const parts = max(1, min(SLICES, tiles / SLICE_TILES));
  return (tiles * (slice * parts / SLICES) / parts) * TILE;
}

// @ts-ignore: decorator
@inline
export function betaOf(phase: Phase, column: i32): f32 {
  return column < phase.samples ? phase.betaLow : phase.betaHigh;
}

/** Whether a column is nudged against the conductances, which they may not bear. */
// @ts-ignore: decorator
@inline
export function isAgainst(phase: Phase, column: i32): bool {
  return betaOf(phase, column) < 0 && !phase.held;
}

// @ts-ignore: decorator
@inline
export function sampleOf(phase: Phase, column: i32): i32 {
  return phase.first + column % phase.samples;
}

/** Where a column's states lie: its own deltas, or its sample's absolute states. */
// @ts-ignore: decorator
@inline
export function unknowns(phase: Phase, layer: Layer, column: i32): usize {
  return phase.delta
    ? layer.deltas + <usize>column * layer.stride
    : layer.states + <usize>sampleOf(phase, column) * layer.stride;
}

/** What a column's states are differences from: its sample's absolute states, or zeros. */
// @ts-ignore: decorator
@inline
export function baseOf(network: Network, phase: Phase, layer: Layer, column: i32): usize {
  return phase.delta ? layer.states + <usize>sampleOf(phase, column) * layer.stride : network.zeros;
}

/** Sizes of the records, for the host to check its own against: network, layer, phase. */
export function recordSizes(which: i32): i32 {
  if (which == 0) return <i32>offsetof<Network>();
  return which == 1 ? <i32>offsetof<Layer>() : <i32>offsetof<Phase>();
}
