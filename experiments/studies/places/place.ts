import type { TrialEnd } from '../run-trial.js';
import type { Trial } from '../trial.js';

/** What happens to trials while they run, as plain data. */
export type TrialEvent =
  | { readonly type: 'trial-started'; readonly key: string }
  | { readonly type: 'trial-ended'; readonly key: string; readonly end: TrialEnd }
  /** Whoever computed it is gone; it is computed again. */
  | { readonly type: 'trial-lost'; readonly key: string; readonly reason: string }
  | { readonly type: 'waiting'; readonly text: string };

/** What is to be computed. */
export interface TrialWork {
  /** Directory of the study. */
  readonly path: string;
  /** In order. */
  readonly trials: readonly Trial[];
  readonly tell: (event: TrialEvent) => void;
  /** Writes down why a trial is given up. */
  readonly giveUp: (key: string, message: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Where trials are computed: processes here, workers of a queue, a cluster. Each trial's directory is the record of what became of it. */
export interface TrialPlace {
  /** Returns when each trial has an answer or a failure, or, asked to end, when nobody computes any more. */
  run(work: TrialWork): Promise<void>;
}

/** How often in a row whoever computes a trial may be gone before the trial itself is held to be why. */
export const MOST_LOSSES = 10;
