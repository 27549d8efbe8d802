// C[c][:] = init[c][:] + Σ_k W[k·kStep + c·cStep]·S[k][:], rows of `vectors`·4 floats. Whichever way W is walked, the
// terms of one entry are added in the order of k, so that blocking and remainders change no bit.

import { multiplyAdd } from '../shared/simd';

/** Terms taken before the next columns: this much of S and of W's lines stays in the first cache. */
const BLOCK: i32 = 128;

/** All strides in bytes; `init` 0 for none, and `init` may be `c`. `job` is a record (hopfieldProductFields). */
export function product(job: usize): void {
  const w: usize = load<u32>(job);
  const kStep: usize = load<u32>(job, 4);
  const cStep: usize = load<u32>(job, 8);
  const terms = load<i32>(job, 12);
  const s: usize = load<u32>(job, 16);
  const sStep: usize = load<u32>(job, 20);
  const init: usize = load<u32>(job, 24);
  const c: usize = load<u32>(job, 28);
  const cRow: usize = load<u32>(job, 32);
  const columns = load<i32>(job, 36);
  const vectors = load<i32>(job, 40);
  for (let k: i32 = 0; k < terms; k += BLOCK) {
    const here = min(BLOCK, terms - k);
    const wHere = w + <usize>k * kStep;
    const sHere = s + <usize>k * sStep;
    const from = k == 0 ? init : c;
    let v: i32 = 0;
    for (; v + 2 <= vectors; v += 2) {
      const offset = <usize>v * 16;
      let j: i32 = 0;
      for (; j + 4 <= columns; j += 4) {
        const at = <usize>j * cRow + offset;
        const wj = wHere + <usize>j * cStep;
        fourWide(wj, cStep, kStep, here, sHere + offset, sStep, from == 0 ? 0 : from + at, c + at, cRow);
      }
      for (; j < columns; j++) {
        const at = <usize>j * cRow + offset;
        oneWide(wHere + <usize>j * cStep, kStep, here, sHere + offset, sStep, from == 0 ? 0 : from + at, c + at);
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

/** Four columns of two vectors: 8 sums, 6 loads for 8 products. */
function fourWide(
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
  const row = init == 0 ? 0 : cRow;
  let a0 = start(init, 0);
  let a1 = start(init, 16);
  let b0 = start(init, row);
  let b1 = start(init, row + 16);
  let c0 = start(init, 2 * row);
  let c1 = start(init, 2 * row + 16);
  let d0 = start(init, 3 * row);
  let d1 = start(init, 3 * row + 16);
  const c2 = 2 * cStep;
  const c3 = 3 * cStep;
  for (let k: i32 = 0; k < terms; k++) {
    const x = v128.load(s);
    const y = v128.load(s, 16);
    let p = v128.load32_splat(w);
    a0 = multiplyAdd(p, x, a0);
    a1 = multiplyAdd(p, y, a1);
    p = v128.load32_splat(w + cStep);
    b0 = multiplyAdd(p, x, b0);
    b1 = multiplyAdd(p, y, b1);
    p = v128.load32_splat(w + c2);
    c0 = multiplyAdd(p, x, c0);
    c1 = multiplyAdd(p, y, c1);
    p = v128.load32_splat(w + c3);
    d0 = multiplyAdd(p, x, d0);
    d1 = multiplyAdd(p, y, d1);
    w += kStep;
    s += sStep;
  }
  v128.store(c, a0);
  v128.store(c, a1, 16);
  v128.store(c + cRow, b0);
  v128.store(c + cRow, b1, 16);
  v128.store(c + 2 * cRow, c0);
  v128.store(c + 2 * cRow, c1, 16);
  v128.store(c + 3 * cRow, d0);
  v128.store(c + 3 * cRow, d1, 16);
}

function oneWide(w: usize, kStep: usize, terms: i32, s: usize, sStep: usize, init: usize, c: usize): void {
  let a0 = start(init, 0);
  let a1 = start(init, 16);
  for (let k: i32 = 0; k < terms; k++) {
    const p = v128.load32_splat(w);
    a0 = multiplyAdd(p, v128.load(s), a0);
    a1 = multiplyAdd(p, v128.load(s, 16), a1);
    w += kStep;
    s += sStep;
  }
  v128.store(c, a0);
  v128.store(c, a1, 16);
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
