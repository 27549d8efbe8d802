// Polynomials of Box & Muller (1958) in float32: least largest error, fitted for these ranges; normal numbers are good to
// 1e-4, far below what 10⁶ draws can tell. Never fused: the same bits on every machine.

// @ts-ignore: decorator
@inline
function polynomial(x: v128, value: v128, next: f32): v128 {
  return f32x4.add(f32x4.mul(value, x), f32x4.splat(next));
}

/** √(−2 ln u) with u = n / 2^bits, n > 0; `full` = −2 ln 2⁻ᵇⁱᵗˢ. */
// @ts-ignore: decorator
@inline
export function radiusOf(n: v128, full: f32): v128 {
  // n = mantissa · 2^exponent with the mantissa in [√½, √2)
  const shifted = i32x4.sub(n, i32x4.splat(0x3f3504f3));
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const x = f32x4.sub(mantissa, f32x4.splat(1));
  // −2 ln(1 + x) / x, the halves side by side: one after the other they would wait for each other
  const xx = f32x4.mul(x, x);
  const a = polynomial(x, f32x4.splat(<f32>0.9998281046), <f32>-2.0000110735);
  const b = polynomial(x, f32x4.splat(<f32>0.5071827595), <f32>-0.6649653718);
  const c = polynomial(x, f32x4.splat(<f32>0.293250854), <f32>-0.4433755454);
  const p = f32x4.add(a, f32x4.mul(xx, f32x4.add(b, f32x4.mul(xx, c))));
  const whole = f32x4.add(f32x4.splat(full), f32x4.mul(exponent, f32x4.splat(<f32>-1.3862943611)));
  return f32x4.sqrt(f32x4.pmax(f32x4.splat(0), f32x4.add(whole, f32x4.mul(p, x))));
}

/** sin(x π/2), x in [−1, 1]. */
// @ts-ignore: decorator
@inline
export function sineOf(x: v128): v128 {
  const xx = f32x4.mul(x, x);
  let s = f32x4.splat(<f32>-0.0043710149);
  s = polynomial(xx, s, <f32>0.0795006503);
  s = polynomial(xx, s, <f32>-0.6459259622);
  return f32x4.mul(x, polynomial(xx, s, <f32>1.5707951418));
}

/** cos(x π/2), x in [−1, 1]. */
// @ts-ignore: decorator
@inline
export function cosineOf(x: v128): v128 {
  const xx = f32x4.mul(x, x);
  let c = f32x4.splat(<f32>-0.0190957357);
  c = polynomial(xx, c, <f32>0.252580239);
  c = polynomial(xx, c, <f32>-1.2334845038);
  return polynomial(xx, c, <f32>0.9999932953);
}
