import { type BoardProfile, terminalName } from '../../../devices/boards/index.js';

export { terminalName };

/** What a proof finds wrong with a board. */
export interface BoardFault {
  readonly kind:
    | 'dead-wiper'
    | 'open-pot'
    | 'wiper-off'
    | 'lost-input'
    | 'lost-bias'
    | 'lost-node'
    | 'offset'
    | 'converter'
    | 'swapped-pots'
    | 'swapped-sources'
    | 'swapped-nodes'
    | 'lost-nudge';
  /** Pots, sources, nodes or nudges that it is about, by number. */
  readonly of: readonly number[];
  /** What `of` counts. */
  readonly among: 'pot' | 'source' | 'node' | 'nudge';
  /** How far, in `unit`, where it is a matter of more or less. */
  readonly by?: number;
  readonly unit?: 'tap' | 'V';
  /** A sentence for people. */
  readonly text: string;
}

/** What looking at every wiper found, and which of them showed whether they move as told. */
export interface WiperProof {
  readonly faults: readonly BoardFault[];
  readonly proven: ReadonlySet<number>;
}

/** A pot by its number and what it joins. */
export function potName(profile: BoardProfile, pot: number): string {
  return `pot ${pot} (${terminalName(profile, profile.from(pot))} to ${terminalName(profile, profile.to(pot))})`;
}

/** Wipers closer than this to where they are told to be count as sound, taps: half of the smallest fault that must be named. */
const wiperTolerance_taps = 9;

/**
 * Judges a wiper by resistances at equally spaced taps, in any unit: R = a + b·tap, so a/b says how far it stands from where
 * it is told to be, whatever its end-to-end tolerance.
 */
export function wiperFault(
  profile: BoardProfile,
  pot: number,
  taps: readonly number[],
  resistance: readonly number[],
): BoardFault | undefined {
  const n = taps.length;
  const meanTap = taps.reduce((sum, t) => sum + t, 0) / n;
  const mean = resistance.reduce((sum, r) => sum + r, 0) / n;
  let [sxx, sxy] = [0, 0];
  for (const [i, t] of taps.entries()) {
    sxx += (t - meanTap) ** 2;
    sxy += (t - meanTap) * (resistance[i] - mean);
  }
  const slope = sxy / sxx;
  // A sound wiper's resistance changes by its own mean over a way as long as the mean tap.
  if (!(slope * meanTap > 0.25 * Math.abs(mean))) return deadWiper(profile, pot);
  return offWiper(profile, pot, mean / slope - meanTap);
}

export function deadWiper(profile: BoardProfile, pot: number): BoardFault {
  return {
    kind: 'dead-wiper',
    of: [pot],
    among: 'pot',
    text: `${potName(profile, pot)}: dead wiper; it does not move when it is told to`,
  };
}

/** @param intercept_taps resistance at tap 0, in steps */
export function offWiper(profile: BoardProfile, pot: number, intercept_taps: number): BoardFault | undefined {
  const nominal_taps = ((profile.wiper_ohm + profile.series_ohm) * 256) / profile.potResistance_ohm;
  const by = intercept_taps - nominal_taps;
  if (Math.abs(by) < wiperTolerance_taps) return undefined;
  return {
    kind: 'wiper-off',
    of: [pot],
    among: 'pot',
    by,
    unit: 'tap',
    text: `${potName(profile, pot)}: stands ${Math.abs(by).toFixed(0)} taps ${by > 0 ? 'above' : 'below'} where it is told to be`,
  };
}

export function offsetFault(
  profile: BoardProfile,
  among: 'source' | 'node' | 'nudge',
  index: number,
  by_V: number,
): BoardFault {
  const name = {
    source: `source ${terminalName(profile, index)}`,
    node: `reading of ${terminalName(profile, profile.sources + index)}`,
    nudge: `nudge ${index}`,
  }[among];
  return {
    kind: 'offset',
    of: [index],
    among,
    by: by_V,
    unit: 'V',
    text: `${name}: off by ${(1000 * by_V).toFixed(1)} mV`,
  };
}
