import type { Taps } from './operations.js';

// Where a wiper stands, in 1/256 tap: 256 · tap + residual. A step as the firmware takes it adds to that, and what it leaves
// between −128 and 127 is the residual again (tap-rule.ts), so that steps alone tell where wipers went.

/** What came between two states of all wipers, one entry a pot, 1/256 tap. */
export function tapSteps(before: Taps, after: Taps): number[] {
  return Array.from(
    after.taps,
    (tap, e) => 256 * (tap - before.taps[e]) + (after.residuals[e] - before.residuals[e]),
  );
}

/** Where wipers stand after steps [1/256 tap, one entry a pot]; a pot without a step keeps even a residual of more than half a tap. */
export function tapsAfter(before: Taps, steps: ArrayLike<number>): Taps {
  const taps = before.taps.slice();
  const residuals = before.residuals.slice();
  for (let e = 0; e < taps.length; e++) {
    if (steps[e] === 0) continue;
    const position = 256 * before.taps[e] + before.residuals[e] + steps[e];
    taps[e] = Math.floor((position + 128) / 256);
    residuals[e] = position - 256 * taps[e];
  }
  return { taps, residuals };
}

/** Whether two states of all wipers are the same, residuals included. */
export function sameTaps(a: Taps, b: Taps): boolean {
  return (
    a.taps.length === b.taps.length &&
    a.taps.every((tap, e) => tap === b.taps[e] && a.residuals[e] === b.residuals[e])
  );
}
