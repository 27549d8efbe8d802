/** Margins below this share of β are the rounding of a smallest eigenvalue, not a conductance. */
const NO_MARGIN = 1e-6;

/** What to do about a β whose negative nudge goes beyond `lowest`, the lowest that a device can stand, in `unit`. */
export function describeNudgeLimit(lowest: number, beta: number, unit: string): string {
  if (!(-lowest > NO_MARGIN * beta)) {
    return 'an output is connected to next to nothing, so that no negative nudge stays passive. Use the positive estimator, or more units in the last hidden layer';
  }
  const limit = Number((-lowest).toPrecision(4));
  return `a nudge of −β stays passive below ${limit} ${unit}. Use a smaller β, or the positive estimator`;
}
