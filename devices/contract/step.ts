import type { AdaptReport, Update } from './contrast.js';
import type { NudgeKind } from './device-info.js';
import type { Floats, NodeStates, StopRule } from './drive.js';
import type { Equilibrium, PhaseReport } from './equilibrium.js';

/** One minibatch: inputs `[size × info.inputs]` and targets `[size × outputs]`, both in `info.nodeUnit`. */
export interface Batch {
  readonly size: number;
  readonly inputs: Floats;
  readonly targets: Floats;
}

/** Both phases and the update of one minibatch. */
export interface PhasePlan {
  readonly nudge: NudgeKind;
  /** β of the contrast's two phases, first < second; a 0 is the free phase itself. */
  readonly betas: readonly [number, number];
  readonly stop?: StopRule;
  readonly nudgedStop?: StopRule;
  /** Where the free phase starts; from rest when left out. */
  readonly from?: NodeStates;
  readonly update: Update;
  /**
   * The inputs of the minibatch that will follow, for a device that can prepare it in the same pass; never changes a result. When
   * the same object is then stepped on, its inputs are taken to be what they were here: do not write to them in between.
   */
  readonly next?: { readonly size: number; readonly inputs: Floats };
}

export interface StepReport {
  /** The free phase; released by the caller. */
  readonly free: Equilibrium;
  /** The nudged phases, in the order they were settled. */
  readonly nudged: readonly PhaseReport[];
  readonly adapt: AdaptReport;
}
