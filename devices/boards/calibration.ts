import { type BoardProfile, nominalResistance_ohm } from './profile.js';

/** What resistance each pot has at each tap: `resistance_ohm[pot][tap]`, Ω, rising with the tap. */
export interface BoardCalibration {
  readonly name: string;
  readonly resistance_ohm: readonly Float64Array[];
}

/** Every pot as the data sheet says. */
export function nominalCalibration(profile: BoardProfile): BoardCalibration {
  const table = Float64Array.from({ length: 257 }, (_, tap) => nominalResistance_ohm(profile, tap));
  return { name: 'nominal', resistance_ohm: Array.from({ length: profile.pots }, () => table) };
}

/** Conductance of a pot at a tap, S. */
export function conductance_S(calibration: BoardCalibration, pot: number, tap: number): number {
  return 1 / calibration.resistance_ohm[pot][tap];
}

/** The tap whose conductance is nearest to `g_S`, within the board's stops. */
export function nearestTap(
  calibration: BoardCalibration,
  profile: BoardProfile,
  pot: number,
  g_S: number,
): number {
  const table = calibration.resistance_ohm[pot];
  let low = profile.tapMin;
  let high = profile.tapMax;
  // Resistance rises with the tap, so conductance falls.
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (1 / table[middle] > g_S) low = middle;
    else high = middle;
  }
  return Math.abs(1 / table[low] - g_S) <= Math.abs(1 / table[high] - g_S) ? low : high;
}
