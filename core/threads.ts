import { inputError } from './errors.js';

/** Threads that can share a device: kernels lay memory out for so many. */
export const MAX_THREADS = 8;

/** @throws OhmpropError `device.threads` where `threads` is neither 'auto' nor a whole number above 0 */
export function requireThreads(threads: number | 'auto'): void {
  if (threads === 'auto' || (Number.isInteger(threads) && threads >= 1)) return;
  throw inputError(
    'device.threads',
    `threads: needs a whole number from 1 to ${MAX_THREADS}, or 'auto'; got ${threads}`,
  );
}
