import { boardProfile, conductance_S, nominalCalibration, potGroups } from '../../devices/boards/index.js';
import type { Checkpoint } from '../../records/index.js';
import { mapOfArray } from './map-of-array.js';
import type { MapTold } from './told.js';

/** Conductances of a board's potentiometers by their taps, by the data sheet; nothing of what is no board. */
export function boardMaps({ arrays, values }: Checkpoint): MapTold[] | undefined {
  const { profile: name, inputs, outputs } = (values.deviceValues ?? {}) as Record<string, unknown>;
  const { taps } = arrays;
  if (taps === undefined || typeof name !== 'string') return undefined;
  if (typeof inputs !== 'number' || typeof outputs !== 'number') return undefined;
  const profile = boardProfile(name);
  const calibration = nominalCalibration(profile);
  if (taps.length !== profile.pots) return undefined;
  return potGroups(profile, { inputs, outputs }, calibration).map((group) => {
    const [rows, columns] = group.shape;
    const conductances = Array.from(group.pots, (pot) => conductance_S(calibration, pot, taps[pot]));
    return mapOfArray(`${group.name} by the data sheet`, 'S', conductances, rows, columns);
  });
}
