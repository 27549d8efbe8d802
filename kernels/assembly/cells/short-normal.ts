// Normal numbers for reads, where every cell needs a fresh one in every phase: from the two halves of one word, so that a
// word serves two cells. No number lies beyond 4.86.

import { philoxPair } from '../shared/philox';
import { shortNormalsOf4 } from '../shared/short-normals';

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
    shortNormalsOf4(v128.load(words + w), out + 2 * w);
    shortNormalsOf4(v128.load(words + w, 16), out + 2 * w + 32);
  }
}
