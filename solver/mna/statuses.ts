import type { Status } from '../../core/index.js';

/** How the search for an operating point can end; what to do about it says `statusRemedy` in core. */
export type OperatingStatus = Extract<Status, 'settled' | 'not-settled' | 'singular' | 'not-finite'>;

/** What a search reached and cost. */
export interface SolveStats {
  /** Newton steps, over all stages. */
  readonly iterations: number;
  /** Largest violation of Kirchhoff's current law over all nodes, A. */
  readonly residual_A: number;
  /** Which way led there. */
  readonly strategy: 'newton' | 'gmin-stepping' | 'source-stepping' | 'pseudo-transient';
  /** The node or element that settled last, or did not; empty when all is well. */
  readonly worst: string;
}
