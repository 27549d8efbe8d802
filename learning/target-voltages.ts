import { type Cost, costLaw, type TargetCoding } from '../devices/contract/index.js';

/**
 * Targets as they are drawn beside outputs, in the node unit: those that a cost takes as classes or signs stand for the two voltages of the
 * coding.
 * @param targets as `Coder` makes them for this cost
 */
export function targetVoltages(
  { cost = 'squared' }: Cost,
  { on, off }: Pick<TargetCoding, 'on' | 'off'>,
  targets: Float64Array,
): Float64Array {
  return costLaw(cost).targets === 'voltages' ? targets : targets.map((y) => (y > 0 ? on : off));
}
