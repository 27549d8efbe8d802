import type { Stretch } from '../../../devices/limits/index.js';

/** A run that goes on by itself for longer than this is broken off rather than waited for, s. */
const PIECE_seconds = 0.25;

/**
 * Cuts a run into pieces that an instrument goes through by itself: each ends at a level that does no harm to a cell that waits
 * there, and then as soon as it is long enough, so that a stop is never far away.
 * @param rest_V up to this a level may wait
 */
export function piecesOf(
  levels_V: readonly number[],
  dwell_s: number,
  rest_V: number,
  maxLevels: number,
): number[][] {
  const pieces: number[][] = [];
  let piece: number[] = [];
  const mayEnd = (level_V: number): boolean => Math.abs(level_V) <= rest_V;
  let lastRest = 0;
  for (const level_V of levels_V) {
    piece.push(level_V);
    if (mayEnd(level_V)) lastRest = piece.length;
    if (piece.length * dwell_s >= PIECE_seconds && mayEnd(level_V)) {
      pieces.push(piece);
      piece = [];
      lastRest = 0;
    } else if (piece.length === maxLevels) {
      // Nothing in it where it may wait: its last level has to do, which the checks of limits have let pass with room.
      const at = lastRest === 0 ? piece.length : lastRest;
      pieces.push(piece.slice(0, at));
      piece = piece.slice(at);
      lastRest = 0;
    }
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}

/** Stretches of a run at one side of 0 V and further out than `rest_V`, each with its furthest level. */
export function stretchesOf(levels_V: readonly number[], dwell_s: number, rest_V: number): Stretch[] {
  const stretches: { peak_V: number; width_s: number }[] = [];
  let side = 0;
  for (const level_V of levels_V) {
    const now = Math.abs(level_V) > rest_V ? Math.sign(level_V) : 0;
    const last = stretches[stretches.length - 1];
    if (now !== 0 && now === side) {
      last.width_s += dwell_s;
      if (Math.abs(level_V) > Math.abs(last.peak_V)) last.peak_V = level_V;
    } else if (now !== 0) stretches.push({ peak_V: level_V, width_s: dwell_s });
    side = now;
  }
  return stretches;
}
