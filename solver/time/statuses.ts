import type { Status } from '../../core/index.js';
import type { OperatingPoint } from '../mna/index.js';

/** How a transient can end; what to do about it says `statusRemedy` in core. */
export type TransientStatus = Extract<
  Status,
  | ('completed' | 'not-settled' | 'singular' | 'not-finite')
  | ('step-too-small' | 'unstable' | 'too-many-steps' | 'aborted')
>;

/** What a transient reached and cost. */
export interface TransientStats {
  /** The time that was reached, s. */
  readonly reached_s: number;
  readonly steps: number;
  /** Steps taken back: for their error, and because Newton's method did not follow. */
  readonly rejected: number;
  readonly notFollowed: number;
  readonly newtonIterations: number;
  readonly factorisations: number;
  readonly unknowns: number;
  readonly method: string;
  /** The operating point it started from; absent where it started from initial conditions. */
  readonly start?: OperatingPoint;
  /** Nodes without a path for direct current that were taken to start at 0 V. */
  readonly floatingAtStart: readonly string[];
  /** Whether switches were held as they start, because no operating point has them all stay. */
  readonly switchesHeldAtStart: boolean;
  /** What kept steps short, or stopped it; empty when nothing did. */
  readonly worst: string;
}
