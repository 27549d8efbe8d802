/** Sizes of the largest number of a column, in SI, between which a memory cell and its instruments can be. */
const sizes: Readonly<Record<string, readonly [least: number, most: number]>> = {
  V: [1e-3, 210],
  A: [1e-13, 0.1],
  Ω: [10, 1e13],
  S: [1e-13, 0.02],
};

/** Whether a column whose largest value has that size can be of a cell, in that SI unit. */
export function canBe(unit: string, largest: number): boolean {
  const [least, most] = sizes[unit] ?? [0, Number.POSITIVE_INFINITY];
  return largest >= least && largest <= most;
}

/** Sizes that no cell has whatever the heading says: a prefix was lost. */
const absurd: Readonly<Record<string, readonly [least: number, most: number]>> = {
  V: [0, 250],
  A: [0, 10],
  Ω: [2, Number.POSITIVE_INFINITY],
  S: [0, 1],
};

/** Why a column cannot be in the unit that its heading gives, as a clause; undefined where it can. @param largest in SI */
export function whyAbsurd(unit: string, largest: number): string | undefined {
  const [least, most] = absurd[unit] ?? [0, Number.POSITIVE_INFINITY];
  if (largest === 0 || (largest >= least && largest <= most)) return undefined;
  return largest > most
    ? `no cell is measured beyond ${most} ${unit}`
    : `no cell stays below ${least} ${unit === 'Ω' ? 'ohm' : unit}`;
}
