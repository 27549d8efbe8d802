// The clamped input: lists of its entries that are not 0, and what they send into layer 1.

import { multiplyAdd } from '../shared/simd';

/**
 * Lists by sample: entries starts[s] … starts[s+1]−1 hold the byte offset of the input's weight row and its value.
 * Returns how many there are.
 */
export function listBySample(
  inputs: usize,
  samples: i32,
  signals: i32,
  rowStep: usize,
  starts: usize,
  rows: usize,
  values: usize,
): i32 {
  let count: i32 = 0;
  for (let s: i32 = 0; s < samples; s++) {
    store<i32>(starts + <usize>s * 4, count);
    for (let i: i32 = 0; i < signals; i++) {
      const x = load<f32>(inputs);
      inputs += 4;
      if (x == 0) continue;
      store<u32>(rows + <usize>count * 4, <u32>(<usize>i * rowStep));
      store<f32>(values + <usize>count * 4, x);
      count++;
    }
  }
  store<i32>(starts + <usize>samples * 4, count);
  return count;
}

/**
 * The same entries by signal: entries starts[i] … starts[i+1]−1 hold the byte offset of the sample's row (sampleStep
 * apart) and the value times `scale`.
 */
export function listBySignal(
  inputs: usize,
  samples: i32,
  signals: i32,
  sampleStep: usize,
  scale: f32,
  starts: usize,
  rows: usize,
  values: usize,
): void {
  let count: i32 = 0;
  const step = <usize>signals * 4;
  for (let i: i32 = 0; i < signals; i++) {
    store<i32>(starts + <usize>i * 4, count);
    let at = inputs + <usize>i * 4;
    for (let s: i32 = 0; s < samples; s++) {
      const x = load<f32>(at);
      at += step;
      if (x == 0) continue;
      store<u32>(rows + <usize>count * 4, <u32>(<usize>s * sampleStep));
      store<f32>(values + <usize>count * 4, scale * x);
      count++;
    }
  }
  store<i32>(starts + <usize>signals * 4, count);
}

/** out[sample][:] = bias + Σ x_i·W[i][:], rows of `vectors`·4 floats, outStep bytes apart; `job` a record (hopfieldInputFieldFields). */
export function inputField(job: usize): void {
  const w: usize = load<u32>(job);
  const bias: usize = load<u32>(job, 4);
  const vectors = load<i32>(job, 8);
  const samples = load<i32>(job, 12);
  const starts: usize = load<u32>(job, 16);
  const rows: usize = load<u32>(job, 20);
  const values: usize = load<u32>(job, 24);
  const out: usize = load<u32>(job, 28);
  const outStep: usize = load<u32>(job, 32);
  let v: i32 = 0;
  for (; v + 8 <= vectors; v += 8) {
    const offset = <usize>v * 16;
    for (let s: i32 = 0; s < samples; s++) eightVectors(w + offset, bias + offset, s, starts, rows, values, out + <usize>s * outStep + offset);
  }
  for (; v < vectors; v++) {
    const offset = <usize>v * 16;
    for (let s: i32 = 0; s < samples; s++) oneVector(w + offset, bias + offset, s, starts, rows, values, out + <usize>s * outStep + offset);
  }
}

// @ts-ignore: decorator
@inline
function eightVectors(w: usize, bias: usize, s: i32, starts: usize, rows: usize, values: usize, out: usize): void {
  const end = load<i32>(starts + <usize>s * 4 + 4);
  let a0 = v128.load(bias);
  let a1 = v128.load(bias, 16);
  let a2 = v128.load(bias, 32);
  let a3 = v128.load(bias, 48);
  let a4 = v128.load(bias, 64);
  let a5 = v128.load(bias, 80);
  let a6 = v128.load(bias, 96);
  let a7 = v128.load(bias, 112);
  for (let e = load<i32>(starts + <usize>s * 4); e < end; e++) {
    const row = w + <usize>load<u32>(rows + <usize>e * 4);
    const x = v128.load32_splat(values + <usize>e * 4);
    a0 = multiplyAdd(x, v128.load(row), a0);
    a1 = multiplyAdd(x, v128.load(row, 16), a1);
    a2 = multiplyAdd(x, v128.load(row, 32), a2);
    a3 = multiplyAdd(x, v128.load(row, 48), a3);
    a4 = multiplyAdd(x, v128.load(row, 64), a4);
    a5 = multiplyAdd(x, v128.load(row, 80), a5);
    a6 = multiplyAdd(x, v128.load(row, 96), a6);
    a7 = multiplyAdd(x, v128.load(row, 112), a7);
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
  v128.store(out, a4, 64);
  v128.store(out, a5, 80);
  v128.store(out, a6, 96);
  v128.store(out, a7, 112);
}

// @ts-ignore: decorator
@inline
function oneVector(w: usize, bias: usize, s: i32, starts: usize, rows: usize, values: usize, out: usize): void {
  const end = load<i32>(starts + <usize>s * 4 + 4);
  let a = v128.load(bias);
  for (let e = load<i32>(starts + <usize>s * 4); e < end; e++) {
    a = multiplyAdd(v128.load32_splat(values + <usize>e * 4), v128.load(w + <usize>load<u32>(rows + <usize>e * 4)), a);
  }
  v128.store(out, a);
}
