import type { NodeReadOut } from '../../devices/contract/index.js';
import type { JobListener } from './jobs.js';

/** What a `LayeredFloat32Device` takes besides its network. */
export interface LayeredFloat32Options {
  /** With it the network starts as `initialise` leaves it; without, it has no conductances yet. */
  readonly seed?: number;
  /** Threads, at most 8; by default one a core, where that is measurably faster. Results do not depend on it. */
  readonly threads?: number | 'auto';
  /** Fused multiply-add: faster, but last bits then differ between machines. Throws where the engine has none. Off by default. */
  readonly relaxed?: boolean;
  /** How nodes are read for learning; exactly when left out. */
  readonly readOut?: NodeReadOut;
  /** For benchmarks: told how long each kernel job took. */
  readonly onJob?: JobListener;
}
