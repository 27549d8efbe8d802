import { MAX_PULSES, MIN_STEP, type UpdatePolicy } from './update-policy.js';

/**
 * Mixed precision: wanted changes add up in a digital sum for each cell, which is pulsed by the whole nominal steps that it
 * holds and keeps the rest (Nandakumar et al., Front. Neurosci. 14:406 (2020)).
 */
export function accumulatePolicy(options: { mostPulses?: number } = {}): UpdatePolicy {
  const { mostPulses = MAX_PULSES } = options;
  return {
    name: 'accumulate',
    idealWrite: false,
    rounds: 1,
    oneSided: true,
    arraysPerCell: 1,
    attach(a) {
      const sum = a.allocate();
      a.plan.set({ kept: sum.byteOffset, least: MIN_STEP * a.largestStep, most: mostPulses });
      return {
        plan: (first, count) => a.kernel.accumulateCounts(a.plan.offset, first, count),
        reset: () => {
          sum.fill(0);
        },
        snapshot: () => ({ sum: Float32Array.from(sum.subarray(0, a.cells)) }),
        restore: (arrays) => sum.set(arrays.sum ?? []),
      };
    },
  };
}
