/**
 * How a difference of currents counts: linear over `scale_A`, and in asinh(I/knee_A), which is a ratio above the knee and linear
 * below it. Both together, root of the sum of squares with the sign of the difference: one number a point, so that intervals
 * count points. Linear alone sees nothing of a curve over decades but its end; logarithms alone, nothing but its noise.
 */
export interface BranchWeights {
  readonly scale_A: number;
  readonly knee_A: number;
  /** Of the asinh part beside the linear one; 0 for linear alone. */
  readonly share: number;
}

/** Of the asinh part, where nothing else is said. */
export const LOG_SHARE = 0.5;
/** Of the largest current: below, differences count as they are. */
const KNEE = 1e-3;
/** … nor is there anything in ratios below so many σ of the scatter. */
const SCATTERS = 3;

/** Weights for currents. @param sweeps each in the order measured, for the scatter of neighbours */
export function branchWeights(sweeps: readonly Float64Array[], share = LOG_SHARE): BranchWeights {
  let most = 0;
  const off: number[] = [];
  for (const current of sweeps) {
    for (let k = 0; k < current.length; k++) {
      most = Math.max(most, Math.abs(current[k]));
      // of each point against its neighbours, and the next against its own: a bend cancels, scatter does not
      if (k >= 3)
        off.push(
          Math.abs(current[k] - 3 * current[k - 1] + 3 * current[k - 2] - current[k - 3]) / Math.sqrt(20),
        );
    }
  }
  off.sort((a, b) => a - b);
  const scatter = off.length === 0 ? 0 : off[off.length >> 1] / 0.6745;
  return { scale_A: most, knee_A: Math.min(most, Math.max(KNEE * most, SCATTERS * scatter)), share };
}

/** A residual by these weights, of no unit. */
export function weighted(
  { scale_A, knee_A, share }: BranchWeights,
  measured_A: number,
  model_A: number,
): number {
  const linear = (measured_A - model_A) / scale_A;
  if (share === 0) return linear;
  const ratio = share * (Math.asinh(measured_A / knee_A) - Math.asinh(model_A / knee_A));
  return Math.sign(linear) * Math.hypot(linear, ratio);
}
