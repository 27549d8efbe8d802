import { RandomStream } from '../../core/index.js';
import type { Taps } from './operations.js';
import type { BoardProfile } from './profile.js';

/** Taps that a run starts from. */
const RANGE = { low: 20, high: 255 };

/** Random taps of a run's start. */
export function randomTaps(profile: BoardProfile, seed: number): Taps {
  const random = new RandomStream(seed, 'board/start');
  const span = RANGE.high - RANGE.low + 1;
  return {
    taps: Uint8Array.from({ length: profile.pots }, () => RANGE.low + random.integer(span)),
    residuals: new Int16Array(profile.pots),
  };
}
