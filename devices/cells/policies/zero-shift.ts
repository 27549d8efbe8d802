import { restPoint } from '../rest-point.js';
import { streamKeys } from '../stream-keys.js';
import { MAX_PULSES, MIN_STEP, stateless, type UpdatePolicy } from './update-policy.js';

/**
 * Zero-shifting (Kim et al., arXiv:1907.10228): the second cell of each pair is put where the first one's pulses up and down
 * undo one another, and stays there; the first moves by coincidences, whose number knows nothing of its state, so that
 * asymmetry pulls a conductance to 0 and not to some offset. Rounded at random (stream `rounding`).
 */
export function zeroShiftPolicy(options: { mostPulses?: number } = {}): UpdatePolicy {
  const { mostPulses = MAX_PULSES } = options;
  return {
    name: 'zero-shift',
    idealWrite: false,
    rounds: 1,
    arraysPerCell: 0,
    needsReference: true,
    attach(a) {
      const step = Math.max(restPoint(a.model).step, MIN_STEP * a.largestStep);
      a.plan.set({ key: streamKeys.rounding, least: step, most: mostPulses });
      return {
        ...stateless,
        plan: (first, count, event) => a.kernel.evenCounts(a.plan.offset, first, count, event),
      };
    },
  };
}
