import { inputError } from '../../core/index.js';
import type { CellArray } from '../contract/index.js';
import type { ConductanceMap } from './conductance-map.js';
import type { PairUpdate } from './pair-update.js';
import type { UpdatePolicy } from './policies/index.js';

/** Refuses a policy that sets cells on an array that cannot be set. Throws `policy.needs-set`, exit code 2. */
export function checkPolicy(policy: UpdatePolicy, array: CellArray): void {
  if (policy.idealWrite && !canBeSet(array)) throw needsSet(policy, array);
}

/** Whether an array's cells can be set, as only a simulation's can. */
export function canBeSet(array: CellArray): array is CellArray & Required<Pick<CellArray, 'set'>> {
  return array.set !== undefined;
}

/** What is thrown where they cannot. */
export function needsSet(policy: UpdatePolicy, array: CellArray): Error {
  return inputError(
    'policy.needs-set',
    `policy ${policy.name} sets cells, which ${array.info.name} cannot do; choose one that pulses`,
  );
}

/**
 * Refuses ways of using pairs that policy or groups do not go with. Throws `policy.needs-pairs`, `cells.pair-update`,
 * `cells.refresh`, exit code 2.
 */
export function checkPairs(options: {
  readonly groups: readonly { readonly name: string; readonly map: ConductanceMap }[];
  readonly policy: UpdatePolicy;
  readonly pairUpdate?: PairUpdate;
  readonly refreshEvery?: number;
}): void {
  const { groups, policy, pairUpdate = 'both', refreshEvery } = options;
  const single = groups.find(({ map }) => map.pairing === 'single');
  if (policy.needsReference && single !== undefined) {
    throw inputError(
      'policy.needs-pairs',
      `policy ${policy.name} compares each cell with a second one at its symmetry point, and ${single.name} has single cells; use pairs (--pairing differential)`,
    );
  }
  if (policy.needsReference && pairUpdate !== 'both') {
    throw inputError(
      'cells.pair-update',
      `policy ${policy.name} says itself what pairs do; leave pair update ${pairUpdate} out`,
    );
  }
  if (pairUpdate === 'one-sided' && !policy.oneSided) {
    throw inputError(
      'cells.pair-update',
      `policy ${policy.name} does not work on pairs that are only potentiated; proportional, sign and accumulate do`,
    );
  }
  if (refreshEvery === undefined) return;
  if (pairUpdate !== 'one-sided') {
    throw inputError('cells.refresh', `only one-sided pairs are refreshed; these are updated ${pairUpdate}`);
  }
  if (!(Number.isInteger(refreshEvery) && refreshEvery >= 1)) {
    throw inputError('cells.refresh', `refreshEvery must be a whole number ≥ 1, got ${refreshEvery}`);
  }
}
