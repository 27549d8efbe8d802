import { inputError } from '../../../core/errors.js';
import { nearestWord } from '../../../core/nearest.js';
import { accumulatePolicy } from './accumulate.js';
import { exactPolicy } from './exact.js';
import { proportionalPolicy } from './proportional.js';
import { signPolicy } from './sign.js';
import type { UpdatePolicy } from './update-policy.js';
import { verifyPolicy } from './verify.js';

export interface PolicyOptions {
  /** `sign`: in units of the largest nominal step. */
  readonly deadZone?: number;
  /** `verify`: most rounds an update. */
  readonly rounds?: number;
  /** Most pulses of a cell in one round. */
  readonly mostPulses?: number;
}

const makers: Readonly<Record<string, (options: PolicyOptions) => UpdatePolicy>> = {
  exact: exactPolicy,
  proportional: proportionalPolicy,
  sign: signPolicy,
  accumulate: accumulatePolicy,
  verify: verifyPolicy,
};

export const policyNames: readonly string[] = Object.keys(makers);

/** A policy by name. Throws `policy.unknown`, exit code 2. */
export function updatePolicy(name: string, options: PolicyOptions = {}): UpdatePolicy {
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (make !== undefined) return make(options);
  const near = nearestWord(name, policyNames);
  throw inputError(
    'policy.unknown',
    `policy "${name}" is not known${near === undefined ? '.' : `; did you mean ${near}?`} Known: ${policyNames.join(', ')}`,
  );
}
