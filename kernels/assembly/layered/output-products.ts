// Products with the conductances into the outputs: few rows, so that four columns share every load.
import { multiplyAdd } from '../shared/simd';
import { sumsOf4 } from './rows';

/**
 * For four columns c: out_c[range] = start_c[range] + Σ_k values_c[k]·rows[k][range]. Columns are `outBytes`, `startBytes` and
 * `valueBytes` apart; `bytes` is a multiple of 32.
 */
export function addToColumns(
  out: usize, outBytes: usize, start: usize, startBytes: usize, bytes: usize,
  rows: usize, rowBytes: usize, values: usize, valueBytes: usize, count: i32,
): void {
  const end = rows + <usize>count * rowBytes;
  const value1 = values + valueBytes, value2 = value1 + valueBytes, value3 = value2 + valueBytes;
  for (let at: usize = 0; at < bytes; at += 32) {
    let from = start + at;
    let a0 = v128.load(from), a1 = v128.load(from, 16);
    from += startBytes;
    let b0 = v128.load(from), b1 = v128.load(from, 16);
    from += startBytes;
    let c0 = v128.load(from), c1 = v128.load(from, 16);
    from += startBytes;
    let d0 = v128.load(from), d1 = v128.load(from, 16);
    let k: usize = 0;
    for (let row = rows; row < end; row += rowBytes) {
      const g0 = v128.load(row + at), g1 = v128.load(row + at, 16);
      const u = v128.load_splat<f32>(values + k), v = v128.load_splat<f32>(value1 + k);
      const w = v128.load_splat<f32>(value2 + k), x = v128.load_splat<f32>(value3 + k);
      a0 = multiplyAdd(u, g0, a0);
      a1 = multiplyAdd(u, g1, a1);
      b0 = multiplyAdd(v, g0, b0);
      b1 = multiplyAdd(v, g1, b1);
      c0 = multiplyAdd(w, g0, c0);
      c1 = multiplyAdd(w, g1, c1);
      d0 = multiplyAdd(x, g0, d0);
      d1 = multiplyAdd(x, g1, d1);
      k += 4;
    }
    let to = out + at;
    v128.store(to, a0);
    v128.store(to, a1, 16);
    to += outBytes;
    v128.store(to, b0);
    v128.store(to, b1, 16);
    to += outBytes;
    v128.store(to, c0);
    v128.store(to, c1, 16);
    to += outBytes;
    v128.store(to, d0);
    v128.store(to, d1, 16);
  }
}

/** For four columns c: out_c[k] = rows[k][range]·x_c[range]; writes an even number of outputs. */
export function dotColumns(
  out: usize, outBytes: usize, x: usize, xBytes: usize, bytes: usize, rows: usize, rowBytes: usize, count: i32,
): void {
  for (let k = 0; k < count; k += 2) {
    let g = rows + <usize>k * rowBytes, h = k + 1 < count ? g + rowBytes : g;
    let p = x;
    const q = x + xBytes, r = q + xBytes, s = r + xBytes;
    const zero = f32x4.splat(0);
    let a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero, d0 = zero, d1 = zero;
    for (let at: usize = 0; at < bytes; at += 16) {
      const g0 = v128.load(g + at), h0 = v128.load(h + at);
      const u = v128.load(p + at), v = v128.load(q + at), w = v128.load(r + at), y = v128.load(s + at);
      a0 = multiplyAdd(u, g0, a0);
      a1 = multiplyAdd(u, h0, a1);
      b0 = multiplyAdd(v, g0, b0);
      b1 = multiplyAdd(v, h0, b1);
      c0 = multiplyAdd(w, g0, c0);
      c1 = multiplyAdd(w, h0, c1);
      d0 = multiplyAdd(y, g0, d0);
      d1 = multiplyAdd(y, h0, d1);
    }
    const left = sumsOf4(a0, a1, b0, b1), right = sumsOf4(c0, c1, d0, d1);
    let to = out + (<usize>k << 2);
    v128.store64_lane(to, left, 0);
    to += outBytes;
    v128.store64_lane(to, left, 1);
    to += outBytes;
    v128.store64_lane(to, right, 0);
    to += outBytes;
    v128.store64_lane(to, right, 1);
  }
}
