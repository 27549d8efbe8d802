import type { DiodeParameters } from '../elements/index.js';

/**
 * What a learning board is by design: its network, its parts' nominal values and its limits. Potentials are in V above
 * the board's middle potential. Terminals of pots number sources first, then hidden nodes, then outputs; pot e joins
 * terminal `from(e)` (a source or a hidden node) to terminal `to(e)`.
 */
export interface BoardProfile {
  readonly name: string;
  /** As the firmware names it in its description. Boards of one firmware differ in analog parts that it knows nothing of. */
  readonly id: number;
  /** Its image in `firmware/hex`, and the name by which the firmware calls itself. */
  readonly firmware: string;
  readonly inputs: number;
  /** Two for each input (+x and −x) and two bias rails. */
  readonly sources: number;
  readonly hidden: number;
  readonly outputs: number;
  readonly pots: number;
  from(pot: number): number;
  to(pot: number): number;
  readonly tapMin: number;
  readonly tapMax: number;
  /** End to end, Ω; 256 steps. */
  readonly potResistance_ohm: number;
  readonly wiper_ohm: number;
  /** Fixed resistor in series with each pot, Ω. */
  readonly series_ohm: number;
  /** Pots in one package, which share its tolerance. */
  readonly potsPerChip: number;
  /** The firmware takes R / 10 kΩ as (5 tap + offset) / 128. */
  readonly resistanceOffset: number;
  readonly inputLimit_V: number;
  /** Inputs are switched between ±`inputLimit_V` and can be nothing else. */
  readonly binaryInputs: boolean;
  /** Potential of the first bias rail, V; the second is its mirror. */
  readonly bias_V: number;
  readonly nudgeLimit_V: number;
  readonly targetLimit_V: number;
  /** The answer is the difference of the two outputs; a device made of the board has that as its only output. */
  readonly differential: boolean;
  /** What a nudge of 1 V injects, S: β = k · this. */
  readonly nudgeConductance_S: number;
  /** The nudge comes through a resistor that stays and loads the output, or from a current source that does not. */
  readonly nudgeLoads: boolean;
  /** What a nudge's source takes from its output, S: that resistor, or what a current source lacks of being one. */
  readonly nudgeLoad_S: number;
  /** Of the switch in front of each source of an input, Ω. */
  readonly switch_ohm: number;
  readonly diode: Partial<DiodeParameters>;
  /** Diodes at hidden node j: +1 anode at the node, −1 cathode at the node; the other end at the middle potential. */
  diodes(hidden: number): readonly (1 | -1)[];
  /** Largest current that a pot may carry, A. */
  readonly wiperLimit_A: number;
  /** Middle potential above the converters' ground, V; half of what they span. */
  readonly middle_V: number;
  /** The board measures its middle potential, and says it in its status. */
  readonly middleIsRead: boolean;
  readonly reader: NodeReader;
  /** What the firmware does unless told otherwise. */
  readonly settle_us: number;
  readonly reads: number;
}

/** The converter that reads nodes, by its data sheet and with ordinary parts around it. */
export interface NodeReader {
  readonly part: string;
  /** One count, V. */
  readonly step_V: number;
  /** Largest count. */
  readonly countMax: number;
  /** One conversion with what its bus takes, s. */
  readonly conversion_seconds: number;
  /** Of one conversion, V rms. */
  readonly noise_V: number;
}

/** The firmware's unit of node readings, V. */
export const readingUnit_V = 1 / 8000;
/** The firmware's unit of contrast, V²: (1/8 mV)² · 256. */
export const contrastUnit_V2 = 4e-6;

/** Nominal resistance of a pot at a tap, Ω. */
export function nominalResistance_ohm(profile: BoardProfile, tap: number): number {
  return profile.series_ohm + profile.wiper_ohm + (tap * profile.potResistance_ohm) / 256;
}

/** Which of a board's inputs and outputs are in use: the first so many. Pots of the others are open. */
export interface BoardUse {
  readonly inputs: number;
  readonly outputs: number;
}

/** Pots that are closed in a use, in the board's order. */
export function potsInUse(profile: BoardProfile, use: BoardUse): number[] {
  const pots: number[] = [];
  for (let e = 0; e < profile.pots; e++) {
    const from = profile.from(e);
    const idleInput = from < profile.sources - 2 && from >= 2 * use.inputs;
    if (!idleInput && profile.to(e) < profile.sources + profile.hidden + use.outputs) pots.push(e);
  }
  return pots;
}
