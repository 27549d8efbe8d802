// One vector of units given their currents: Kirchhoff's current law, and the diodes' bounds.
import { Layer, LINEAR, Phase } from './structure';

/** Farther than any unit moves, V. */
const FAR: f32 = 1e30;

/** Voltage, relative to `base`, that meets the current law; a unit without any conductance stays at `now`. */
// @ts-ignore: decorator
@inline
export function balanced(layer: Layer, at: usize, current: v128, now: v128): v128 {
  const open = f32x4.eq(v128.load(layer.nodeConductance + at), f32x4.splat(0));
  return v128.bitselect(now, f32x4.mul(current, v128.load(layer.inverse + at)), open);
}

/** Units that a diode holds at 0 where `base` is: set bits in a vector. None of a layer without diodes. */
// @ts-ignore: decorator
@inline
function conducting(layer: Layer, at: usize, base: v128): v128 {
  const zero = f32x4.splat(0);
  const diode = v128.or(f32x4.eq(v128.load(layer.low + at), zero), f32x4.eq(v128.load(layer.high + at), zero));
  return v128.and(diode, f32x4.eq(base, zero));
}

/**
 * `value` held between the diodes' bounds, both relative to `base`. NaN becomes the lower bound: see `flaw`. In a linearised network it
 * is 0 where the diode conducts, and otherwise not held at all.
 */
// @ts-ignore: decorator
@inline
export function bounded(phase: Phase, layer: Layer, at: usize, value: v128, base: v128): v128 {
  if (phase.held == LINEAR) return v128.andnot(value, conducting(layer, at, base));
  const low = f32x4.sub(v128.load(layer.low + at), base);
  const high = f32x4.sub(v128.load(layer.high + at), base);
  return f32x4.pmin(high, f32x4.pmax(low, value));
}

/** How far `value` is beyond a bound; below 0 inside. In a linearised network out of reach where the diode conducts, and else inside. */
// @ts-ignore: decorator
@inline
export function beyond(phase: Phase, layer: Layer, at: usize, value: v128, base: v128): v128 {
  if (phase.held == LINEAR) {
    return v128.bitselect(f32x4.splat(FAR), f32x4.splat(-1), conducting(layer, at, base));
  }
  const low = f32x4.sub(f32x4.sub(v128.load(layer.low + at), base), value);
  const high = f32x4.sub(value, f32x4.sub(v128.load(layer.high + at), base));
  return f32x4.pmax(low, high);
}

/** 0 for a finite value, NaN for another: what clamping would hide. */
// @ts-ignore: decorator
@inline
export function flaw(value: v128): v128 {
  return f32x4.mul(value, f32x4.splat(0));
}

/** The larger of a running maximum and |value|. */
// @ts-ignore: decorator
@inline
export function largestOf(most: v128, value: v128): v128 {
  return f32x4.pmax(most, f32x4.abs(value));
}

// @ts-ignore: decorator
@inline
export function largestLane(a: v128): f32 {
  const b = f32x4.pmax(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  const x = f32x4.extract_lane(b, 0), y = f32x4.extract_lane(b, 1);
  return x < y ? y : x;
}
