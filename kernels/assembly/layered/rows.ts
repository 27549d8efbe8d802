// Products of conductance rows with unit values: what nearly all time in a deep network goes into.
import { multiplyAdd } from '../shared/simd';

/** Sums of the lanes of four vectors, one a lane. */
// @ts-ignore: decorator
@inline
export function sumsOf4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Four dot products of rows with x over `bytes`, a multiple of 32; stored at `out`. */
export function dot4(a: usize, b: usize, c: usize, d: usize, x: usize, bytes: usize, out: usize): void {
  let a0 = f32x4.splat(0), b0 = a0, c0 = a0, d0 = a0;
  let a1 = a0, b1 = a0, c1 = a0, d1 = a0;
  for (const end = x + bytes; x < end; x += 32) {
    const x0 = v128.load(x), x1 = v128.load(x, 16);
    a0 = multiplyAdd(x0, v128.load(a), a0);
    b0 = multiplyAdd(x0, v128.load(b), b0);
    c0 = multiplyAdd(x0, v128.load(c), c0);
    d0 = multiplyAdd(x0, v128.load(d), d0);
    a1 = multiplyAdd(x1, v128.load(a, 16), a1);
    b1 = multiplyAdd(x1, v128.load(b, 16), b1);
    c1 = multiplyAdd(x1, v128.load(c, 16), c1);
    d1 = multiplyAdd(x1, v128.load(d, 16), d1);
    a += 32;
    b += 32;
    c += 32;
    d += 32;
  }
  v128.store(out, sumsOf4(f32x4.add(a0, a1), f32x4.add(b0, b1), f32x4.add(c0, c1), f32x4.add(d0, d1)));
}

/** out += u·a + v·b + w·c + x·d over `bytes`, a multiple of 32. */
export function add4(
  out: usize, bytes: usize, a: usize, b: usize, c: usize, d: usize, u: f32, v: f32, w: f32, x: f32,
): void {
  const u4 = f32x4.splat(u), v4 = f32x4.splat(v), w4 = f32x4.splat(w), x4 = f32x4.splat(x);
  for (const end = out + bytes; out < end; out += 32) {
    let s0 = multiplyAdd(u4, v128.load(a), v128.load(out));
    let s1 = multiplyAdd(u4, v128.load(a, 16), v128.load(out, 16));
    s0 = multiplyAdd(v4, v128.load(b), s0);
    s1 = multiplyAdd(v4, v128.load(b, 16), s1);
    s0 = multiplyAdd(w4, v128.load(c), s0);
    s1 = multiplyAdd(w4, v128.load(c, 16), s1);
    s0 = multiplyAdd(x4, v128.load(d), s0);
    s1 = multiplyAdd(x4, v128.load(d, 16), s1);
    v128.store(out, s0);
    v128.store(out, s1, 16);
    a += 32;
    b += 32;
    c += 32;
    d += 32;
  }
}

/** `dot4` with two right-hand sides, for which the rows are read once; stored at `out` and `out2`. */
export function dot4Twice(
  a: usize, b: usize, c: usize, d: usize, x: usize, y: usize, bytes: usize, out: usize, out2: usize,
): void {
  let a0 = f32x4.splat(0), b0 = a0, c0 = a0, d0 = a0;
  let a1 = a0, b1 = a0, c1 = a0, d1 = a0;
  for (const end = x + bytes; x < end; x += 16) {
    const x0 = v128.load(x), y0 = v128.load(y);
    let g = v128.load(a);
    a0 = multiplyAdd(x0, g, a0);
    a1 = multiplyAdd(y0, g, a1);
    g = v128.load(b);
    b0 = multiplyAdd(x0, g, b0);
    b1 = multiplyAdd(y0, g, b1);
    g = v128.load(c);
    c0 = multiplyAdd(x0, g, c0);
    c1 = multiplyAdd(y0, g, c1);
    g = v128.load(d);
    d0 = multiplyAdd(x0, g, d0);
    d1 = multiplyAdd(y0, g, d1);
    a += 16;
    b += 16;
    c += 16;
    d += 16;
    y += 16;
  }
  v128.store(out, sumsOf4(a0, b0, c0, d0));
  v128.store(out2, sumsOf4(a1, b1, c1, d1));
}

/** `add4` into two arrays, for which the rows are read once; `factors` holds 4 of the first array, then 4 of the second. */
export function add4Twice(out: usize, out2: usize, bytes: usize, a: usize, b: usize, c: usize, d: usize, factors: usize): void {
  const u0 = v128.load_splat<f32>(factors), v0 = v128.load_splat<f32>(factors, 4);
  const w0 = v128.load_splat<f32>(factors, 8), x0 = v128.load_splat<f32>(factors, 12);
  const u1 = v128.load_splat<f32>(factors, 16), v1 = v128.load_splat<f32>(factors, 20);
  const w1 = v128.load_splat<f32>(factors, 24), x1 = v128.load_splat<f32>(factors, 28);
  for (const end = out + bytes; out < end; out += 16) {
    let g = v128.load(a);
    let s0 = multiplyAdd(u0, g, v128.load(out)), s1 = multiplyAdd(u1, g, v128.load(out2));
    g = v128.load(b);
    s0 = multiplyAdd(v0, g, s0);
    s1 = multiplyAdd(v1, g, s1);
    g = v128.load(c);
    s0 = multiplyAdd(w0, g, s0);
    s1 = multiplyAdd(w1, g, s1);
    g = v128.load(d);
    s0 = multiplyAdd(x0, g, s0);
    s1 = multiplyAdd(x1, g, s1);
    v128.store(out, s0);
    v128.store(out2, s1);
    a += 16;
    b += 16;
    c += 16;
    d += 16;
    out2 += 16;
  }
}

/** out[range] += Σ_k values[k]·rows[k][range]: `rows` is advanced to the range's start by the caller. */
export function addRows(out: usize, bytes: usize, rows: usize, rowBytes: usize, values: usize, count: i32): void {
  for (let k = 0; k < count; k += 4) {
    const a = rows + <usize>k * rowBytes;
    const left = count - k;
    const b = left > 1 ? a + rowBytes : a, c = left > 2 ? b + rowBytes : a, d = left > 3 ? c + rowBytes : a;
    const v = values + (<usize>k << 2);
    add4(out, bytes, a, b, c, d, load<f32>(v), left > 1 ? load<f32>(v, 4) : 0, left > 2 ? load<f32>(v, 8) : 0,
      left > 3 ? load<f32>(v, 12) : 0);
  }
}

/** out[k] = rows[k][range]·x[range] for `count` rows; writes whole fours. */
export function dotRows(out: usize, bytes: usize, rows: usize, rowBytes: usize, x: usize, count: i32): void {
  for (let k = 0; k < count; k += 4) {
    const a = rows + <usize>k * rowBytes;
    const left = count - k;
    const b = left > 1 ? a + rowBytes : a, c = left > 2 ? b + rowBytes : a, d = left > 3 ? c + rowBytes : a;
    dot4(a, b, c, d, x, bytes, out + (<usize>k << 2));
  }
}
