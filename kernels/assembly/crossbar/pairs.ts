// Two elements in series: the voltage between them, cell by cell, so that the array sees one element with a current and a slope.
import { Cells } from './layout';
import { lnOfPositive, runTape, Tape } from './tape';

/** Most steps of the search for the voltage between two elements in series. */
const MAX_STEPS: u32 = 100;
/** A step of no more than this share of the voltage is one of its last bits. */
const LAST_BITS: f64 = 4.5e-16;
/** Currents that differ by no more than this share all but agree. */
const NEAR: f64 = 0.03;
/** Exponent of the voltage from which on a current counts as steep. */
const STEEP: f64 = 4;
/** Steps until bounds are halved where nothing else fits. */
const MAX_CHORDS: u32 = 8;

/**
 * Two elements in series at cells.voltage: the voltage u across the first at which both carry the same current, to the share `agreed`
 * of it, between bounds that close in (rtsafe; Press et al., Numerical Recipes, §9.4). Steps are Newton's, on the difference of the
 * currents where they are nearly straight and on that of their logarithms where they grow steeply, as those of junctions and thresholds;
 * where both lead out of the bounds as if both elements were resistors, and at last halves. Current and slope of the pair → cells.low,
 * cells.high.
 */
export function divideVoltage(cells: Cells, at: usize, bytes: usize, agreed: f64): void {
  const first = changetype<Tape>(cells.tape);
  const second = changetype<Tape>(cells.series);
  beginSearch(cells, at, bytes);
  for (let step: u32 = 0; step < MAX_STEPS; step++) {
    for (let k: usize = 0; k < bytes; k += 16) {
      const u = v128.load(cells.place + k);
      v128.store(first.voltage + k, u);
      v128.store(second.voltage + k, f64x2.sub(v128.load(cells.voltage + k), u));
    }
    runTape(first, bytes);
    runTape(second, bytes);
    if (!stepSearch(cells, first, second, bytes, agreed, step)) break;
  }
  join(cells, first, second, at, bytes);
}

/** Bounds, and a place between them: where the tangent of before has it, where it was before, or in the middle. */
// @ts-ignore: decorator
@inline
function beginSearch(cells: Cells, at: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const v = v128.load(cells.voltage + k);
    const low = f64x2.min(v, zero);
    const high = f64x2.max(v, zero);
    v128.store(cells.low + k, low);
    v128.store(cells.high + k, high);
    const known = v128.load(cells.inner + at + k);
    const moved = f64x2.mul(v128.load(cells.share + at + k), f64x2.sub(v, v128.load(cells.before + at + k)));
    const expected = f64x2.add(known, moved);
    const middle = f64x2.mul(f64x2.splat(0.5), v);
    const second = v128.bitselect(known, middle, isBetween(known, low, high));
    v128.store(cells.place + k, v128.bitselect(expected, second, isBetween(expected, low, high)));
    const width = f64x2.sub(high, low);
    v128.store(cells.stride + k, width);
    v128.store(cells.former + k, width);
  }
}

// @ts-ignore: decorator
@inline
function isBetween(u: v128, low: v128, high: v128): v128 {
  return v128.and(f64x2.gt(u, low), f64x2.lt(u, high));
}

/** Whether a step stays between the bounds and is no longer than it may be. */
// @ts-ignore: decorator
@inline
function fits(u: v128, stride: v128, low: v128, high: v128, allowed: v128): v128 {
  const next = f64x2.add(u, stride);
  const within = v128.and(f64x2.ge(next, low), f64x2.le(next, high));
  return v128.and(within, f64x2.le(f64x2.abs(stride), allowed));
}

/** One step of every cell that is not done. @returns whether any is left */
// @ts-ignore: decorator
@inline
function stepSearch(cells: Cells, first: Tape, second: Tape, bytes: usize, agreed: f64, step: u32): bool {
  const zero = f64x2.splat(0);
  const half = f64x2.splat(0.5);
  const share = f64x2.splat(agreed);
  let open = zero;
  for (let k: usize = 0; k < bytes; k += 16) {
    const ia = v128.load(first.current + k);
    const ib = v128.load(second.current + k);
    const excess = f64x2.sub(ia, ib);
    const size = f64x2.max(f64x2.abs(ia), f64x2.abs(ib));
    const balanced = f64x2.le(f64x2.abs(excess), f64x2.mul(size, share));
    if (i64x2.all_true(balanced)) continue;
    const u = v128.load(cells.place + k);
    const ga = v128.load(first.slope + k);
    const gb = v128.load(second.slope + k);
    const above = f64x2.gt(excess, zero);
    const high = v128.bitselect(u, v128.load(cells.high + k), above);
    const low = v128.bitselect(v128.load(cells.low + k), u, above);
    v128.store(cells.low + k, low);
    v128.store(cells.high + k, high);
    const allowed = f64x2.mul(half, f64x2.abs(v128.load(cells.former + k)));
    const straight = f64x2.neg(f64x2.div(excess, f64x2.add(ga, gb)));
    const straightFits = fits(u, straight, low, high, allowed);
    let stride = straight;
    // where currents all but agree both kinds of step are the same
    const isNear = v128.and(straightFits, f64x2.le(f64x2.abs(excess), f64x2.mul(size, f64x2.splat(NEAR))));
    if (!i64x2.all_true(v128.or(isNear, balanced))) {
      const w = f64x2.sub(v128.load(cells.voltage + k), u);
      const ratio = f64x2.div(ia, ib);
      const both = f64x2.mul(ia, ib);
      const weight = f64x2.add(f64x2.mul(ga, ib), f64x2.mul(gb, ia));
      const positive = v128.and(f64x2.ge(ratio, f64x2.splat(1e-300)), f64x2.le(ratio, f64x2.splat(1e300)));
      const bent = f64x2.neg(f64x2.div(f64x2.mul(lnOfPositive(ratio), both), weight));
      const bentFits = v128.and(positive, fits(u, bent, low, high, allowed));
      const steep = f64x2.splat(STEEP);
      const isSteep = v128.or(
        f64x2.gt(f64x2.abs(f64x2.mul(ga, u)), f64x2.mul(steep, f64x2.abs(ia))),
        f64x2.gt(f64x2.abs(f64x2.mul(gb, w)), f64x2.mul(steep, f64x2.abs(ib))),
      );
      const toLog = v128.and(bentFits, v128.or(isSteep, v128.not(straightFits)));
      stride = f64x2.sub(f64x2.mul(half, f64x2.add(low, high)), u);
      if (step < MAX_CHORDS) {
        const own = f64x2.mul(ib, u);
        const place = f64x2.mul(v128.load(cells.voltage + k), f64x2.div(own, f64x2.add(f64x2.mul(ia, w), own)));
        const chord = f64x2.sub(place, u);
        stride = v128.bitselect(chord, stride, fits(u, chord, low, high, allowed));
      }
      stride = v128.bitselect(straight, stride, straightFits);
      stride = v128.bitselect(bent, stride, toLog);
    }
    const next = f64x2.add(u, stride);
    const still = f64x2.le(f64x2.abs(stride), f64x2.mul(f64x2.splat(LAST_BITS), f64x2.abs(u)));
    const done = v128.or(v128.or(balanced, still), f64x2.eq(next, u));
    v128.store(cells.former + k, v128.load(cells.stride + k));
    v128.store(cells.stride + k, stride);
    v128.store(cells.place + k, v128.bitselect(u, next, done));
    open = v128.or(open, v128.not(done));
  }
  return v128.any_true(open);
}

/**
 * Current and slope of pairs whose two elements all but agree, by a last step taken in the currents (where one element carries all the
 * voltage its own is too coarse); what the two have in common is right to the square of what they lacked.
 */
// @ts-ignore: decorator
@inline
function join(cells: Cells, first: Tape, second: Tape, at: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const ga = v128.load(first.slope + k);
    const gb = v128.load(second.slope + k);
    const sum = f64x2.add(ga, gb);
    const ia = v128.load(first.current + k);
    const ib = v128.load(second.current + k);
    const together = f64x2.div(f64x2.add(f64x2.mul(ia, gb), f64x2.mul(ib, ga)), sum);
    const none = f64x2.eq(sum, zero);
    const taken = v128.andnot(f64x2.div(gb, sum), none);
    v128.store(cells.low + k, v128.bitselect(ia, together, none));
    v128.store(cells.high + k, f64x2.mul(ga, taken));
    const ahead = v128.andnot(f64x2.div(f64x2.sub(ib, ia), sum), none);
    v128.store(cells.inner + at + k, f64x2.add(v128.load(first.voltage + k), ahead));
    v128.store(cells.share + at + k, taken);
    v128.store(cells.before + at + k, v128.load(cells.voltage + k));
  }
}
