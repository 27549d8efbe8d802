// Standard normal numbers in float32, sixteen at a time, in the order of RandomStream.normal.

import { cosineOf, radiusOf, sineOf } from '../shared/box-muller';
import { inStreamOrder, philox16, philoxPair } from '../shared/philox';

/** Cosines and sines of four pairs of words, each in the place of its word: u = (first word + 1) / 2³², its last bit dropped. */
// @ts-ignore: decorator
@inline
function normalsOf4(first: v128, second: v128, out: usize): void {
  const r = radiusOf(
    f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(first, 1)), f32x4.splat(0.5)),
    <f32>42.97512519471661,
  );
  // the angle less a whole number of half turns, in quarter turns; odd half turns change both signs
  const x = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(second, 1)), f32x4.splat(<f32>4.656612873077393e-10));
  const sign = v128.and(i32x4.add(second, i32x4.splat(1 << 30)), i32x4.splat(0x80000000));
  const signed = v128.xor(r, sign);
  v128.store(out, f32x4.mul(signed, cosineOf(x)));
  v128.store(out, f32x4.mul(signed, sineOf(x)), 16);
}

/** Sixteen normal numbers, of the sixteen words that lie word-major at `words`, in their place and in stream order. */
// @ts-ignore: decorator
@inline
export function normalsOf16(words: usize): void {
  normalsOf4(v128.load(words), v128.load(words, 16), words);
  normalsOf4(v128.load(words, 32), v128.load(words, 48), words + 32);
  inStreamOrder(words);
}

/** Normal numbers 4·block … 4·block + 15 of a stream at an event → sixteen floats at `out`. */
export function normal16(out: usize, block: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  philox16(out, block, c1, c2, c3, key0, key1);
  normalsOf16(out);
}

/**
 * The normal numbers of eight blocks, the lanes of `left` and `right`: numbers 4·block … 4·block + 3 of each, one block
 * after the other.
 */
export function normalsOfBlocks(
  out: usize,
  left: v128,
  right: v128,
  c1: u32,
  c2: u32,
  c3: u32,
  key0: u32,
  key1: u32,
): void {
  philoxPair(out, left, right, c1, c2, c3, key0, key1);
  normalsOf16(out);
  normalsOf16(out + 64);
}
