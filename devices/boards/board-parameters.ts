import type { Floats, ParameterValues } from '../contract/index.js';
import type { PotGroup } from './board-info.js';
import { type BoardCalibration, conductance_S, nearestTap } from './calibration.js';
import type { Taps } from './operations.js';
import type { BoardProfile } from './profile.js';

/** A number of every pot, group by group. */
export function perGroup(groups: readonly PotGroup[], value: (pot: number) => number): ParameterValues {
  return Object.fromEntries(groups.map((group) => [group.name, Float64Array.from(group.pots, value)]));
}

/** Conductances that pots have at taps, S. */
export function parametersOf(
  groups: readonly PotGroup[],
  calibration: BoardCalibration,
  { taps }: Taps,
): ParameterValues {
  return perGroup(groups, (e) => conductance_S(calibration, e, taps[e]));
}

/** The taps nearest to conductances [S] of the groups given, without residuals; other pots keep theirs. */
export function tapsOf(
  profile: BoardProfile,
  groups: readonly PotGroup[],
  calibration: BoardCalibration,
  here: Taps,
  parameters: ParameterValues,
): Taps {
  const taps = here.taps.slice();
  const residuals = here.residuals.slice();
  for (const group of groups) {
    const values: Floats | undefined = parameters[group.name];
    if (values === undefined) continue;
    for (const [entry, e] of group.pots.entries()) {
      taps[e] = nearestTap(calibration, profile, e, values[entry]);
      residuals[e] = 0;
    }
  }
  return { taps, residuals };
}
