/** More than this many decades, and only whole decades are labelled. */
const DECADES_WITH_STEPS = 2.2;

/**
 * Round values from `low` to `high` (both positive) for a logarithmic axis: 1, 2, 5 over a short range, decades over a
 * long one, never more than eight.
 */
export function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const steps = decades > DECADES_WITH_STEPS ? [1] : [1, 2, 5];
  const every = Math.max(1, Math.ceil(decades / 8));
  const first = Math.floor(Math.log10(low));
  const ticks: number[] = [];
  for (let exponent = first; exponent <= Math.log10(high); exponent++) {
    if ((exponent - first) % every !== 0) continue;
    for (const step of steps) {
      // Through text, so that 3·10⁻⁶ is not 0.0000029999999999999997.
      const tick = Number(`${step}e${exponent}`);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

/** An axis or legend that shows just these values, written plainly. */
export function plainTicks(values: readonly number[]): { values: number[]; labelExpr: string } {
  return { values: [...values], labelExpr: 'format(datum.value, ".3~g")' };
}
