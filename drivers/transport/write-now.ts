import { writeSync } from 'node:fs';

/** A full buffer takes more within so many tries, each of a system call. */
const TRIES = 2000;

/**
 * Writes to a file descriptor that does not block, waiting for room where there is none.
 * @returns whether all of it was taken
 */
export function writeDescriptorNow(descriptor: number, bytes: Uint8Array): boolean {
  let sent = 0;
  for (let tries = 0; sent < bytes.length && tries < TRIES; tries++) {
    try {
      sent += writeSync(descriptor, bytes, sent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return false;
    }
  }
  return sent === bytes.length;
}

/** Lets this thread rest, so that other threads of the process get their work done. */
export function restNow(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
