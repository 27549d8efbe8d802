/** How a settling ended. */
export type SettleStatus =
  | 'settled'
  | 'fixed-iterations'
  | 'stopped-early'
  | 'not-passive'
  | 'not-finite'
  | 'nudge-clipped'
  | 'aborted';

/** One sentence a status: what happened and what to do about it. */
export const statusRemedy: Readonly<Record<SettleStatus, string>> = {
  settled: 'The stop rule was met.',
  'fixed-iterations':
    'The asked number of iterations was done; the residual tells how far from rest the nodes still are.',
  'stopped-early':
    'The iteration limit came before the stop rule was met: raise maxIterations or loosen the tolerance.',
  'not-passive':
    'The nudged network does not contract, so β is too negative for its conductances: use a smaller |β| or the positive estimator.',
  'not-finite':
    'A node left the range of numbers: look for NaN among inputs and parameters, and lower the rates.',
  'nudge-clipped':
    'The hardware limited the nudge on some outputs: use a smaller β or targets nearer to the outputs.',
  aborted: 'The settling was interrupted; its states are not an equilibrium.',
};

/** Whether a contrast may be taken of a phase that ended so; one that merely stopped early is rough but honest. */
export function isUsable(status: SettleStatus): boolean {
  return status !== 'not-passive' && status !== 'not-finite' && status !== 'aborted';
}

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
