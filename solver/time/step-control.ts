import type { Stepper } from './stepper.js';
import type { Stores } from './stores.js';

/** How much a step may change from one to the next. */
const LARGEST_GROWTH = 5;
const SMALLEST_SHRINK = 0.1;
/** Share of the step that the estimate allows. */
const SAFETY = 0.9;
/** A step that could grow by less than this stays: its factors serve again. */
const WORTH_GROWING = 1.3;

/** Of a value's tolerance, what Newton's method may leave: no step, however short, tells rates better than that. */
const UNTOLD = 0.05;

/**
 * Chooses steps so that the estimated local error of every charge, flux and state stays below
 * relative·max|value| + floor·scale.
 */
export class StepControl {
  /** Store whose error was the largest against its tolerance in the last step; −1: none. */
  worst = -1;

  constructor(
    private readonly stores: Stores,
    private readonly relative: number,
    private readonly errorOrder: number,
  ) {}

  /** The largest error of the step tried last, in tolerances. */
  measure({ error, value: before, endValue: after, endRate }: Stepper, step_s: number): number {
    const { scale, floor, ceiling, largest: remembered, asRate, largestRate } = this.stores;
    let largest = 0;
    this.worst = -1;
    for (let k = 0; k < error.length; k++) {
      const size = Math.max(Math.abs(before[k]), Math.abs(after[k]), remembered[k]);
      let allowed = this.relative * size + Math.min(floor[k] * scale[k], ceiling[k]);
      if (asRate[k]) {
        const rate = Math.max(largestRate[k], Math.abs(endRate[k]));
        allowed = Math.min(allowed, this.relative * rate * step_s + UNTOLD * allowed);
      }
      const share = Math.abs(error[k]) / (allowed + Number.MIN_VALUE);
      if (!(share <= largest)) {
        largest = share;
        this.worst = k;
      }
    }
    return largest;
  }

  /** What to multiply the step by for an error of `size` tolerances. */
  factor(size: number): number {
    const wanted = SAFETY * Math.max(size, 1e-10) ** (-1 / this.errorOrder);
    if (size <= 1 && wanted < WORTH_GROWING) return Math.min(1, Math.max(0.8, wanted));
    return Math.min(LARGEST_GROWTH, Math.max(SMALLEST_SHRINK, wanted));
  }
}
