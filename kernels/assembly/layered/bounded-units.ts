// One vector of units given their currents: Kirchhoff's current law, and the diodes' bounds.
import { Layer } from './structure';

/** Voltage, relative to `base`, that meets the current law; a unit without any conductance stays at `now`. */
// @ts-ignore: decorator
@inline
export function balanced(layer: Layer, at: usize, current: v128, now: v128): v128 {
  const open = f32x4.eq(v128.load(layer.nodeConductance + at), f32x4.splat(0));
  return v128.bitselect(now, f32x4.mul(current, v128.load(layer.inverse + at)), open);
}

/** `value` held between the diodes' bounds, both relative to `base`. NaN becomes the lower bound: see `flaw`. */
// @ts-ignore: decorator
@inline
export function bounded(layer: Layer, at: usize, value: v128, base: v128): v128 {
  const low = f32x4.sub(v128.load(layer.low + at), base);
  const high = f32x4.sub(v128.load(layer.high + at), base);
  return f32x4.pmin(high, f32x4.pmax(low, value));
}

/** How far `value` is beyond a bound; below 0 inside. */
// @ts-ignore: decorator
@inline
export function beyond(layer: Layer, at: usize, value: v128, base: v128): v128 {
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
