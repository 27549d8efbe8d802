import type { AdaptReport, Update } from './contrast.js';
import type { Cost } from './costs.js';
import type { NudgeKind } from './device-info.js';
import type { Floats, NodeStates, StopRule } from './drive.js';
import type { Equilibrium, PhaseReport } from './equilibrium.js';

/** One minibatch: inputs `[size × info.inputs]` and targets `[size × info.outputs.size]`, both in `info.nodeUnit`. */
export interface Batch {
  readonly size: number;
  readonly inputs: Floats;
  readonly targets: Floats;
}

/**
 * A minibatch that a device was told of ahead of time (`AnalogDevice.prepare`), to be stepped on once. What else the device
 * holds of it is its own. The batch's arrays must not be written to before its step.
 */
export interface PreparedBatch {
  readonly prepared: Batch;
}

/** The minibatch itself, prepared or not. */
export function plainBatch(batch: Batch | PreparedBatch): Batch {
  return 'prepared' in batch ? batch.prepared : batch;
}

/** Both phases and the update of one minibatch. */
export interface PhasePlan extends Cost {
  readonly nudge: NudgeKind;
  /** β of the contrast's two phases, first < second; a 0 is the free phase itself. */
  readonly betas: readonly [number, number];
  readonly stop?: StopRule;
  readonly nudgedStop?: StopRule;
  /** Where the free phase starts; from rest when left out. */
  readonly from?: NodeStates;
  readonly update: Update;
}

/** What a whole step did: its phases and its update. */
export interface StepReport {
  /** The free phase; released by the caller. */
  readonly free: Equilibrium;
  /** The nudged phases, in the order they were settled. */
  readonly nudged: readonly PhaseReport[];
  readonly adapt: AdaptReport;
}
