import type { LoopParameter, LoopScale } from '../loop-model.js';

/** A power of a speed law: from nearly a step to steeper than any that was published. */
export const power = { low: 0.1, high: 8, spacing: 'log', unit: '' } as const;

/** Speed of a state from 0 to 1, 1/s: a thousandth of the way in the loop, to all of it in a ten-thousandth of a step. */
export const speedOf = ({ step_s, span_s }: LoopScale) =>
  ({ low: 1e-3 / span_s, high: 1e4 / step_s, spacing: 'log', unit: '1/s' }) as const;

/**
 * Resistances of the ON and the OFF state, Ω, around what the loop shows.
 * @param mostOn of the lowest resistance in the loop, that of ON may be so many times
 */
export function resistances({ g_high_S, g_low_S }: LoopScale, mostOn: number): LoopParameter[] {
  const log = { spacing: 'log', unit: 'ohm' } as const;
  return [
    { name: 'r_on_ohm', element: 'r_on_ohm', low: 0.02 / g_high_S, high: mostOn / g_high_S, ...log },
    { name: 'r_off_ohm', element: 'r_off_ohm', low: 1 / g_high_S, high: 1e4 / g_low_S, ...log },
  ];
}
