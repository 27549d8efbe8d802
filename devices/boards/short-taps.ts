import type { Taps } from './operations.js';
import { tapsHash } from './taps-hash.js';

/** Wipers that one update has moved no farther than this can be told in short. */
export const MAX_SHORT_MOVE = 7;

/**
 * Where wipers stand, from where they stood and what a board tells in short behind an update that it has worked out: of closed pots the
 * residual and the lower half of the tap, two pots in three bytes (firmware/PROTOCOL.md). The board's own hash proves it.
 * @param pots those that are closed, rising
 * @param hash `tapsHash` as the board works it out
 * @returns nothing where that does not lead to the hash: the wipers are to be read then
 */
export function tapsFromShort(
  before: Taps,
  pots: readonly number[],
  short: Uint8Array,
  hash: number,
): Taps | undefined {
  if (short.length !== Math.ceil(1.5 * pots.length)) return undefined;
  const after = { taps: before.taps.slice(), residuals: before.residuals.slice() };
  for (const [n, e] of pots.entries()) {
    const three = 3 * (n >> 1);
    const half = n % 2 === 0 ? short[three + 1] & 15 : short[three + 1] >> 4;
    // The nearest tap with that lower half: −8 … 7 away.
    const moved = (((half - before.taps[e]) & 15) ^ 8) - 8;
    const residual = short[three + 2 * (n % 2)];
    after.taps[e] = before.taps[e] + moved;
    after.residuals[e] = (residual << 24) >> 24;
  }
  return tapsHash(after) === hash ? after : undefined;
}
