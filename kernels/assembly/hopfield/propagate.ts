// What the units that moved change in their neighbours' fields.

import { multiplyAdd } from '../shared/simd';

/**
 * field += Σ_n deltas[n]·w[indices[n]][:], rows of `vectors`·4 floats, wStep bytes apart. The terms of one entry are added
 * in the order of n.
 */
export function addRows(
  w: usize,
  wStep: usize,
  indices: usize,
  deltas: usize,
  count: i32,
  field: usize,
  vectors: i32,
): void {
  const end = field + <usize>vectors * 16;
  let n: i32 = 0;
  for (; n + 4 <= count; n += 4) {
    const i = indices + <usize>n * 4;
    const d = deltas + <usize>n * 4;
    let w0 = w + <usize>load<u32>(i) * wStep;
    let w1 = w + <usize>load<u32>(i, 4) * wStep;
    let w2 = w + <usize>load<u32>(i, 8) * wStep;
    let w3 = w + <usize>load<u32>(i, 12) * wStep;
    const d0 = v128.load32_splat(d);
    const d1 = v128.load32_splat(d, 4);
    const d2 = v128.load32_splat(d, 8);
    const d3 = v128.load32_splat(d, 12);
    for (let f = field; f < end; f += 32) {
      let x = multiplyAdd(d0, v128.load(w0), v128.load(f));
      let y = multiplyAdd(d0, v128.load(w0, 16), v128.load(f, 16));
      x = multiplyAdd(d1, v128.load(w1), x);
      y = multiplyAdd(d1, v128.load(w1, 16), y);
      x = multiplyAdd(d2, v128.load(w2), x);
      y = multiplyAdd(d2, v128.load(w2, 16), y);
      x = multiplyAdd(d3, v128.load(w3), x);
      y = multiplyAdd(d3, v128.load(w3, 16), y);
      v128.store(f, x);
      v128.store(f, y, 16);
      w0 += 32;
      w1 += 32;
      w2 += 32;
      w3 += 32;
    }
  }
  for (; n < count; n++) {
    let w0 = w + <usize>load<u32>(indices + <usize>n * 4) * wStep;
    const d0 = v128.load32_splat(deltas + <usize>n * 4);
    for (let f = field; f < end; f += 16) {
      v128.store(f, multiplyAdd(d0, v128.load(w0), v128.load(f)));
      w0 += 16;
    }
  }
}

/** out[j][i] = w[i][j]. */
export function transpose(w: usize, wStep: usize, rows: i32, columns: i32, out: usize, outStep: usize): void {
  let i: i32 = 0;
  for (; i + 4 <= rows; i += 4) {
    const from = w + <usize>i * wStep;
    const to = out + <usize>i * 4;
    let j: i32 = 0;
    for (; j + 4 <= columns; j += 4) {
      const p = from + <usize>j * 4;
      const a = v128.load(p);
      const b = v128.load(p + wStep);
      const c = v128.load(p + 2 * wStep);
      const d = v128.load(p + 3 * wStep);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      const q = to + <usize>j * outStep;
      v128.store(q, v128.shuffle<i64>(ab, cd, 0, 2));
      v128.store(q + outStep, v128.shuffle<i64>(ab, cd, 1, 3));
      v128.store(q + 2 * outStep, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
      v128.store(q + 3 * outStep, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
    }
    for (; j < columns; j++) {
      const p = from + <usize>j * 4;
      const q = to + <usize>j * outStep;
      for (let k: usize = 0; k < 4; k++) store<f32>(q + k * 4, load<f32>(p + k * wStep));
    }
  }
  for (; i < rows; i++) {
    for (let j: i32 = 0; j < columns; j++) {
      store<f32>(out + <usize>j * outStep + <usize>i * 4, load<f32>(w + <usize>i * wStep + <usize>j * 4));
    }
  }
}
