import { formatQuantity } from '../core/index.js';

/** Margins below this share of β are the rounding of a smallest eigenvalue, not a conductance. */
const NO_MARGIN = 1e-6;

/** Whether a device whose lowest β is `lowest` can stand any negative nudge worth the name, beside `beta`. */
export function hasMargin(lowest: number, beta: number): boolean {
  return -lowest > NO_MARGIN * beta;
}

/**
 * A β as the flag takes it, with what that is for the device: `0.3 (300 nS)`.
 * @param unit of the device; `flagUnit` one β of the flag in it
 */
export function describeBeta(beta: number, unit: string, flagUnit = 1): string {
  const value = Number((beta / flagUnit).toPrecision(4));
  if (unit === '1') return `${value}`;
  return flagUnit === 1 ? `${value} ${unit}` : `${value} (${formatQuantity(beta, unit)})`;
}

/**
 * What to do about a β whose negative nudge goes beyond `lowest`, the lowest that a device can stand, in `unit`.
 * @param flagUnit one β of the flag in that unit, for advice that can be typed
 */
export function describeNudgeLimit(lowest: number, beta: number, unit: string, flagUnit = 1): string {
  if (!hasMargin(lowest, beta)) {
    return 'an output is connected to next to nothing, so that no negative nudge stays passive. Use the positive estimator, or more units in the last hidden layer';
  }
  return `a nudge of −β stays passive below ${describeBeta(-lowest, unit, flagUnit)}. Use --beta auto, a smaller --beta, or the positive estimator`;
}
