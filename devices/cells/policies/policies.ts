import { inputError, nearestWord, Registry } from '../../../core/index.js';
import { accumulatePolicy } from './accumulate.js';
import { exactPolicy } from './exact.js';
import { proportionalPolicy } from './proportional.js';
import { signPolicy } from './sign.js';
import { chopped, tikiTakaPolicy } from './tiki-taka.js';
import type { UpdatePolicy } from './update-policy.js';
import { writeVerifyPolicy } from './write-verify.js';
import { zeroShiftPolicy } from './zero-shift.js';

/** Numbers of the policies that have any; each has a default of its own. */
export interface PolicyOptions {
  /** `sign`: in units of the largest nominal step. */
  readonly deadZone?: number;
  /** `write-verify`: most rounds an update. */
  readonly rounds?: number;
  /** Most pulses of a cell in one round. */
  readonly mostPulses?: number;
  /** `tiki-taka…`: updates in which the whole fast array is read once. */
  readonly transferEvery?: number;
  /** `tiki-taka…`: share of what the fast array holds that each read hands on. */
  readonly transferRate?: number;
  /** `tiki-taka…`: by how much more its fast cells move than an update wants. */
  readonly fastGain?: number;
  /** `tiki-taka-chopped`: reads of a row between two changes of its sign. */
  readonly chopEvery?: number;
}

/** Every policy by name, with those that are in use from elsewhere. */
export const policies = new Registry<(options: PolicyOptions) => UpdatePolicy>('policy', {
  exact: exactPolicy,
  proportional: proportionalPolicy,
  sign: signPolicy,
  accumulate: accumulatePolicy,
  'write-verify': writeVerifyPolicy,
  'zero-shift': zeroShiftPolicy,
  'tiki-taka': tikiTakaPolicy,
  'tiki-taka-chopped': chopped,
});

/** Names that `updatePolicy` knows, former ones left out. */
export const policyNames: readonly string[] = policies.names;

/** Names of before, still read everywhere. */
const formerNames: Readonly<Record<string, string>> = { verify: 'write-verify' };

/** Today's name of a policy that was called something else; any other as it is. */
export function policyName(name: string): string {
  return Object.hasOwn(formerNames, name) ? formerNames[name] : name;
}

/** A policy by its name, or one of before. Throws `policy.unknown`, exit code 2. */
export function updatePolicy(asked: string, options: PolicyOptions = {}): UpdatePolicy {
  const name = policyName(asked);
  const make = policies.get(name);
  if (make !== undefined) return make(options);
  const near = nearestWord(name, policyNames);
  throw inputError(
    'policy.unknown',
    `policy "${name}" is not known${near === undefined ? '.' : `; did you mean ${near}?`} Known: ${policyNames.join(', ')}`,
  );
}
