import { inputError } from '../../core/index.js';
import type { Floats } from '../contract/index.js';
import { outputsOf } from './board-info.js';
import type { BoardExamples } from './operations.js';
import type { BoardProfile, BoardUse } from './profile.js';

/**
 * Inputs and targets [V] as a board takes them, in whole millivolts; its limits are checked here, before anything is
 * sent, and by the firmware again. @throws OhmpropError naming sample and limit
 */
export function boardExamples(
  profile: BoardProfile,
  use: BoardUse,
  count: number,
  inputs: Floats,
  targets: Floats,
): BoardExamples {
  const limit = profile.inputLimit_V;
  const outputs = outputsOf(profile, use);
  // Half a millivolt of rounding is not a breach.
  const slack = 5e-4;
  for (let e = 0; e < inputs.length; e++) {
    const size = Math.abs(inputs[e]);
    if (size > limit + slack || (profile.binaryInputs && size < limit - slack)) {
      const allowed = profile.binaryInputs ? `only ±${limit} V` : `at most ±${limit} V`;
      throw inputError(
        'board.input-range',
        `sample ${Math.floor(e / use.inputs)}, input ${e % use.inputs} is ${inputs[e]} V; the ${profile.name} board takes ${allowed}`,
      );
    }
  }
  for (let e = 0; e < targets.length; e++) {
    if (Math.abs(targets[e]) > profile.targetLimit_V + slack) {
      throw inputError(
        'board.target-range',
        `sample ${Math.floor(e / outputs)}, target ${e % outputs} is ${targets[e]} V; the ${profile.name} board takes at most ±${profile.targetLimit_V} V`,
      );
    }
  }
  const targets_V = profile.differential
    ? Float64Array.from({ length: 2 * count }, (_, e) => halves(targets, e))
    : targets;
  const mV = (value: number, most_V: number) => Math.round(Math.max(-most_V, Math.min(most_V, value)) * 1000);
  return {
    count,
    inputs_mV: Int16Array.from(inputs, (v) => mV(v, limit)),
    targets_mV: Int16Array.from(targets_V, (v) => mV(v, profile.targetLimit_V)),
  };
}

/** A difference as a pair of targets, one half up and one half down. */
function halves(differences: Floats, e: number): number {
  const half_V = differences[e >> 1] / 2;
  return e % 2 === 0 ? half_V : -half_V;
}
