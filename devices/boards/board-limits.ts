import { inputError } from '../../core/index.js';
import type { BoardProfile, BoardUse } from './profile.js';

/**
 * Inputs and nudges that a board is to hold, mV, those in use: as many as there are, whole numbers, within its limits.
 * @throws OhmpropError `board.limits` with which of them, the value and the limit
 */
export function checkHeld(
  profile: BoardProfile,
  use: BoardUse,
  inputs_mV: ArrayLike<number>,
  nudges_mV: ArrayLike<number>,
): void {
  checkMillivolts(profile, 'input', inputs_mV, use.inputs, profile.inputLimit_V);
  checkMillivolts(profile, 'nudge', nudges_mV, use.outputs, profile.nudgeLimit_V);
}

/**
 * Taps to be written, one for each pot, and their residuals.
 * @throws OhmpropError `board.limits` with the pot, the tap and the range
 */
export function checkTaps(
  profile: BoardProfile,
  taps: ArrayLike<number>,
  residuals: ArrayLike<number>,
): void {
  const { name, pots, tapMin, tapMax } = profile;
  if (taps.length !== pots || residuals.length !== pots) {
    throw inputError(
      'board.limits',
      `${taps.length} taps and ${residuals.length} residuals: a ${name} board has ${pots} pots, each with one of either`,
    );
  }
  for (let e = 0; e < pots; e++) {
    if (!Number.isInteger(taps[e]) || taps[e] < tapMin || taps[e] > tapMax) {
      throw inputError(
        'board.limits',
        `tap of pot ${e} is ${taps[e]}; a ${name} board takes whole numbers from ${tapMin} to ${tapMax}`,
      );
    }
    if (!Number.isInteger(residuals[e]) || Math.abs(residuals[e]) > 0x7fff) {
      throw inputError(
        'board.limits',
        `residual of pot ${e} is ${residuals[e]}; it is a whole number of 16 bits, 1/256 tap`,
      );
    }
  }
}

function checkMillivolts(
  profile: BoardProfile,
  what: string,
  values_mV: ArrayLike<number>,
  count: number,
  limit_V: number,
): void {
  if (values_mV.length !== count) {
    throw inputError(
      'board.limits',
      `${values_mV.length} ${what}s: this ${profile.name} board uses ${count}; give one value for each`,
    );
  }
  const limit_mV = Math.round(limit_V * 1000);
  for (let n = 0; n < count; n++) {
    if (!Number.isInteger(values_mV[n]) || Math.abs(values_mV[n]) > limit_mV) {
      throw inputError(
        'board.limits',
        `${what} ${n} is ${values_mV[n]} mV; a ${profile.name} board takes whole millivolts from ${-limit_mV} to ${limit_mV}`,
      );
    }
  }
}
