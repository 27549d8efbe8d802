// Normal numbers for reads, where every cell needs a fresh one in every phase: from the two halves of one word, so that a
// word serves two cells. No number lies beyond 4.86.

import { cosineOf, radiusOf, sineOf } from './box-muller';
import { philoxPair } from './philox';

/**
 * Of four words, cosines at `out` and sines behind them: u = (lower half + ½) / 2¹⁶; the upper half is 15 bits of an angle
 * over half a turn, and the sign of the cosine.
 */
// @ts-ignore: decorator
@inline
function normalsOf4(word: v128, out: usize): void {
  const low = f32x4.convert_i32x4_s(v128.and(word, i32x4.splat(0xffff)));
  const r = radiusOf(f32x4.add(low, f32x4.splat(0.5)), <f32>22.18070977791825);
  const a = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(word, 1), 17));
  const x = f32x4.add(f32x4.mul(a, f32x4.splat(<f32>6.103515625e-5)), f32x4.splat(<f32>3.0517578125e-5));
  v128.store(out, f32x4.mul(r, v128.xor(cosineOf(x), v128.and(word, i32x4.splat(0x80000000)))));
  v128.store(out, f32x4.mul(r, sineOf(x)), 16);
}

/**
 * Sixty-four normal numbers, of blocks block … block + 7 of the stream (key0, key1) at the event (c1, c2, c3), at `out`:
 * word w of block block + 4·h + l gives its cosine as number 32·h + 8·w + l and its sine as number 32·h + 8·w + 4 + l.
 * `words`: 128 bytes of room.
 */
export function shortNormal64(
  out: usize,
  words: usize,
  block: u32,
  c1: u32,
  c2: u32,
  c3: u32,
  key0: u32,
  key1: u32,
): void {
  const left = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  philoxPair(words, left, i32x4.add(left, i32x4.splat(4)), c1, c2, c3, key0, key1);
  for (let w: usize = 0; w < 128; w += 32) {
    normalsOf4(v128.load(words + w), out + 2 * w);
    normalsOf4(v128.load(words + w, 16), out + 2 * w + 32);
  }
}
