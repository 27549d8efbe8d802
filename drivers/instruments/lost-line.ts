import { OhmpropError } from '../../core/index.js';
import type { Clock } from '../transport/index.js';

/** A line that was lost is sought for so long, s, and opened so often. */
export const SOUGHT_seconds = 60;
const SOUGHT_EVERY_seconds = 0.5;

/** Whether the line itself is gone. */
export function isLoss({ code }: OhmpropError): boolean {
  return code === 'line.lost' || code === 'line.closed';
}

/** How a lost line is sought. */
export interface Seeking {
  readonly clock: Clock;
  /** By that clock. */
  readonly until_seconds: number;
  /** Nobody waits for it any longer. */
  readonly givenUp?: () => boolean;
}

/**
 * Opens a line that was lost, again and again until it is there.
 * @param open opens it and finds out who is there; `line.*` means that it is not there yet
 * @throws what it threw the last time, and at once whatever else it throws
 */
export async function seekLine<T>(open: () => Promise<T>, seeking: Seeking): Promise<T> {
  const { clock, until_seconds, givenUp = () => false } = seeking;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      const notYet = error instanceof OhmpropError && error.code.startsWith('line.');
      if (!notYet || clock.now_seconds() >= until_seconds || givenUp()) throw error;
      await new Promise<void>((resolve) => clock.after(SOUGHT_EVERY_seconds, resolve));
    }
  }
}
