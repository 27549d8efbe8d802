import { streamKeys } from '../stream-keys.js';
import { MAX_PULSES, MIN_STEP, stateless, type UpdatePolicy } from './update-policy.js';

/**
 * As many pulses as the wanted change holds nominal steps at the cell's present state, rounded up or down at random so that
 * the mean is right (stochastic rounding; stream `rounding`).
 */
export function proportionalPolicy(options: { mostPulses?: number } = {}): UpdatePolicy {
  const { mostPulses = MAX_PULSES } = options;
  return {
    name: 'proportional',
    idealWrite: false,
    rounds: 1,
    oneSided: true,
    arraysPerCell: 0,
    attach(a) {
      a.plan.set({ key: streamKeys.rounding, least: MIN_STEP * a.largestStep, most: mostPulses });
      return {
        ...stateless,
        plan: (first, count, event) => a.kernel.proportionalCounts(a.plan.offset, first, count, event),
      };
    },
  };
}
