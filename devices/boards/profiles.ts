import { inputError, nearestWord } from '../../core/index.js';
import type { BoardProfile, NodeReader } from './profile.js';

/** BAT54 (SPICE model of its maker, NXP): Schottky, 0.24 V at 0.1 mA. */
const bat54 = { IS: 2.117e-7, N: 1.016, RS: 2.637, EG: 0.69, XTI: 2 };
/** BAT42 as the published board's own SPICE netlist has it (emersonmde/eqprop, spice.py). */
const bat42 = { IS: 1e-7, N: 1.1, RS: 12, EG: 0.69, XTI: 2 };

/** MCP3208 at 2 MHz with 4.096 V of reference (Microchip DS21298): 12 bits, 24 clocks and the firmware's loop. */
const mcp3208: NodeReader = {
  part: 'MCP3208',
  step_V: 1e-3,
  countMax: 4095,
  conversion_seconds: 17e-6,
  noise_V: 1e-3,
};
/** ADS1115 at ±6.144 V and 860 samples a second (TI SBAS444): single shots, and its two-wire bus at 400 kHz. */
const ads1115: NodeReader = {
  part: 'ADS1115',
  step_V: 187.5e-6,
  countMax: 32767,
  conversion_seconds: 1.7e-3,
  noise_V: 2e-4,
};

const referenceSources = 10;
const referenceHidden = 6;

/** The reference board: 4 inputs, 6 hidden nodes, 3 outputs, 84 pots on 21 chips. */
export const referenceBoard: BoardProfile = {
  name: 'reference',
  id: 1,
  firmware: 'reference',
  inputs: 4,
  sources: referenceSources,
  hidden: referenceHidden,
  outputs: 3,
  pots: 84,
  from(pot) {
    if (pot < referenceSources * referenceHidden) return pot % referenceSources;
    const row = (pot - referenceSources * referenceHidden) % 8;
    return row < referenceHidden ? referenceSources + row : referenceSources - 2 + row - referenceHidden;
  },
  to(pot) {
    if (pot < referenceSources * referenceHidden)
      return referenceSources + Math.floor(pot / referenceSources);
    return referenceSources + referenceHidden + Math.floor((pot - referenceSources * referenceHidden) / 8);
  },
  tapMin: 4,
  tapMax: 255,
  potResistance_ohm: 100e3,
  wiper_ohm: 75,
  series_ohm: 0,
  potsPerChip: 4,
  resistanceOffset: 1,
  inputLimit_V: 1.75,
  binaryInputs: false,
  bias_V: 1.75,
  nudgeLimit_V: 2,
  targetLimit_V: 1,
  differential: false,
  nudgeConductance_S: 1 / 22e3,
  nudgeLoads: true,
  nudgeLoad_S: 1 / 22e3,
  switch_ohm: 0,
  diode: bat54,
  // Even nodes: anode at the middle potential, so that they cannot go much below it; odd ones the other way.
  diodes: (hidden) => [hidden % 2 === 0 ? -1 : 1],
  wiperLimit_A: 2.5e-3,
  middle_V: 2.048,
  middleIsRead: true,
  reader: mcp3208,
  settle_us: 200,
  reads: 8,
};

/** Low and high rail of the published board: 5 V over 33 kΩ and 8.2 kΩ, either side of 2.5 V. */
const rail_V = 1.505;

/** The published XOR board (emersonmde/eqprop, Apache-2.0) as it is meant: 6-2-2, antiparallel diodes, current pumps, no switches. */
export const xorNanoBoard: BoardProfile = {
  name: 'xor-nano',
  id: 2,
  firmware: 'xor-nano',
  inputs: 2,
  sources: 6,
  hidden: 2,
  outputs: 2,
  pots: 16,
  from: (pot) => Math.floor(pot / 2),
  to: (pot) => (pot < 12 ? 6 : 8) + (pot % 2),
  tapMin: 1,
  tapMax: 255,
  potResistance_ohm: 100e3,
  wiper_ohm: 75,
  series_ohm: 1210,
  potsPerChip: 2,
  resistanceOffset: 16,
  inputLimit_V: rail_V,
  binaryInputs: true,
  bias_V: -rail_V,
  nudgeLimit_V: 1.5,
  targetLimit_V: 1,
  differential: true,
  nudgeConductance_S: 1e-6,
  nudgeLoads: false,
  nudgeLoad_S: 0,
  switch_ohm: 0,
  diode: bat42,
  diodes: () => [1, -1],
  wiperLimit_A: 2.5e-3,
  middle_V: 2.5,
  middleIsRead: false,
  reader: ads1115,
  settle_us: 400,
  reads: 1,
};

/** Resistors of its pumps, Ω: four alike around the amplifier, and the one that is meant to set the current. */
const pump = { alike_ohm: 10e3, set_ohm: 1e6 };

/**
 * The same board as its schematic has it. Its pump is no current source: balance wants Rc/Rb = (Rset + Rd)/Ra, which is 1
 * against 101, so that a volt of control gives 199 µS and the output is loaded with 99 µS. With an ideal amplifier, its
 * output goes to 2v₊, v₊ = (Rset·c + Ra·v)/(Rset + Ra); with Rset ≫ Ra that pulls the output through Rd towards twice the control. The
 * switches of its inputs (CD4053 at 5 V) have 100 Ω. The firmware is the same and cannot tell.
 */
export const xorNanoAsDrawn: BoardProfile = {
  ...xorNanoBoard,
  name: 'xor-nano-as-drawn',
  nudgeConductance_S: drawnPump(pump).transconductance_S,
  nudgeLoad_S: drawnPump(pump).load_S,
  switch_ohm: 100,
};

/** Every kind of board that is known; the first of a firmware is what a board is taken for until it is measured. */
export const boardProfiles: readonly BoardProfile[] = [referenceBoard, xorNanoBoard, xorNanoAsDrawn];

/** Current into the output: transconductance · control − load · output. */
function drawnPump({ alike_ohm, set_ohm }: typeof pump): { transconductance_S: number; load_S: number } {
  const control = set_ohm / (alike_ohm + set_ohm);
  const back = alike_ohm / (alike_ohm + set_ohm);
  // Through Rset from (+), and through Rd from the amplifier at 2 v₊.
  const transconductance_S = control / set_ohm + (2 * control) / alike_ohm;
  const load_S = (1 - back) / set_ohm + (1 - 2 * back) / alike_ohm;
  return { transconductance_S, load_S };
}

/**
 * The kind of board of that name.
 * @throws OhmpropError `board.profile` if there is none of that name
 */
export function boardProfile(name: string): BoardProfile {
  const found = boardProfiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const names = boardProfiles.map((profile) => profile.name);
  const near = nearestWord(name, names);
  throw inputError(
    'board.profile',
    `board profile "${name}" is not one of ${names.join(', ')}${near ? `; did you mean ${near}?` : ''}`,
  );
}
