/** Most steps of the search for the voltage between two elements; bounds alone close in after 60 to 1100. */
const MAX_STEPS = 2000;
/** A step of no more than this share of the voltage is one of its last bits. */
const LAST_BITS = 2 * Number.EPSILON;
/** Currents that differ by no more than this share all but agree. */
const NEAR = 0.03;
/** Exponent of the voltage from which on a current counts as steep. */
const STEEP = 4;
/** Steps until bounds are halved where nothing else fits. */
const MAX_CHORDS = 8;

/** Currents of two elements in series, A, and their slopes by the voltage across each, S. */
export interface Carried {
  own_A: number;
  own_S: number;
  other_A: number;
  other_S: number;
}

/** To be filled, all 0. */
export const carried = (): Carried => ({ own_A: 0, own_S: 0, other_A: 0, other_S: 0 });

/** Two elements in series, both with currents that rise with the voltage through 0. */
export interface Pair {
  readonly at: Carried;
  /** Fills in `at` with u volts across the first. */
  look(u: number): void;
}

/**
 * The voltage across the first of a pair at which both carry the same current to the share `agreed` of it; `pair.at` is there. Between
 * bounds that close in (rtsafe; Press et al., Numerical Recipes, §9.4) by Newton's method, on the difference of the currents where they
 * are nearly straight and on that of their logarithms where they grow steeply, as those of junctions; where both lead out of the bounds
 * as if both were resistors, and at last by halves. As kernels/assembly/crossbar/pairs.ts.
 * @param v across both, V
 * @param start where to begin, where it lies between
 */
export function divideVoltage(pair: Pair, v: number, start: number, agreed: number): number {
  const { at } = pair;
  let low = Math.min(0, v);
  let high = Math.max(0, v);
  let u = start > low && start < high ? start : 0.5 * v;
  let stride = high - low;
  let former = stride;
  for (let step = 0; step < MAX_STEPS; step++) {
    pair.look(u);
    const { own_A, own_S, other_A, other_S } = at;
    const excess = own_A - other_A;
    const size = Math.max(Math.abs(own_A), Math.abs(other_A));
    if (Math.abs(excess) <= agreed * size) return u;
    if (excess > 0) high = u;
    else low = u;
    const allowed = 0.5 * Math.abs(former);
    const w = v - u;
    const straight = -excess / (own_S + other_S);
    // the same steps where currents all but agree
    const isNear = Math.abs(excess) <= NEAR * size;
    const isSteep =
      other_S * Math.abs(w) > STEEP * Math.abs(other_A) || own_S * Math.abs(u) > STEEP * Math.abs(own_A);
    let taken = straight;
    if ((isSteep && !isNear) || !fits(u, taken, low, high, allowed)) {
      taken = (-Math.log(own_A / other_A) * own_A * other_A) / (own_S * other_A + other_S * own_A);
      if (!fits(u, taken, low, high, allowed)) taken = straight;
      if (!fits(u, taken, low, high, allowed) && step < MAX_CHORDS)
        taken = (v * other_A * u) / (own_A * w + other_A * u) - u;
      if (!fits(u, taken, low, high, allowed)) taken = 0.5 * (low + high) - u;
    }
    const next = u + taken;
    if (next === u || Math.abs(taken) <= LAST_BITS * Math.abs(u)) return u;
    former = stride;
    stride = taken;
    u = next;
  }
  pair.look(u);
  return u;
}

/** Whether a step stays between the bounds and is no longer than it may be. */
function fits(u: number, step: number, low: number, high: number, allowed: number): boolean {
  return u + step >= low && u + step <= high && Math.abs(step) <= allowed;
}
