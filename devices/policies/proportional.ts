import { eventWords, streamKeys } from '../cells/event-words.js';
import { LEAST_STEP, MOST_PULSES, stateless, type UpdatePolicy } from './update-policy.js';

/**
 * As many pulses as the wanted change holds nominal steps at the cell's present state, rounded up or down at random so that
 * the mean is right (stochastic rounding; stream `rounding`).
 */
export function proportionalPolicy(options: { mostPulses?: number } = {}): UpdatePolicy {
  const { mostPulses = MOST_PULSES } = options;
  return {
    name: 'proportional',
    setsState: false,
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
          a.known(),
          a.counts,
          a.mask(),
          a.up,
          a.down,
          a.nodes,
          LEAST_STEP * a.largestStep,
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
