// Normal numbers for reads, of which there are many: two of one word, by its halves. No number lies beyond 4.86.
// `shortNormalPair` of core/random.ts in float32.

import { cosineOf, radiusOf, sineOf } from './box-muller';

/**
 * Of four words, cosines at `out` and sines behind them: u = (lower half + ½) / 2¹⁶; the upper half is 15 bits of an angle
 * over half a turn, and the sign of the cosine.
 */
// @ts-ignore: decorator
@inline
export function shortNormalsOf4(word: v128, out: usize): void {
  const low = f32x4.convert_i32x4_s(v128.and(word, i32x4.splat(0xffff)));
  const r = radiusOf(f32x4.add(low, f32x4.splat(0.5)), <f32>22.18070977791825);
  const a = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(word, 1), 17));
  const x = f32x4.add(f32x4.mul(a, f32x4.splat(<f32>6.103515625e-5)), f32x4.splat(<f32>3.0517578125e-5));
  v128.store(out, f32x4.mul(r, v128.xor(cosineOf(x), v128.and(word, i32x4.splat(0x80000000)))));
  v128.store(out, f32x4.mul(r, sineOf(x)), 16);
}
