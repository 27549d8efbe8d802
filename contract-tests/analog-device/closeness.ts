import assert from 'node:assert/strict';
import { OhmpropError } from '../../core/index.js';
import type { Floats } from '../../devices/contract/index.js';

export function largest(values: Floats): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

export function squaredDistance(a: Floats, b: Floats): number {
  let sum = 0;
  for (let e = 0; e < a.length; e++) sum += (a[e] - b[e]) ** 2;
  return sum;
}

export function difference(a: Floats, b: Floats): Float64Array {
  return Float64Array.from(a, (value, e) => value - b[e]);
}

/** Largest |got − want| over largest |want|. */
export function relativeError(got: Floats, want: Floats): number {
  assert.equal(got.length, want.length);
  const error = largest(difference(got, want));
  const most = largest(want);
  return most === 0 ? error : error / most;
}

export function cosine(a: Floats, b: Floats): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let e = 0; e < a.length; e++) {
    ab += a[e] * b[e];
    aa += a[e] * a[e];
    bb += b[e] * b[e];
  }
  return ab / Math.sqrt(aa * bb);
}

export function assertAtMost(got: number, most: number, what: string): void {
  assert.ok(got <= most, `${what}: ${got} is more than ${most}`);
}

export function assertNodes(got: Floats, want: Floats, slack: number): void {
  assert.equal(got.length, want.length);
  assertAtMost(largest(difference(got, want)), slack, 'node states');
}

export async function assertRefusal(
  promise: Promise<unknown>,
  message: RegExp,
  what = 'call',
): Promise<void> {
  const refusal = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(refusal instanceof OhmpropError, `${what}: not refused but ${refusal ?? 'answered'}`);
  assert.match(refusal.message, message);
}
