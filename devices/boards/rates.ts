import { inputError } from '../../core/index.js';
import type { NudgeLimits } from '../contract/index.js';
import { referenceConductance_S } from './board-info.js';
import { type BoardProfile, contrastUnit_V2 } from './profile.js';
import { gainMax } from './tap-rule.js';

/** Nudge strengths k are 16-bit numbers in 1/256. */
const K_MAX = 127;

/** β [S] that a board can be asked for, by the range of its numbers. */
export function boardNudgeLimits({ nudgeConductance_S }: BoardProfile): NudgeLimits {
  const most = K_MAX * nudgeConductance_S;
  return { lowest: -most, highest: most };
}

/** k in 1/256 for a nudge strength β, S. @throws OhmpropError `board.beta` beyond what the board can do */
export function nudgeGain_q8(profile: BoardProfile, beta: number): number {
  const { nudgeConductance_S, name } = profile;
  const k = beta / nudgeConductance_S;
  if (Math.abs(k) > K_MAX) {
    throw inputError(
      'board.beta',
      `β = ${beta} S is beyond what a ${name} board can do: ±${K_MAX * nudgeConductance_S} S; use a smaller β`,
    );
  }
  return Math.round(256 * k);
}

/**
 * The board's rule moves a pot by `learning · q · R/10 kΩ` taps for a mean contrast q [V²]. As g = 1/R and a tap is
 * `R_tap`, that is Δg = −(R_tap/10 kΩ)·learning·(β₂ − β₁)·g·∂C/∂g, so a rate [S²/V²] that is meant at 100 µS is
 * (R_tap/10 kΩ)·learning·(β₂ − β₁)·100 µS.
 */
function tapsPerRate(profile: BoardProfile, span_S: number): number {
  const tap_ohm = profile.potResistance_ohm / 256;
  return 1e4 / (tap_ohm * span_S * referenceConductance_S);
}

/** The rate [S²/V², meant at 100 µS] that moves pots by `learning` taps/V² between nudges ±`beta_S`. */
export function rateOfLearning(profile: BoardProfile, learning: number, beta_S: number): number {
  return learning / tapsPerRate(profile, 2 * beta_S);
}

/**
 * The firmware's gain for a rate: 2³² · learning · 4e-6 V² / batch.
 * @throws OhmpropError if the board cannot learn that fast
 */
export function batchGain(
  profile: BoardProfile,
  rate: number,
  span_S: number,
  batch: number,
  group: string,
): number {
  const learning = rate * tapsPerRate(profile, span_S);
  const gain = Math.round(((learning * contrastUnit_V2) / batch) * 2 ** 32);
  if (gain > gainMax) {
    const most = (gainMax / 2 ** 32 / contrastUnit_V2) * batch;
    throw inputError(
      'board.rate',
      `rate of ${group}: ${rate} S²/V² is ${learning.toPrecision(4)} taps/V², the board takes at most ${most.toPrecision(4)} for a batch of ${batch}; use a smaller rate or a larger batch`,
    );
  }
  return gain;
}
