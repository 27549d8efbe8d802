import type { Status } from '../../core/index.js';

/** How a settling ended. */
export type SettleStatus = Status;

/** The figures of one settling. */
export interface PhaseReport {
  readonly status: SettleStatus;
  /** The mean over the batch, where each sample ends by itself. */
  readonly iterations: number;
  /** Largest node residual, relative as in `StopRule.tolerance`. */
  readonly residual: number;
  /** The same node residual as a current, in A (or in the device's own unit of force). */
  readonly residual_A: number;
}

/**
 * A batch at rest. It belongs to the device: node states are copied out on demand, and after `release()` (or the
 * device's `close()`) nothing may be read from it. Reading after a later settling is allowed.
 */
export interface Equilibrium extends PhaseReport {
  readonly batch: number;
  /** β of the drive, 0 in a free phase. */
  readonly beta: number;
  /** States of layer `l` (0 = first hidden, last = output), a fresh `[batch × info.layers[l]]` in `info.nodeUnit`. */
  layer(l: number): Float64Array;
  outputs(): Float64Array;
  /** Dissipated power of each sample `[batch]`, W; NaN where a device cannot tell. */
  power_W(): Float64Array;
  /** Energy of each sample `[batch]` whose minimum this is, without the nudge's own, W (or dimensionless). */
  energy(): Float64Array;
  release(): void;
}
