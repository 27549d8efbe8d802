// Binary logarithm and power of four floats, good to about 2⁻²¹, their polynomials' halves side by side, since one after the other they
// would wait for each other. Least largest error, fitted for these ranges. Never fused: the same bits on every machine.

// @ts-ignore: decorator
@inline
function line(x: v128, constant: f32, slope: f32): v128 {
  return f32x4.add(f32x4.splat(constant), f32x4.mul(f32x4.splat(slope), x));
}

/** log₂ x, x ≥ 2⁻¹²⁶ and finite. */
// @ts-ignore: decorator
@inline
export function binaryLogarithm(value: v128): v128 {
  // value = mantissa · 2^exponent with the mantissa in [√½, √2)
  const shifted = i32x4.sub(value, i32x4.splat(0x3f3504f3));
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const x = f32x4.sub(mantissa, f32x4.splat(1));
  // log₂(1 + x) / x
  const xx = f32x4.mul(x, x);
  const low = f32x4.add(line(x, <f32>1.442694792, <f32>-0.7213566478), f32x4.mul(xx, line(x, <f32>0.4809384696, <f32>-0.3601038252)));
  const high = f32x4.add(line(x, <f32>0.2867273471, <f32>-0.2499236878), f32x4.mul(xx, line(x, <f32>0.2367459898, <f32>-0.1459904743)));
  const p = f32x4.add(low, f32x4.mul(f32x4.mul(xx, xx), high));
  return f32x4.add(exponent, f32x4.mul(x, p));
}

/** 2^x, x ≤ 0; 0 below −126. */
// @ts-ignore: decorator
@inline
export function binaryPower(value: v128): v128 {
  const x = f32x4.pmax(f32x4.splat(-126), value);
  const n = f32x4.nearest(x);
  const r = f32x4.sub(x, n);
  const rr = f32x4.mul(r, r);
  const low = f32x4.add(line(r, <f32>1, <f32>0.6931472254), f32x4.mul(rr, line(r, <f32>0.2402210737, <f32>0.05550297299)));
  const whole = f32x4.add(low, f32x4.mul(f32x4.mul(rr, rr), line(r, <f32>0.009676036358, <f32>0.001341000489)));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return v128.and(f32x4.ge(value, f32x4.splat(-126)), f32x4.mul(whole, power));
}
