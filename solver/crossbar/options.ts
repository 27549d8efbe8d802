import { inputError } from '../../core/index.js';
import type { CrossbarMemory } from './memory.js';
import type { CrossbarSolution } from './solution.js';

/** How a crossbar is made ready: when its solver stops, on how many threads, and in whose memory. */
export interface CrossbarOptions {
  /** Net current into a node, relative to the largest device current. Default 1e-10. */
  readonly tolerance?: number;
  /** Default 5000. */
  readonly maxIterations?: number;
  /** Threads for many inputs; default 1, at most one a core (or two). Results do not depend on it. */
  readonly threads?: number;
  /** Where kernel memory is taken from and given back to; by default it is fresh, and freed after `close()`. */
  readonly memory?: CrossbarMemory;
  /**
   * Default true: the conductances are copied, and the caller's array may change. False saves the copy as long as no cell is
   * changed by `update`; the caller leaves its array alone meanwhile. It is never written to.
   */
  readonly copyCells?: boolean;
}

/** What one solve may start from, overwrite and leave out. */
export interface SolveOptions {
  /** Start from the voltages of an earlier solution with the same number of inputs. */
  readonly from?: CrossbarSolution;
  /**
   * An earlier solution of the same shape, number of inputs and threads that is no longer needed: its voltages are
   * overwritten, which saves fresh memory. Page faults are a fifth to a third of a solve with many or large results.
   */
  readonly into?: CrossbarSolution;
  /** Default true; false saves the time and memory of copying them out. */
  readonly nodeVoltages?: boolean;
  /** In place of the crossbar's own, for a step on the way to something that is solved again. */
  readonly tolerance?: number;
}

/** @throws OhmpropError `crossbar.options` */
export function requireOptions({ tolerance = 1, maxIterations = 1, threads = 1 }: CrossbarOptions): void {
  if (!(tolerance > 0 && tolerance < Number.POSITIVE_INFINITY)) {
    throw inputError('crossbar.options', `tolerance: got ${tolerance}; a share above 0 is needed, as 1e-10`);
  }
  for (const [name, value] of Object.entries({ maxIterations, threads })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw inputError('crossbar.options', `${name}: got ${value}; a whole number of at least 1 is needed`);
  }
}
