// The local rule: weights move by products of activities.

import { ReadOut, readUnits } from '../shared/read-out';
import { multiplyAdd, sumLanes } from '../shared/simd';

/** rows [2·samples][:]: δ = second − first of every sample, then their means m; `vectors`·4 floats a row, step bytes apart. */
export function contrast(
  first: usize,
  second: usize,
  samples: i32,
  vectors: i32,
  step: usize,
  rows: usize,
): void {
  const half = f32x4.splat(0.5);
  const means = rows + <usize>samples * step;
  for (let s: i32 = 0; s < samples; s++) {
    let at = <usize>s * step;
    for (let v: i32 = 0; v < vectors; v++) {
      const a = v128.load(first + at);
      const b = v128.load(second + at);
      v128.store(rows + at, f32x4.sub(b, a));
      v128.store(means + at, f32x4.mul(half, f32x4.add(b, a)));
      at += 16;
    }
  }
}

/** What is read of the contrast of layer l takes its place in `rows`; `scratch` 448 bytes. */
export function readRows(readOut: ReadOut, l: i32, rows: usize, samples: i32, units: i32, step: usize, scratch: usize): void {
  const means = rows + <usize>samples * step;
  for (let s: i32 = 0; s < samples; s++) {
    const at = <usize>s * step;
    readUnits(readOut, l, s, rows + at, means + at, 0, units, scratch);
  }
}

/** out[unit][2·samples]: scale·m of every sample, then scale·δ: the other factor of each product in `rows`. */
export function crossed(rows: usize, step: usize, samples: i32, units: i32, scale: f32, out: usize): void {
  const means = rows + <usize>samples * step;
  for (let j: i32 = 0; j < units; j++) {
    for (let s: i32 = 0; s < samples; s++) {
      const at = <usize>s * step + <usize>j * 4;
      store<f32>(out + <usize>s * 4, scale * load<f32>(means + at));
      store<f32>(out + <usize>(samples + s) * 4, scale * load<f32>(rows + at));
    }
    out += <usize>samples * 8;
  }
}

/** w += d over `rows` rows of `vectors`·4 floats; sums[0] = Σ d², sums[1] = Σ w² after it. */
export function add(
  w: usize,
  wStep: usize,
  d: usize,
  dStep: usize,
  rows: i32,
  vectors: i32,
  sums: usize,
): void {
  let changed: f32 = 0;
  let all: f32 = 0;
  for (let i: i32 = 0; i < rows; i++) {
    let dd = f32x4.splat(0);
    let ww = f32x4.splat(0);
    for (let v: i32 = 0; v < vectors; v++) {
      const at = <usize>v * 16;
      const change = v128.load(d + at);
      const value = f32x4.add(v128.load(w + at), change);
      v128.store(w + at, value);
      dd = multiplyAdd(change, change, dd);
      ww = multiplyAdd(value, value, ww);
    }
    changed += sumLanes(dd);
    all += sumLanes(ww);
    w += wStep;
    d += dStep;
  }
  store<f32>(sums, changed);
  store<f32>(sums + 4, all);
}

/** w += scale·Σ_s rows[s]: the biases. */
export function addMean(w: usize, rows: usize, step: usize, samples: i32, vectors: i32, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (let v: i32 = 0; v < vectors; v++) {
    const at = <usize>v * 16;
    let sum = f32x4.splat(0);
    for (let s: i32 = 0; s < samples; s++) sum = f32x4.add(sum, v128.load(rows + <usize>s * step + at));
    v128.store(w + at, multiplyAdd(factor, sum, v128.load(w + at)));
  }
}

/**
 * Weights of the clamped input: W[i][:] += Σ x·δ[sample][:] over the entries of signal i, those with none left alone.
 * squares[i] = Σ W[i]² is kept up to date; sums as in `add`. `job` is a record (hopfieldInputUpdateFields).
 */
export function addInputs(job: usize): void {
  const w: usize = load<u32>(job);
  const rowStep: usize = load<u32>(job, 4);
  const vectors = load<i32>(job, 8);
  const signals = load<i32>(job, 12);
  const starts: usize = load<u32>(job, 16);
  const rows: usize = load<u32>(job, 20);
  const values: usize = load<u32>(job, 24);
  const deltas: usize = load<u32>(job, 28);
  const squares: usize = load<u32>(job, 32);
  const sums: usize = load<u32>(job, 36);
  let changed: f32 = 0;
  let all: f32 = 0;
  for (let i: i32 = 0; i < signals; i++) {
    const from = load<i32>(starts + <usize>i * 4);
    const to = load<i32>(starts + <usize>i * 4 + 4);
    const mine = squares + <usize>i * 4;
    if (from < to) {
      const row = w + <usize>i * rowStep;
      let dd = f32x4.splat(0);
      let ww = f32x4.splat(0);
      let v: i32 = 0;
      for (; v + 8 <= vectors; v += 8) {
        const at = <usize>v * 16;
        const d = deltas + at;
        let a0 = f32x4.splat(0);
        let a1 = a0;
        let a2 = a0;
        let a3 = a0;
        let a4 = a0;
        let a5 = a0;
        let a6 = a0;
        let a7 = a0;
        for (let e = from; e < to; e++) {
          const x = v128.load32_splat(values + <usize>e * 4);
          const p = d + <usize>load<u32>(rows + <usize>e * 4);
          a0 = multiplyAdd(x, v128.load(p), a0);
          a1 = multiplyAdd(x, v128.load(p, 16), a1);
          a2 = multiplyAdd(x, v128.load(p, 32), a2);
          a3 = multiplyAdd(x, v128.load(p, 48), a3);
          a4 = multiplyAdd(x, v128.load(p, 64), a4);
          a5 = multiplyAdd(x, v128.load(p, 80), a5);
          a6 = multiplyAdd(x, v128.load(p, 96), a6);
          a7 = multiplyAdd(x, v128.load(p, 112), a7);
        }
        const q = row + at;
        const w0 = f32x4.add(v128.load(q), a0);
        const w1 = f32x4.add(v128.load(q, 16), a1);
        const w2 = f32x4.add(v128.load(q, 32), a2);
        const w3 = f32x4.add(v128.load(q, 48), a3);
        v128.store(q, w0);
        v128.store(q, w1, 16);
        v128.store(q, w2, 32);
        v128.store(q, w3, 48);
        dd = multiplyAdd(a0, a0, multiplyAdd(a1, a1, multiplyAdd(a2, a2, multiplyAdd(a3, a3, dd))));
        ww = multiplyAdd(w0, w0, multiplyAdd(w1, w1, multiplyAdd(w2, w2, multiplyAdd(w3, w3, ww))));
        const w4 = f32x4.add(v128.load(q, 64), a4);
        const w5 = f32x4.add(v128.load(q, 80), a5);
        const w6 = f32x4.add(v128.load(q, 96), a6);
        const w7 = f32x4.add(v128.load(q, 112), a7);
        v128.store(q, w4, 64);
        v128.store(q, w5, 80);
        v128.store(q, w6, 96);
        v128.store(q, w7, 112);
        dd = multiplyAdd(a4, a4, multiplyAdd(a5, a5, multiplyAdd(a6, a6, multiplyAdd(a7, a7, dd))));
        ww = multiplyAdd(w4, w4, multiplyAdd(w5, w5, multiplyAdd(w6, w6, multiplyAdd(w7, w7, ww))));
      }
      for (; v < vectors; v++) {
        const at = <usize>v * 16;
        let a = f32x4.splat(0);
        for (let e = from; e < to; e++) {
          const x = v128.load32_splat(values + <usize>e * 4);
          a = multiplyAdd(x, v128.load(deltas + at + <usize>load<u32>(rows + <usize>e * 4)), a);
        }
        const value = f32x4.add(v128.load(row + at), a);
        v128.store(row + at, value);
        dd = multiplyAdd(a, a, dd);
        ww = multiplyAdd(value, value, ww);
      }
      changed += sumLanes(dd);
      store<f32>(mine, sumLanes(ww));
    }
    all += load<f32>(mine);
  }
  store<f32>(sums, changed);
  store<f32>(sums + 4, all);
}

/** squares[i] = Σ W[i]² of rows that were written from outside; summed in the order of `addInputs`, to the same last bit. */
export function countSquares(w: usize, rowStep: usize, vectors: i32, signals: i32, squares: usize): void {
  const whole = vectors & ~7;
  for (let i: i32 = 0; i < signals; i++) {
    const row = w + <usize>i * rowStep;
    let sum = f32x4.splat(0);
    // Each block of 8 vectors as two halves, the last vector of a half first.
    for (let half: i32 = 0; half < whole; half += 4) {
      for (let v = half + 3; v >= half; v--) sum = addSquare(row + <usize>v * 16, sum);
    }
    for (let v = whole; v < vectors; v++) sum = addSquare(row + <usize>v * 16, sum);
    store<f32>(squares + <usize>i * 4, sumLanes(sum));
  }
}

function addSquare(at: usize, sum: v128): v128 {
  const value = v128.load(at);
  return multiplyAdd(value, value, sum);
}
