import { inputError } from '../../../core/index.js';
import { MAX_PULSES, MIN_STEP, type UpdatePolicy } from './update-policy.js';

/**
 * Write and verify: a digital copy of every conductance takes the wanted changes, and each cell is pulsed towards its copy and
 * read again, until it is within half a step or the rounds are used up. Slow on hardware: one read of the array a round.
 */
export function writeVerifyPolicy(options: { rounds?: number; mostPulses?: number } = {}): UpdatePolicy {
  const { rounds = 5, mostPulses = MAX_PULSES } = options;
  if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= 64)) {
    throw inputError('policy.verify', `rounds must be a whole number 1 … 64, got ${rounds}`);
  }
  return {
    name: 'write-verify',
    idealWrite: false,
    rounds,
    arraysPerCell: 1,
    attach(a) {
      const target = a.allocate();
      let fresh = true;
      a.plan.set({ kept: target.byteOffset, least: MIN_STEP * a.largestStep, most: mostPulses });
      const { offset } = a.plan;
      return {
        plan(first, count) {
          if (fresh) target.set(a.lastRead());
          fresh = false;
          a.kernel.moveTargets(offset, first, count);
          a.kernel.verifyCounts(offset, first, count);
        },
        replan: () => a.kernel.verifyCounts(offset, 0, a.cells),
        reset: () => {
          fresh = true;
        },
        snapshot: () => ({ target: Float32Array.from(fresh ? a.lastRead() : target).subarray(0, a.cells) }),
        restore: (arrays) => {
          target.set(arrays.target ?? []);
          fresh = arrays.target === undefined;
        },
      };
    },
  };
}
