/**
 * The arithmetic of learning on a board, bit for bit the firmware's (firmware/src/learn.c): integers only.
 * Readings are in 1/8 mV, contrast in 4e-6 V², steps and residuals in 1/256 tap.
 */

/** Largest gain that the firmware takes: gain · (5 tap + offset) must fit 32 bits. */
export const gainMax = 3_300_000;

/** Error of an output held against its target; one-sided: none once the output is past its target. */
export function outputError(target: number, output: number, oneSided: boolean): number {
  const error = target - output;
  return oneSided && ((target > 0 && error < 0) || (target < 0 && error > 0)) ? 0 : error;
}

/** Nudge, mV = k · error, with the error in 1/8 mV and k in 1/256; limited to ±limit_mV. */
export function nudge_mV(
  error: number,
  nudgeGain_q8: number,
  limit_mV: number,
): { nudge: number; clipped: boolean } {
  const nudge = Math.floor((error * nudgeGain_q8 + 1024) / 2048);
  if (nudge > limit_mV) return { nudge: limit_mV, clipped: true };
  if (nudge < -limit_mV) return { nudge: -limit_mV, clipped: true };
  return { nudge, clipped: false };
}

/** (second² − first²) / 256, rounded, of two voltage drops. */
export function contrast(first: number, second: number): number {
  return Math.floor((second * second - first * first + 128) / 256);
}

/** Step = contrast · gain · (5 tap + offset) / 2³², half away from zero, limited to ±clip taps. */
export function tapStep(sum: number, gain: number, tap: number, offset: number, clip: number): number {
  const product = BigInt(Math.abs(sum)) * BigInt(gain * (5 * tap + offset)) + 0x80000000n;
  const step = Math.min(Number(product >> 32n), clip * 256);
  return sum < 0 ? -step : step;
}

/** Adds a step to the residual, moves the tap by the rounded residual and keeps the rest; a stop clears it. */
export function moveTap(
  tap: number,
  residual: number,
  step: number,
  tapMin: number,
  tapMax: number,
): { tap: number; residual: number } {
  const sum = residual + step;
  const taps = Math.floor((sum + 128) / 256);
  const moved = tap + taps;
  if (moved < tapMin || moved > tapMax) return { tap: moved < tapMin ? tapMin : tapMax, residual: 0 };
  return { tap: moved, residual: sum - taps * 256 };
}
