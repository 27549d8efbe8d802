// Where the host says what lies where; kernels/hopfield-records.ts writes the same. Pointers and strides in bytes.

/** A layer: 64 bytes each, one after the other. */
export const LAYER_BYTES: usize = 64;
export const UNITS: usize = 0;
/** Vectors of four that hold its units. */
export const VECTORS: usize = 4;
/** From row to row of its units, and of the weights into it. */
export const STEP: usize = 8;
/** [units before][units], and transposed [units][units before] in rows of the layer before; 0 for the first layer. */
export const WEIGHTS: usize = 12;
export const TRANSPOSED: usize = 16;
/** What of the field does not change; its step is 0 where all samples share one row. */
export const FIXED: usize = 20;
export const FIXED_STEP: usize = 24;
/** Rows of states of the free, the first and the second phase: [sample][unit]. */
export const STATES: usize = 28;
/** Of member 0; the next member's lie SCRATCH_STEP on. MOVED: how many units moved, 16 bytes; then their numbers. */
export const FIELD: usize = 40;
export const MOVED: usize = 44;
export const DELTAS: usize = 48;
/** What its units make of their fields (activation.ts), and where a clipped activation ends. */
export const ACTIVATION: usize = 52;
export const BOUND: usize = 56;

/** One phase of a batch: 128 bytes, the last 64 of them a barrier. */
export const LAYERS: usize = 0;
export const LAYER_COUNT: usize = 4;
export const MEMBERS: usize = 8;
export const BATCH: usize = 12;
/** Which rows of states it starts from, −1 for rest, and which it ends in. */
export const START: usize = 16;
export const END: usize = 20;
/** [sample][output], 0 for none; rows as far apart as those of the output layer. */
export const TARGETS: usize = 24;
export const LIMIT: usize = 28;
/**
 * Bit 0: exactly LIMIT iterations. Bit 1: the targets are held forces over β, and nothing is added to the leak. Bit 2: outputs are
 * clamped at the targets. Bit 3: units that are at an end of their range in the rows it starts from, which are others than those it
 * ends in, stay there, and the rest know no ends.
 */
export const COUNTED: usize = 32;
export const BETA: usize = 36;
/** The Euler step; 0 for exact updates. */
export const EPSILON: usize = 40;
export const TOLERANCE: usize = 44;
export const OUTPUT_CHANGE: usize = 48;
/** [sample] of 16 bytes: iterations, residual, status. */
export const REPORTS: usize = 52;
/** The next sample that nobody has begun. */
export const NEXT: usize = 56;
export const SCRATCH_STEP: usize = 60;
export const BARRIER: usize = 64;

export const ITERATIONS: usize = 0;
export const RESIDUAL: usize = 4;
export const STATUS: usize = 8;
/** While it relaxes: the largest change of a state in this iteration. */
export const CHANGE: usize = 12;
export const LIMIT_REACHED: i32 = 0;
export const SETTLED: i32 = 1;
export const NOT_FINITE: i32 = 2;
