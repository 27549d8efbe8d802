import { inputError } from '../../../core/index.js';
import { stateless, type UpdatePolicy } from './update-policy.js';

/**
 * One pulse against the gradient wherever the wanted change is above a dead zone (Manhattan rule).
 * @param options.deadZone in units of the largest nominal step
 */
export function signPolicy(options: { deadZone?: number } = {}): UpdatePolicy {
  const { deadZone = 1 } = options;
  if (!(deadZone >= 0)) throw inputError('policy.sign', `the dead zone must be ≥ 0, got ${deadZone}`);
  return {
    name: 'sign',
    idealWrite: false,
    rounds: 1,
    oneSided: true,
    arraysPerCell: 0,
    attach: (a) => ({
      ...stateless,
      plan: (first, count) => a.kernel.signCounts(a.plan.offset, first, count, deadZone * a.largestStep),
    }),
  };
}
