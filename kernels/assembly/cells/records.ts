// The records that the host fills. All fields are 4 bytes wide, in the order of kernels/cells-records.ts; an array is given
// by its byte offset, per-cell arrays from cell 0 on.

/** One array of cells: states in units of the nominal range, float32 but for the tables. */
@unmanaged
export class Cells {
  state: usize;
  /** What a read sees: the state itself, or what noisy writing left beside it. */
  seen: usize;
  gainUp: usize;
  gainDown: usize;
  low: usize;
  high: usize;
  /** Nominal steps: two tables of `nodes` float64. */
  up: usize;
  down: usize;
  nodes: i32;
  /** σ of what pulses add, float64: of a step relative to it, of the range a pulse, of the range a write. */
  noise: usize;
  /** Random numbers: the run's seed, and what tells its arrays apart. */
  seed: u32;
  group: u32;
  /** Streams of the three σ of `noise`, and of reads. */
  c2cKey: u32;
  rangeKey: u32;
  writeKey: u32;
  readKey: u32;
  /** float64 [4]: pulses up, pulses down, Σ pulses × mean state up, down. */
  statistics: usize;
  /** 512 bytes of this thread's own. */
  scratch: usize;
  /** 1 where every cell has the gains 1 and the bounds of the first. */
  alike: i32;
}

/** When cells of an array were written and how each ages; per-cell arrays from cell 0 on. */
@unmanaged
export class Ages {
  /** float64, s */
  written: usize;
  /** Low word of the update that wrote each cell last. */
  writer: usize;
  /** Drift exponent of each cell, float32; 0 where none drifts. */
  exponents: usize;
  /** Number by which each cell relaxes, float32; 0 where none does. */
  relaxing: usize;
  /** t₀ of the drift, s. */
  t0: f32;
  seed: u32;
  group: u32;
  /** Stream of relaxation. */
  key: u32;
  scratch: usize;
}

/** An array of cells as an update policy plans it. */
@unmanaged
export class Plan {
  /** Wanted changes, float32 from the first cell planned on, in units of the range. */
  change: usize;
  /** What was last read, as states. */
  lastRead: usize;
  /** int16. */
  counts: usize;
  /** Bytes, 1 for cells that are left alone; 0 where there are none. */
  mask: usize;
  /** What a policy keeps of each cell, float32: its sum, its target. */
  kept: usize;
  up: usize;
  down: usize;
  nodes: i32;
  /** No nominal step counts as less than `least`; most pulses of a cell. */
  least: f32;
  most: f32;
  seed: u32;
  group: u32;
  /** Stream of rounding. */
  key: u32;
  scratch: usize;
}

/** A contrast of node vectors, float32: δ is second − first phase and m their mean. */
@unmanaged
export class Contrast {
  /** [rows asked for][columns], and room for 4 more. */
  change: usize;
  rows: i32;
  columns: i32;
  /** `columns` rounded up to a multiple of 4. */
  stride: i32;
  batch: i32;
  /** [batch × rows] */
  deltaBefore: usize;
  meanBefore: usize;
  /** [batch × stride] */
  deltaAfter: usize;
  meanAfter: usize;
  factor: f32;
  /** [stride]: what every row has in common. */
  shared: usize;
}

/** The two words of an event's number, a whole number below 2⁵³. */
// @ts-ignore: decorator
@inline
export function lowWord(event: f64): u32 {
  return <u32>(<u64>event);
}

// @ts-ignore: decorator
@inline
export function highWord(event: f64): u32 {
  return <u32>(<u64>event >> 32);
}
