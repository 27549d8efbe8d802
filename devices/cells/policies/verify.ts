import { inputError } from '../../../core/errors.js';
import { MAX_PULSES, MIN_STEP, type UpdatePolicy } from './update-policy.js';

/**
 * Write and check: a digital copy of every conductance takes the wanted changes, and each cell is pulsed towards its copy and
 * read again, until it is within half a step or the rounds are used up. Slow on hardware: one read of the array a round.
 */
export function verifyPolicy(options: { rounds?: number; mostPulses?: number } = {}): UpdatePolicy {
  const { rounds = 5, mostPulses = MAX_PULSES } = options;
  if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= 64)) {
    throw inputError('policy.verify', `rounds must be a whole number 1 … 64, got ${rounds}`);
  }
  return {
    name: 'verify',
    idealWrite: false,
    rounds,
    arraysPerCell: 1,
    attach(a) {
      const target = a.allocate();
      const known = () => new Float32Array(target.buffer, a.lastRead(), target.length);
      let fresh = true;
      const counts = (first: number, count: number) =>
        a.kernel.verifyCounts(
          first,
          count,
          a.lastRead(),
          a.counts,
          a.mask(),
          target.byteOffset,
          a.up,
          a.down,
          a.nodes,
          MIN_STEP * a.largestStep,
          mostPulses,
        );
      return {
        plan(first, count) {
          if (fresh) target.set(known());
          fresh = false;
          a.kernel.moveTargets(first, count, a.change, target.byteOffset);
          counts(first, count);
        },
        replan: () => counts(0, a.cells),
        reset: () => {
          fresh = true;
        },
        snapshot: () => ({ target: Float32Array.from(fresh ? known() : target).subarray(0, a.cells) }),
        restore: (arrays) => {
          target.set(arrays.target ?? []);
          fresh = arrays.target === undefined;
        },
      };
    },
  };
}
