import { expect } from 'vitest';

/** Largest |got − want| over largest |want|. */
export function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let error = 0;
  let largest = 0;
  for (let e = 0; e < want.length; e++) {
    const difference = Math.abs(got[e] - want[e]);
    if (!(difference <= error)) error = difference;
    largest = Math.max(largest, Math.abs(want[e]));
  }
  return largest === 0 ? error : error / largest;
}

/** Every entry within `tolerance` of the array's largest. */
export function expectWithinLargest(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  tolerance: number,
): void {
  expect(relativeError(got, want)).toBeLessThanOrEqual(tolerance);
}

/** Cosine of the angle between two arrays. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let e = 0; e < a.length; e++) {
    ab += a[e] * b[e];
    aa += a[e] * a[e];
    bb += b[e] * b[e];
  }
  return ab / Math.sqrt(aa * bb);
}
