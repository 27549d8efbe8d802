// Activations that bend, four units at a time: sigmoid and tanh.

import { binaryLogarithm } from '../shared/logarithm';
import { multiplyAdd } from '../shared/simd';

/** As the host says it in a layer's record. */
export const CLIPPED: i32 = 0;
export const SIGMOID: i32 = 1;
export const TANH: i32 = 2;

/** ρ(x): 1/(1 + e^(−4(x − ½))) of the sigmoid, else tanh x = 2/(1 + e^(−2x)) − 1. NaN stays NaN. */
export function activate(activation: i32, x: v128): v128 {
  const one = f32x4.splat(1);
  if (activation == SIGMOID) return f32x4.div(one, f32x4.add(one, exponential(f32x4.sub(f32x4.splat(2), f32x4.mul(f32x4.splat(4), x)))));
  const half = f32x4.div(one, f32x4.add(one, exponential(f32x4.mul(f32x4.splat(-2), x))));
  return f32x4.sub(f32x4.add(half, half), one);
}

/** ln 2 */
const LN_2: f32 = 0.69314718;

/** Tangent of ρ where it is `about`, at `field`: about + ρ'·(field − ρ⁻¹(about)). Of what is at an end of the range, anything. */
export function tangent(activation: i32, about: v128, field: v128): v128 {
  const one = f32x4.splat(1);
  if (activation == SIGMOID) {
    const rest = f32x4.sub(one, about);
    const slope = f32x4.mul(f32x4.splat(4), f32x4.mul(about, rest));
    const there = multiplyAdd(f32x4.splat(0.25 * LN_2), binaryLogarithm(f32x4.div(about, rest)), f32x4.splat(0.5));
    return multiplyAdd(slope, f32x4.sub(field, there), about);
  }
  const slope = f32x4.sub(one, f32x4.mul(about, about));
  const ratio = f32x4.div(f32x4.add(one, about), f32x4.sub(one, about));
  return multiplyAdd(slope, f32x4.sub(field, f32x4.mul(f32x4.splat(0.5 * LN_2), binaryLogarithm(ratio))), about);
}

/** Newton steps at most: see `least`. */
const MAX_STEPS: i32 = 40;

/**
 * The state of the least energy: s = ρ(u) with u + β·ρ(u) = drive. Steps from the middle (β > 0) or from beyond the answer (β < 0)
 * come nearer from one side, as in solver/hopfield/activation.ts.
 */
export function least(activation: i32, drive: v128, beta: f32): v128 {
  if (beta == 0) return activate(activation, drive);
  const one = f32x4.splat(1), b = f32x4.splat(beta);
  const isSigmoid = activation == SIGMOID;
  const middle = f32x4.splat(isSigmoid ? 0.5 : 0);
  let u = middle;
  if (beta < 0) {
    const rises = f32x4.gt(f32x4.sub(drive, f32x4.mul(b, middle)), middle);
    const end = v128.bitselect(one, f32x4.splat(isSigmoid ? 0 : -1), rises);
    u = f32x4.sub(drive, f32x4.mul(b, end));
  }
  for (let k: i32 = 0; k < MAX_STEPS; k++) {
    const s = activate(activation, u);
    const slope = isSigmoid
      ? f32x4.mul(f32x4.splat(4), f32x4.mul(s, f32x4.sub(one, s)))
      : f32x4.sub(one, f32x4.mul(s, s));
    const step = f32x4.div(f32x4.sub(multiplyAdd(b, s, u), drive), multiplyAdd(b, slope, one));
    u = f32x4.sub(u, step);
    const near = f32x4.mul(f32x4.splat(1e-7), f32x4.pmax(one, f32x4.abs(u)));
    if (!v128.any_true(f32x4.gt(f32x4.abs(step), near))) break;
  }
  return activate(activation, u);
}

/**
 * e^x to the last digit or two: 2^n·e^r with |r| ≤ ½ ln 2, and e^r by its polynomial (Cephes, expf.c). What float32 cannot hold is
 * cut to ±87; NaN stays NaN.
 */
function exponential(x: v128): v128 {
  const cut = f32x4.max(f32x4.splat(-87), f32x4.min(f32x4.splat(87), x));
  const n = f32x4.nearest(f32x4.mul(cut, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(cut, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = multiplyAdd(p, r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1));
  const square = f32x4.mul(r, r);
  const power = f32x4.add(multiplyAdd(p, square, r), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(power, scale);
}
