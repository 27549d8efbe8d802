import type { CrossbarWork } from '../../kernels/index.js';
import {
  type Checked,
  type CrossbarStop,
  finish,
  type PreparedNetwork,
  type Relaxed,
  verdictOf,
} from './outcome.js';

/** Residuals are recomputed at most this often when the recursive one has drifted from the true one. */
const MAX_RESTARTS = 4;
/** So many iterations without a new least residual: rounding has the rest. */
const MAX_STALLED_ITERATIONS = 500;
/** The same once what is left may be rounding. */
const MAX_ROUNDED_ITERATIONS = 20;

/**
 * Conjugate gradients on the bit lines (Hestenes & Stiefel, 1952), word lines eliminated exactly, preconditioned by a
 * solve of every bit line plus the coarse correction. Starts from work.b.
 * @param target_A net current to stop at, tightened once the device currents are known
 */
export function conjugateGradients(
  prepared: PreparedNetwork,
  work: CrossbarWork,
  drive_V: number,
  target_A: number,
  stop: CrossbarStop,
  iterationsBefore: number,
): Relaxed {
  const { kernel, pointer: net, scaling, coarse } = prepared;
  const own = work.pointer;
  const { s, sigma } = scaling;
  const step = (alpha: number): { energy: number; residual_A: number } => {
    let energy = kernel.advance(net, own, alpha, coarse, work.returned.byteOffset);
    const residual_A = work.returned[0] / sigma;
    if (coarse) {
      kernel.coarseCorrection(net, own, 1);
      energy += kernel.coarseEnergy(net, own);
    }
    return { energy, residual_A };
  };
  let iterations = iterationsBefore;
  let target = target_A;
  let last: Checked = { kclResidual_A: Number.NaN, largestCurrent_A: Number.NaN, asked_A: 0, bound_A: 0 };
  let rounding_A = Number.POSITIVE_INFINITY;
  for (let start = 0; start <= MAX_RESTARTS; start++) {
    work.p.fill(0);
    work.r.fill(0);
    kernel.applyOperator(net, own, work.b.byteOffset, s, true);
    let { energy, residual_A } = step(1);
    kernel.newDirection(net, own, 0, coarse);
    let least_A = residual_A;
    let bestAt = iterations;
    while (residual_A > target && iterations < stop.maxIterations) {
      const curvature = kernel.applyOperator(net, own, work.p.byteOffset, s, false);
      const next = step(energy / curvature);
      kernel.newDirection(net, own, next.energy / energy, coarse);
      ({ energy, residual_A } = next);
      iterations++;
      if (residual_A < least_A) {
        least_A = residual_A;
        bestAt = iterations;
      } else if (
        iterations - bestAt >
        (rounding_A < Number.POSITIVE_INFINITY ? MAX_ROUNDED_ITERATIONS : MAX_STALLED_ITERATIONS)
      ) {
        break;
      }
      if (!(energy > 0)) break;
    }
    last = finish(prepared, work, residual_A, drive_V, stop.tolerance);
    const verdict = verdictOf(last);
    if (verdict.settled && (!verdict.rounded || last.kclResidual_A > 0.5 * rounding_A)) {
      return { method: 'conjugate-gradients', iterations, ...last, ...verdict };
    }
    if (verdict.rounded) rounding_A = last.kclResidual_A;
    if (!Number.isFinite(last.kclResidual_A) || iterations >= stop.maxIterations) break;
    target = Math.min(target, 0.5 * last.asked_A);
  }
  return { method: 'conjugate-gradients', iterations, ...last, ...verdictOf(last) };
}
