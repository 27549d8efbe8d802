// C[c][:] = init[c][:] + Σ_k W[k·kStep + c·cStep]·S[k][:], rows of `vectors`·4 floats. Whichever way W is walked, the
// terms of one entry are added in the order of k, so that blocking and remainders change no bit.

import { multiplyAdd } from '../shared/simd';

/** Terms taken before the next columns: this much of S and of W's lines stays in the first cache. */
const BLOCK: i32 = 128;

/** All strides in bytes; `init` 0 for none, and `init` may be `c`. */
export function product(
  w: usize,
  kStep: usize,
  cStep: usize,
  terms: i32,
  s: usize,
  sStep: usize,
  init: usize,
  c: usize,
  cRow: usize,
  columns: i32,
  vectors: i32,
): void {
  for (let k: i32 = 0; k < terms; k += BLOCK) {
    const here = min(BLOCK, terms - k);
    const wHere = w + <usize>k * kStep;
    const sHere = s + <usize>k * sStep;
    const from = k == 0 ? init : c;
    let v: i32 = 0;
    for (; v + 5 <= vectors; v += 5) {
      const offset = <usize>v * 16;
      let j: i32 = 0;
      for (; j + 2 <= columns; j += 2) {
        const at = <usize>j * cRow + offset;
        const wj = wHere + <usize>j * cStep;
        twoColumns(wj, wj + cStep, kStep, here, sHere + offset, sStep, from == 0 ? 0 : from + at, c + at, cRow);
      }
      for (; j < columns; j++) {
        const at = <usize>j * cRow + offset;
        oneColumn(wHere + <usize>j * cStep, kStep, here, sHere + offset, sStep, from == 0 ? 0 : from + at, c + at);
      }
    }
    for (; v < vectors; v++) {
      const offset = <usize>v * 16;
      let j: i32 = 0;
      for (; j + 8 <= columns; j += 8) {
        const at = <usize>j * cRow + offset;
        const wj = wHere + <usize>j * cStep;
        eightNarrow(wj, cStep, kStep, here, sHere + offset, sStep, from == 0 ? 0 : from + at, c + at, cRow);
      }
      for (; j < columns; j++) {
        const at = <usize>j * cRow + offset;
        oneNarrow(wHere + <usize>j * cStep, kStep, here, sHere + offset, sStep, from == 0 ? 0 : from + at, c + at);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function start(init: usize, offset: usize): v128 {
  return init == 0 ? f32x4.splat(0) : v128.load(init + offset);
}

function twoColumns(
  w0: usize,
  w1: usize,
  kStep: usize,
  terms: i32,
  s: usize,
  sStep: usize,
  init: usize,
  c: usize,
  cRow: usize,
): void {
  const second = init + cRow;
  let a0 = start(init, 0);
  let a1 = start(init, 16);
  let a2 = start(init, 32);
  let a3 = start(init, 48);
  let a4 = start(init, 64);
  let b0 = init == 0 ? f32x4.splat(0) : v128.load(second);
  let b1 = init == 0 ? f32x4.splat(0) : v128.load(second + 16);
  let b2 = init == 0 ? f32x4.splat(0) : v128.load(second + 32);
  let b3 = init == 0 ? f32x4.splat(0) : v128.load(second + 48);
  let b4 = init == 0 ? f32x4.splat(0) : v128.load(second + 64);
  for (let k: i32 = 0; k < terms; k++) {
    const p = v128.load32_splat(w0);
    const q = v128.load32_splat(w1);
    let x = v128.load(s);
    a0 = multiplyAdd(p, x, a0);
    b0 = multiplyAdd(q, x, b0);
    x = v128.load(s, 16);
    a1 = multiplyAdd(p, x, a1);
    b1 = multiplyAdd(q, x, b1);
    x = v128.load(s, 32);
    a2 = multiplyAdd(p, x, a2);
    b2 = multiplyAdd(q, x, b2);
    x = v128.load(s, 48);
    a3 = multiplyAdd(p, x, a3);
    b3 = multiplyAdd(q, x, b3);
    x = v128.load(s, 64);
    a4 = multiplyAdd(p, x, a4);
    b4 = multiplyAdd(q, x, b4);
    w0 += kStep;
    w1 += kStep;
    s += sStep;
  }
  v128.store(c, a0);
  v128.store(c, a1, 16);
  v128.store(c, a2, 32);
  v128.store(c, a3, 48);
  v128.store(c, a4, 64);
  const d = c + cRow;
  v128.store(d, b0);
  v128.store(d, b1, 16);
  v128.store(d, b2, 32);
  v128.store(d, b3, 48);
  v128.store(d, b4, 64);
}

function oneColumn(
  w: usize,
  kStep: usize,
  terms: i32,
  s: usize,
  sStep: usize,
  init: usize,
  c: usize,
): void {
  let a0 = start(init, 0);
  let a1 = start(init, 16);
  let a2 = start(init, 32);
  let a3 = start(init, 48);
  let a4 = start(init, 64);
  for (let k: i32 = 0; k < terms; k++) {
    const p = v128.load32_splat(w);
    a0 = multiplyAdd(p, v128.load(s), a0);
    a1 = multiplyAdd(p, v128.load(s, 16), a1);
    a2 = multiplyAdd(p, v128.load(s, 32), a2);
    a3 = multiplyAdd(p, v128.load(s, 48), a3);
    a4 = multiplyAdd(p, v128.load(s, 64), a4);
    w += kStep;
    s += sStep;
  }
  v128.store(c, a0);
  v128.store(c, a1, 16);
  v128.store(c, a2, 32);
  v128.store(c, a3, 48);
  v128.store(c, a4, 64);
}

/** Eight columns of one vector: batches of up to 4 samples. */
function eightNarrow(
  w: usize,
  cStep: usize,
  kStep: usize,
  terms: i32,
  s: usize,
  sStep: usize,
  init: usize,
  c: usize,
  cRow: usize,
): void {
  let a0 = start(init, 0);
  let a1 = start(init, init == 0 ? 0 : cRow);
  let a2 = start(init, init == 0 ? 0 : 2 * cRow);
  let a3 = start(init, init == 0 ? 0 : 3 * cRow);
  let a4 = start(init, init == 0 ? 0 : 4 * cRow);
  let a5 = start(init, init == 0 ? 0 : 5 * cRow);
  let a6 = start(init, init == 0 ? 0 : 6 * cRow);
  let a7 = start(init, init == 0 ? 0 : 7 * cRow);
  const c2 = 2 * cStep;
  const c3 = 3 * cStep;
  const w4 = 4 * cStep;
  for (let k: i32 = 0; k < terms; k++) {
    const x = v128.load(s);
    const u = w + w4;
    a0 = multiplyAdd(v128.load32_splat(w), x, a0);
    a1 = multiplyAdd(v128.load32_splat(w + cStep), x, a1);
    a2 = multiplyAdd(v128.load32_splat(w + c2), x, a2);
    a3 = multiplyAdd(v128.load32_splat(w + c3), x, a3);
    a4 = multiplyAdd(v128.load32_splat(u), x, a4);
    a5 = multiplyAdd(v128.load32_splat(u + cStep), x, a5);
    a6 = multiplyAdd(v128.load32_splat(u + c2), x, a6);
    a7 = multiplyAdd(v128.load32_splat(u + c3), x, a7);
    w += kStep;
    s += sStep;
  }
  v128.store(c, a0);
  v128.store(c + cRow, a1);
  v128.store(c + 2 * cRow, a2);
  v128.store(c + 3 * cRow, a3);
  v128.store(c + 4 * cRow, a4);
  v128.store(c + 5 * cRow, a5);
  v128.store(c + 6 * cRow, a6);
  v128.store(c + 7 * cRow, a7);
}

function oneNarrow(
  w: usize,
  kStep: usize,
  terms: i32,
  s: usize,
  sStep: usize,
  init: usize,
  c: usize,
): void {
  let a = start(init, 0);
  for (let k: i32 = 0; k < terms; k++) {
    a = multiplyAdd(v128.load32_splat(w), v128.load(s), a);
    w += kStep;
    s += sStep;
  }
  v128.store(c, a);
}
