import { stateless, type UpdatePolicy } from './update-policy.js';

/** Every cell takes the wanted value, clipped to its range: what ideal cells of the same range would do. */
export function exactPolicy(): UpdatePolicy {
  return {
    name: 'exact',
    idealWrite: true,
    rounds: 1,
    arraysPerCell: 0,
    attach: () => ({ ...stateless, plan: () => undefined }),
  };
}
