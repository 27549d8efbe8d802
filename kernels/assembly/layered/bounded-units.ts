// One vector of units given their currents: Kirchhoff's current law, and the diodes' bounds. `linear`: in a network linearised about its
// states; `on`: the layer's `diodeOn`. Callers read both before their loop, which would read them again at every vector.
import { Layer } from './structure';

/** Farther than any unit moves, V. */
const FAR: f32 = 1e30;

/** Voltage, relative to `base`, that meets the current law; a unit without any conductance stays at `now`. */
// @ts-ignore: decorator
@inline
export function balanced(linear: bool, on: f32, layer: Layer, at: usize, current: v128, now: v128, base: v128): v128 {
  if (on != 0) return beyondKnee(linear, layer, at, current, now, base);
  const open = f32x4.eq(v128.load(layer.nodeConductance + at), f32x4.splat(0));
  return v128.bitselect(now, f32x4.mul(current, v128.load(layer.inverse + at)), open);
}

/**
 * The same where a diode conducts beyond its knee through a resistance: the law is a line with a bend, seen from `base`, from where
 * the unit was at rest on one side of it.
 */
function beyondKnee(linear: bool, layer: Layer, at: usize, current: v128, now: v128, base: v128): v128 {
  const conductance = v128.load(layer.nodeConductance + at), on = f32x4.splat(layer.diodeOn);
  const lower = v128.load(layer.lower + at), zero = f32x4.splat(0);
  const knee = f32x4.sub(v128.load(layer.knee + at), base);
  const conducts = v128.bitselect(f32x4.gt(knee, zero), f32x4.lt(knee, zero), lower);
  const here = f32x4.add(conductance, v128.and(on, conducts)), there = f32x4.add(conductance, v128.andnot(on, conducts));
  const near = f32x4.div(current, here), open = f32x4.eq(conductance, zero);
  // A linearised network stays on its side.
  if (linear) return v128.bitselect(now, near, open);
  const far = f32x4.add(knee, f32x4.div(f32x4.sub(current, f32x4.mul(here, knee)), there));
  const passes = v128.xor(v128.bitselect(f32x4.lt(near, knee), f32x4.gt(near, knee), lower), conducts);
  return v128.bitselect(now, v128.bitselect(far, near, passes), open);
}

/** `conductance` at a unit at `value`, its diode's added where that conducts through a resistance. */
// @ts-ignore: decorator
@inline
export function stiffness(on: f32, layer: Layer, at: usize, conductance: v128, value: v128, base: v128): v128 {
  if (on == 0) return conductance;
  return f32x4.add(conductance, v128.and(f32x4.splat(on), conducting(layer, at, f32x4.add(base, value))));
}

/** Which units at voltage `v` have a diode that conducts through a resistance: set bits. */
// @ts-ignore: decorator
@inline
export function conducting(layer: Layer, at: usize, v: v128): v128 {
  const knee = v128.load(layer.knee + at);
  return v128.bitselect(f32x4.lt(v, knee), f32x4.gt(v, knee), v128.load(layer.lower + at));
}

/** Units that an ideal diode holds where `base` is: set bits in a vector. None of a layer without diodes. */
// @ts-ignore: decorator
@inline
function heldAt(layer: Layer, at: usize, base: v128): v128 {
  return v128.or(f32x4.eq(base, v128.load(layer.low + at)), f32x4.eq(base, v128.load(layer.high + at)));
}

/**
 * `value` held between the diodes' bounds, both relative to `base`. NaN becomes the lower bound: see `flaw`. In a linearised network it
 * is 0 where the diode conducts, and otherwise not held at all.
 */
// @ts-ignore: decorator
@inline
export function bounded(linear: bool, layer: Layer, at: usize, value: v128, base: v128): v128 {
  if (linear) return v128.andnot(value, heldAt(layer, at, base));
  const low = f32x4.sub(v128.load(layer.low + at), base);
  const high = f32x4.sub(v128.load(layer.high + at), base);
  return f32x4.pmin(high, f32x4.pmax(low, value));
}

/** How far `value` is beyond a bound; below 0 inside. In a linearised network out of reach where the diode conducts, and else inside. */
// @ts-ignore: decorator
@inline
export function beyond(linear: bool, layer: Layer, at: usize, value: v128, base: v128): v128 {
  if (linear) {
    return v128.bitselect(f32x4.splat(FAR), f32x4.splat(-1), heldAt(layer, at, base));
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
