import { type BoardProfile, nominalResistance_ohm } from '../../devices/boards/index.js';
import type { Unknowns } from './unknowns.js';

// Which pots are weighed together, at which taps, and how often.

/** Taps whose resistances lie within this ratio share a circuit but for their own tap. */
const STRETCH = 1.3;
/**
 * Circuits in which a tap is weighed. Two pots of low resistance that pull a node either way move it by a millivolt for two thousandths of
 * either: more conversions in one circuit do not tell them better, as readings come in whole eighths of a millivolt, but other circuits do.
 */
export const WEIGHINGS = { low: 4, other: 2 } as const;
/** Converters in coarser steps than this do not see what weighing taps again tells, V. */
const FINE_V = 5e-4;
/** Resistances below this share of the largest are low ones. */
const LOW = 0.2;

/** Circuits that a ladder sets up. */
export function ladderLength(unknowns: Unknowns, every = 1, once = every > 1): number {
  const { profile } = unknowns;
  let taps = 0;
  for (let tap = profile.tapMin; tap <= profile.tapMax; tap++)
    taps += isClimbed(unknowns, tap, every) ? weighings(profile, tap, once) : 0;
  return groupsOf(profile).length * taps;
}

/** In how many circuits a tap is weighed. */
export function weighings(profile: BoardProfile, tap: number, once: boolean): number {
  if (once || profile.reader.step_V > FINE_V) return 1;
  const share = nominalResistance_ohm(profile, tap) / nominalResistance_ohm(profile, 256);
  return share < LOW ? WEIGHINGS.low : WEIGHINGS.other;
}

/** Whether a tap is measured here: at anchors all parts are found together. */
export const isClimbed = ({ anchors, profile }: Unknowns, tap: number, every: number): boolean =>
  !anchors.includes(tap) && (tap - profile.tapMin) % every === 0;

/** Pots from one terminal to hidden nodes, and to outputs. */
export function groupsOf(profile: BoardProfile): number[][] {
  const groups = new Map<string, number[]>();
  for (let e = 0; e < profile.pots; e++) {
    const key = `${profile.from(e)} ${profile.to(e) < profile.sources + profile.hidden}`;
    groups.set(key, [...(groups.get(key) ?? []), e]);
  }
  return [...groups.values()];
}

export function stretchesOf(profile: BoardProfile): number[][] {
  const stretches: number[][] = [];
  let first_ohm = 0;
  for (let tap = profile.tapMin; tap <= profile.tapMax; tap++) {
    const ohm = nominalResistance_ohm(profile, tap);
    if (stretches.length === 0 || ohm > STRETCH * first_ohm) {
      stretches.push([]);
      first_ohm = ohm;
    }
    stretches[stretches.length - 1].push(tap);
  }
  return stretches;
}
