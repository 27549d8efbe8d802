import type { CrossbarWork } from '../../kernels/index.js';
import { conjugateGradients } from './conjugate-gradients.js';
import {
  type Checked,
  type CrossbarStop,
  finish,
  type PreparedNetwork,
  type Relaxed,
  verdictOf,
} from './outcome.js';

/** An iteration that leaves more than this share of the residual calls for conjugate gradients. */
const MAX_CONTRACTION = 0.25;
/**
 * The iteration's own residual, at the word lines, may be this much above the tolerance: solving them once more leaves
 * a far smaller one at the bit lines, and that one is measured.
 */
const MARGIN = 5;
/** Conjugate gradients need wire drops that a voltage can resolve: G·R of at least this. */
const MIN_DROP = 1e-9;

/**
 * Solves for the sources in `work`, starting from the bit lines in work.b if `stored`, else from 0 V: two-grid line relaxation as long as it
 * contracts quickly, conjugate gradients with the same parts as the preconditioner from there on. Gives up (not
 * settled) where the wires are too good for the latter.
 * @param drive_V largest source voltage, for the first guess of the stop
 */
export function relax(
  prepared: PreparedNetwork,
  work: CrossbarWork,
  drive_V: number,
  stop: CrossbarStop,
  stored = true,
): Relaxed {
  const { kernel, pointer: net, scaling, coarse, largest_S } = prepared;
  // a cell's current is limited by the wires around it
  const guess_S = largest_S / (1 + largest_S * (scaling.row_ohm + scaling.column_ohm));
  let target_A = MARGIN * stop.tolerance * guess_S * drive_V;
  let previous = Number.POSITIVE_INFINITY;
  let last: Checked = { kclResidual_A: Number.NaN, largestCurrent_A: Number.NaN, asked_A: 0, bound_A: 0 };
  // what was left when rounding alone could have left it; to go on pays as long as it shrinks
  let rounding_A = Number.POSITIVE_INFINITY;
  let iterations = 0;
  if (!stored && stop.maxIterations < 1) work.b.fill(0);
  while (iterations < stop.maxIterations) {
    const started = iterations > 0;
    kernel.sweepDown(net, work.pointer, stored || started, coarse && started);
    const residual = kernel.sweepUp(net, work.pointer, stored || started, coarse);
    const residual_A = residual / scaling.row_ohm;
    iterations++;
    if (residual_A <= target_A) {
      last = finish(prepared, work, residual_A, drive_V, stop.tolerance);
      const verdict = verdictOf(last);
      if (verdict.settled && (!verdict.rounded || last.kclResidual_A > 0.5 * rounding_A)) {
        return { method: 'relaxation', iterations, ...last, ...verdict };
      }
      if (!Number.isFinite(last.kclResidual_A)) break;
      if (verdict.rounded) rounding_A = last.kclResidual_A;
      target_A = Math.min(target_A * 0.1, MARGIN * last.asked_A);
    }
    if (iterations > 2 && residual_A > MAX_CONTRACTION * previous) {
      if (rounding_A < Number.POSITIVE_INFINITY) break;
      if (largest_S * scaling.column_ohm < MIN_DROP) break;
      return conjugateGradients(prepared, work, drive_V, target_A / MARGIN, stop, iterations);
    }
    previous = residual_A;
    if (coarse) kernel.coarseCorrection(net, work.pointer, 0);
  }
  if (Number.isNaN(last.largestCurrent_A) || rounding_A < Number.POSITIVE_INFINITY) {
    last = finish(prepared, work, previous, drive_V, stop.tolerance);
  }
  return { method: 'relaxation', iterations, ...last, ...verdictOf(last) };
}
