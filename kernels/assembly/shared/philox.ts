// Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011), four counters at a time: bit for bit core/random.ts.
// Number n of an event's stream is word n mod 4 of block n div 4, as when RandomStream.uint32 is read in sequence.

// @ts-ignore: decorator
@lazy
const ROUNDS: i32 = 10;

/** Low halves of the four 64-bit products that lie as pairs in `low` and `high`. */
// @ts-ignore: decorator
@inline
function lowWords(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function highWords(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}

/** Four blocks, whose numbers are the lanes of `blocks`: see philox16. */
// @ts-ignore: decorator
@inline
export function philoxBlocks(out: usize, blocks: v128, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  let x0 = blocks;
  let x1 = i32x4.splat(c1);
  let x2 = i32x4.splat(c2);
  let x3 = i32x4.splat(c3);
  let k0 = key0;
  let k1 = key1;
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  for (let round = 0; round < ROUNDS; round++) {
    const a = i64x2.extmul_low_i32x4_u(x0, m0);
    const b = i64x2.extmul_high_i32x4_u(x0, m0);
    const c = i64x2.extmul_low_i32x4_u(x2, m1);
    const d = i64x2.extmul_high_i32x4_u(x2, m1);
    x0 = v128.xor(v128.xor(highWords(c, d), x1), i32x4.splat(k0));
    x1 = lowWords(c, d);
    x2 = v128.xor(v128.xor(highWords(a, b), x3), i32x4.splat(k1));
    x3 = lowWords(a, b);
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  v128.store(out, x0);
  v128.store(out, x1, 16);
  v128.store(out, x2, 32);
  v128.store(out, x3, 48);
}

/**
 * Blocks block … block+3 of the stream (key0, key1) at the event (c1, c2, c3) → 16 words at `out`, word-major: vector w
 * holds word w of the four blocks, so number 4·l + w lies in lane l of vector w.
 */
export function philox16(out: usize, block: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  philoxBlocks(out, i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3)), c1, c2, c3, key0, key1);
}

/** From word-major (vector w, lane l) to the order of the stream (4·l + w), in place. */
export function inStreamOrder(words: usize): void {
  const a = v128.load(words);
  const b = v128.load(words, 16);
  const c = v128.load(words, 32);
  const d = v128.load(words, 48);
  const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(words, v128.shuffle<i64>(ab0, cd0, 0, 2));
  v128.store(words, v128.shuffle<i64>(ab0, cd0, 1, 3), 16);
  v128.store(words, v128.shuffle<i64>(ab1, cd1, 0, 2), 32);
  v128.store(words, v128.shuffle<i64>(ab1, cd1, 1, 3), 48);
}

/**
 * As philoxBlocks for eight blocks, whose numbers are the lanes of `left` and `right`: two draws at once, which keeps the
 * multipliers busy. Words of `left` at `out`, those of `right` 64 bytes behind.
 */
export function philoxPair(out: usize, left: v128, right: v128, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  let x0 = left;
  let x1 = i32x4.splat(c1);
  let x2 = i32x4.splat(c2);
  let x3 = i32x4.splat(c3);
  let y0 = right;
  let y1 = x1;
  let y2 = x2;
  let y3 = x3;
  let k0 = key0;
  let k1 = key1;
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  for (let round = 0; round < ROUNDS; round++) {
    const a = i64x2.extmul_low_i32x4_u(x0, m0);
    const b = i64x2.extmul_high_i32x4_u(x0, m0);
    const c = i64x2.extmul_low_i32x4_u(x2, m1);
    const d = i64x2.extmul_high_i32x4_u(x2, m1);
    const e = i64x2.extmul_low_i32x4_u(y0, m0);
    const f = i64x2.extmul_high_i32x4_u(y0, m0);
    const g = i64x2.extmul_low_i32x4_u(y2, m1);
    const h = i64x2.extmul_high_i32x4_u(y2, m1);
    const v0 = i32x4.splat(k0);
    const v1 = i32x4.splat(k1);
    x0 = v128.xor(v128.xor(highWords(c, d), x1), v0);
    x1 = lowWords(c, d);
    x2 = v128.xor(v128.xor(highWords(a, b), x3), v1);
    x3 = lowWords(a, b);
    y0 = v128.xor(v128.xor(highWords(g, h), y1), v0);
    y1 = lowWords(g, h);
    y2 = v128.xor(v128.xor(highWords(e, f), y3), v1);
    y3 = lowWords(e, f);
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  v128.store(out, x0);
  v128.store(out, x1, 16);
  v128.store(out, x2, 32);
  v128.store(out, x3, 48);
  v128.store(out, y0, 64);
  v128.store(out, y1, 80);
  v128.store(out, y2, 96);
  v128.store(out, y3, 112);
}
