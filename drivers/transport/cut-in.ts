import { closeSync, constants, openSync, readSync } from 'node:fs';
import { writeDescriptorNow } from './write-now.js';

/** How often an answer is looked for, ms. */
const LOOK_ms = 5;

/**
 * Writes into a serial port that another program has open, without its leave, and reads what comes back for a while. The lock of
 * serialport and of most others is advisory (flock), so that POSIX systems let one in; rate and settings stay those of who has
 * it open. On Windows a port has one handle.
 * @param answered whether what came back so far is enough
 * @returns nothing where there is no way in
 */
export async function cutIn(
  path: string,
  bytes: Uint8Array,
  wait_ms: number,
  answered: (bytes: Uint8Array) => boolean,
): Promise<{ readonly answered: boolean } | undefined> {
  if (process.platform === 'win32' || path.startsWith('tcp:')) return undefined;
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const buffer = Buffer.alloc(512);
    for (let waited_ms = 0; waited_ms < wait_ms; waited_ms += LOOK_ms) {
      if (waited_ms % (8 * LOOK_ms) === 0 && !writeDescriptorNow(descriptor, bytes)) return undefined;
      await new Promise((resolve) => setTimeout(resolve, LOOK_ms));
      // Whoever has it open reads too: what comes back may go to either.
      const count = readNow(descriptor, buffer);
      if (count > 0 && answered(buffer.subarray(0, count))) return { answered: true };
    }
    return { answered: false };
  } finally {
    closeSync(descriptor);
  }
}

function readNow(descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer);
  } catch {
    return 0;
  }
}
