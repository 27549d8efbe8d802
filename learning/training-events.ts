import type { AdaptReport, Rates, UpdateId } from '../devices/contract/index.js';
import type { BestEpoch } from './best-epoch.js';
import type { BeyondRange } from './beyond-range.js';
import type { GradientDiagnostics } from './diagnostics.js';
import type { EpochTally } from './epoch-tally.js';
import type { NudgeState } from './nudge-control.js';
import type { ShownOutputs } from './shown-outputs.js';
import type { Fit } from './value-coding.js';

/** One finished epoch. Errors are fractions of samples, or of the variance of numbers that is not explained; cost is the mean of ½‖v − y‖² over the training samples as they were met. */
export interface EpochRecord {
  readonly epoch: number;
  readonly trainError: number;
  readonly testError: number;
  readonly cost_V2: number;
  readonly testCost_V2: number;
  readonly freeIterations: number;
  readonly nudgedIterations: number;
  readonly residual: number;
  /** Phases that ended before the stop rule was met. */
  readonly unsettled: number;
  /** Share of conductances at an edge of their window. */
  readonly saturatedFraction: number;
  readonly power_W: number;
  readonly pulses: number;
  /** On the samples held out of the training set, where there are any. */
  readonly validationError?: number;
  readonly validationCost_V2?: number;
  /** β of the nudges, in the device's unit, where it is not what the run began with. */
  readonly beta?: number;
  /** Minibatches whose negative nudge the network did not bear, and that were taken with a positive one; where there were any. */
  readonly oneSided?: number;
  /** Mean force of the nudge on an output, and the mean that settling a nudged phase left unbalanced, A or the device's own unit. */
  readonly nudge?: number;
  readonly nudgedResidual?: number;
  /** ‖change‖ / ‖parameters‖ of an update by group, mean over the epoch, where the device measures it. */
  readonly relativeChange?: Readonly<Record<string, number>>;
  /** Test samples' nodes beyond the range that they are read over, of the layer where that holds for most; where there are any. */
  readonly beyondRange?: BeyondRange;
  /** How good the estimate of the gradient is by now, where the device can tell. */
  readonly gradient?: GradientDiagnostics;
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly confusion: readonly number[];
  /** Of the test, where numbers are asked for; errors are then 1 − R². */
  readonly fit?: Fit;
  /** Outputs of a few test samples, the same in every epoch. */
  readonly shown?: ShownOutputs;
}

/**
 * What a run tells, as plain data. A run goes on only when the next event is asked for: who writes an intention down before asking
 * has it on disk before the device is touched.
 */
export type TrainingEvent =
  /** Before a minibatch is presented: what will be asked of the device. */
  | {
      readonly type: 'update-intended';
      readonly epoch: number;
      /** Of the epoch, from 1. */
      readonly minibatch: number;
      readonly id: UpdateId;
      /** β of the two phases of the contrast, in the device's nudge unit. */
      readonly betas: readonly [number, number];
      readonly rates: Rates;
    }
  /** What became of it; `adapt.applied` is false where the device had carried the id out already. */
  | {
      readonly type: 'update-applied';
      readonly epoch: number;
      readonly minibatch: number;
      readonly id: UpdateId;
      readonly adapt: AdaptReport;
    }
  | {
      readonly type: 'minibatch';
      readonly epoch: number;
      readonly done: number;
      readonly total: number;
      readonly tally: EpochTally;
    }
  | { readonly type: 'evaluating'; readonly epoch: number; readonly done: number; readonly total: number }
  | { readonly type: 'epoch'; readonly record: EpochRecord }
  /** The validation error has not fallen for `patience` epochs: the last event of a run that so ends early. */
  | { readonly type: 'early-stop'; readonly epoch: number; readonly best: BestEpoch }
  /** What was chosen for this network and these data, where that was left to us. A sentence for people. */
  | { readonly type: 'chosen'; readonly text: string }
  | { readonly type: 'interrupted'; readonly epoch: number }
  /** A sentence for people, once a run. */
  | { readonly type: 'warning'; readonly text: string };

/** Where a run stands; with the device's snapshot, all that a resume needs. */
export interface TrainerState {
  readonly epoch: number;
  readonly minibatch: number;
  readonly updates: number;
  readonly tally: EpochTally;
  /** From the first update on. */
  readonly nudge?: NudgeState | undefined;
  /** Where there are validation samples, from the first epoch on. */
  readonly best?: BestEpoch | undefined;
}
