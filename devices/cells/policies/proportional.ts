import { eventWords, streamKeys } from '../event-words.js';
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
    arraysPerCell: 0,
    attach: (a) => ({
      ...stateless,
      plan(first, count, event) {
        const { low, high } = eventWords(event);
        a.kernel.proportionalCounts(
          first,
          count,
          a.change,
          a.lastRead(),
          a.counts,
          a.mask(),
          a.up,
          a.down,
          a.nodes,
          MIN_STEP * a.largestStep,
          mostPulses,
          a.seed,
          streamKeys.rounding,
          a.group,
          low,
          high,
          a.scratch,
        );
      },
    }),
  };
}
