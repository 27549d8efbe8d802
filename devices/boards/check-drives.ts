import type { BoardProfile, BoardUse } from './profile.js';

/** What a board is held at while its nodes are read, mV, inputs and outputs in use. */
export interface BoardDrive {
  readonly inputs_mV: readonly number[];
  readonly nudges_mV: readonly number[];
}

/**
 * What an input is at rest, mV. A switched one knows no 0: the firmware's rest leaves it at its low side, as it does at power-on and
 * after an emergency stop.
 */
export function restInput_mV({ binaryInputs, inputLimit_V }: BoardProfile): number {
  return binaryInputs ? -Math.round(1000 * inputLimit_V) : 0;
}

/** A drive at which nothing goes into the network but its bias rails; inputs that are switched stand at their low side. */
export function restDrive(profile: BoardProfile, use: BoardUse): BoardDrive {
  return {
    inputs_mV: new Array<number>(use.inputs).fill(restInput_mV(profile)),
    nudges_mV: new Array<number>(use.outputs).fill(0),
  };
}

/**
 * The fixed set of drives that a board is checked by without moving a wiper: rest, each input alone to either side, inputs together
 * in patterns that tell them apart, and each nudge to either side. Half of the limits as well where inputs are not switched:
 * diodes then carry little.
 */
export function checkDrives(profile: BoardProfile, use: BoardUse): BoardDrive[] {
  const { inputs, outputs } = use;
  const limit_mV = Math.round(1000 * profile.inputLimit_V);
  const rest = restDrive(profile, use);
  const sides = [1, -1];
  // Rows of a Hadamard matrix: column i of row p is the parity of the bits that both have.
  const patterns = Array.from({ length: 2 ** Math.min(inputs, 3) }, (_, p) =>
    Array.from({ length: inputs }, (_, i) => (parity(p & (i + 1)) === 0 ? limit_mV : -limit_mV)),
  );
  const alone = profile.binaryInputs
    ? []
    : [limit_mV, limit_mV >> 1].flatMap((level) =>
        Array.from({ length: inputs }, (_, i) =>
          sides.map((side) => Array.from({ length: inputs }, (_, n) => (n === i ? side * level : 0))),
        ).flat(),
      );
  const switched = profile.binaryInputs
    ? Array.from({ length: 2 ** inputs }, (_, p) =>
        Array.from({ length: inputs }, (_, i) => (((p >> i) & 1) === 0 ? limit_mV : -limit_mV)),
      )
    : patterns;
  const nudged = Array.from({ length: outputs }, (_, k) =>
    sides.map((side) => ({
      ...rest,
      nudges_mV: rest.nudges_mV.map((_, n) => (n === k ? side * Math.round(500 * profile.nudgeLimit_V) : 0)),
    })),
  ).flat();
  const driven = [...(profile.binaryInputs ? [] : [rest.inputs_mV]), ...alone, ...switched];
  return [...driven.map((inputs_mV) => ({ ...rest, inputs_mV })), ...nudged];
}

function parity(bits: number): number {
  let odd = 0;
  for (let left = bits; left > 0; left >>= 1) odd ^= left & 1;
  return odd;
}
