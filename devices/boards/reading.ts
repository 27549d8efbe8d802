import type { BoardProfile } from './profile.js';

/** Count of the middle potential; not whole where a count does not divide it. */
export function zeroCount(profile: BoardProfile): number {
  return profile.middle_V / profile.reader.step_V;
}

/** What a board's converter makes of a potential [V above the middle] in counts. */
export function countOf(profile: BoardProfile, potential_V: number): number {
  const { step_V, countMax } = profile.reader;
  return Math.max(0, Math.min(countMax, Math.floor(potential_V / step_V + zeroCount(profile))));
}
