// The coarse grid: bilinear in both directions, every `spacing` lines, one word and one bit unknown a node.
import { blockBytes, Network, rowBytes, TILE, Work } from './layout';

/**
 * Moments of G' over the word lines of coarse interval `interval`, each bit line on its own:
 * Σ(1−w)²·g, Σw(1−w)·g, Σw²·g → net.moments, 3 rows.
 */
export function momentsOfInterval(net: Network, interval: u32): void {
  const row = rowBytes(net);
  memory.fill(net.moments, 0, row * 3);
  const h = 1 / <f64>net.rowSpacing;
  const perInterval = net.rowSpacing / 8;
  const first = interval * perInterval;
  const end = min(first + perInterval, net.blocks);
  for (let block = first; block < end; block++) {
    let pg = net.g + <usize>block * blockBytes(net);
    let pm = net.moments;
    const start = <f64>((block - first) * 8) * h;
    for (const stop = pm + row; pm < stop; pm += 16, pg += TILE) {
      let m0 = f64x2.splat(0);
      let m1 = m0;
      let m2 = m0;
      let w = f64x2.splat(start);
      const step = f64x2.splat(h);
      for (let r: usize = 0; r < TILE; r += 16) {
        const g = v128.load(pg + r);
        const t = f64x2.mul(w, g);
        m0 = f64x2.add(m0, g);
        m1 = f64x2.add(m1, t);
        m2 = f64x2.add(m2, f64x2.mul(w, t));
        w = f64x2.add(w, step);
      }
      const cross = f64x2.sub(m1, m2);
      v128.store(pm, f64x2.add(v128.load(pm), f64x2.sub(f64x2.sub(m0, m1), cross)));
      v128.store(pm + row, f64x2.add(v128.load(pm + row), cross));
      v128.store(pm + row + row, f64x2.add(v128.load(pm + row + row), m2));
    }
  }
}

/** Contracts the moments along the bit lines: out [intervals × 9], index 3·(row moment) + (column moment). */
export function contractMoments(net: Network, out: usize): void {
  const intervals = columnIntervals(net);
  const row = rowBytes(net);
  const h = 1 / <f64>net.columnSpacing;
  memory.fill(out, 0, <usize>intervals * 72);
  for (let m: usize = 0; m < 3; m++) {
    const from = net.moments + m * row;
    for (let k: u32 = 0; k < intervals; k++) {
      const first = k * net.columnSpacing;
      const end = min(first + net.columnSpacing, net.columns);
      let a: f64 = 0;
      let b: f64 = 0;
      let c: f64 = 0;
      let w: f64 = 0;
      for (let j = first; j < end; j++) {
        const v = load<f64>(from + (<usize>j << 3));
        const t = w * v;
        a += v;
        b += t;
        c += w * t;
        w += h;
      }
      const at = out + <usize>k * 72 + m * 24;
      store<f64>(at, a - b - b + c);
      store<f64>(at, b - c, 8);
      store<f64>(at, c, 16);
    }
  }
}

/**
 * Band Cholesky in place: row i holds columns i − width … i, `width + 1` numbers; the diagonal becomes its reciprocal.
 * Returns 0, or 1 if a pivot was not positive.
 */
export function factorBand(a: usize, order: u32, width: u32): u32 {
  const size = <usize>(width + 1) << 3;
  const w = <usize>width << 3;
  for (let r: u32 = 0; r < order; r++) {
    const low: u32 = r > width ? r - width : 0;
    const ar = a + <usize>r * size + w - (<usize>r << 3);
    for (let c = low; c <= r; c++) {
      const start: u32 = c > width && c - width > low ? c - width : low;
      const ac = a + <usize>c * size + w - (<usize>c << 3);
      let k = <usize>start << 3;
      const end = <usize>c << 3;
      let t = f64x2.splat(0);
      let u = t;
      let v = t;
      let x = t;
      for (; k + 64 <= end; k += 64) {
        t = f64x2.add(t, f64x2.mul(v128.load(ar + k), v128.load(ac + k)));
        u = f64x2.add(u, f64x2.mul(v128.load(ar + k, 16), v128.load(ac + k, 16)));
        v = f64x2.add(v, f64x2.mul(v128.load(ar + k, 32), v128.load(ac + k, 32)));
        x = f64x2.add(x, f64x2.mul(v128.load(ar + k, 48), v128.load(ac + k, 48)));
      }
      t = f64x2.add(f64x2.add(t, u), f64x2.add(v, x));
      let s = f64x2.extract_lane(t, 0) + f64x2.extract_lane(t, 1);
      for (; k < end; k += 8) s += load<f64>(ar + k) * load<f64>(ac + k);
      s = load<f64>(ar + end) - s;
      if (c < r) store<f64>(ar + end, s * load<f64>(ac + end));
      else {
        if (!(s > 0)) return 1;
        store<f64>(ar + end, 1 / Math.sqrt(s));
      }
    }
  }
  return 0;
}

/** Solves with the band factor, in place. */
export function solveBand(a: usize, order: u32, width: u32, x: usize): void {
  const size = <usize>(width + 1) << 3;
  const w = <usize>width << 3;
  for (let r: u32 = 0; r < order; r++) {
    const ar = a + <usize>r * size + w - (<usize>r << 3);
    let k = <usize>(r > width ? r - width : 0) << 3;
    const end = <usize>r << 3;
    let t = f64x2.splat(0);
    let u = t;
    for (; k + 32 <= end; k += 32) {
      t = f64x2.add(t, f64x2.mul(v128.load(ar + k), v128.load(x + k)));
      u = f64x2.add(u, f64x2.mul(v128.load(ar + k, 16), v128.load(x + k, 16)));
    }
    t = f64x2.add(t, u);
    let s = f64x2.extract_lane(t, 0) + f64x2.extract_lane(t, 1);
    for (; k < end; k += 8) s += load<f64>(ar + k) * load<f64>(x + k);
    store<f64>(x + end, (load<f64>(x + end) - s) * load<f64>(ar + end));
  }
  for (let r = <i32>order - 1; r >= 0; r--) {
    const ar = a + <usize>r * size + w - (<usize>r << 3);
    const end = <usize>r << 3;
    const s = load<f64>(x + end) * load<f64>(ar + end);
    store<f64>(x + end, s);
    const t = f64x2.splat(s);
    let k = <usize>(<u32>r > width ? <u32>r - width : 0) << 3;
    for (; k + 16 <= end; k += 16) {
      v128.store(x + k, f64x2.sub(v128.load(x + k), f64x2.mul(t, v128.load(ar + k))));
    }
    for (; k < end; k += 8) store<f64>(x + k, load<f64>(x + k) - s * load<f64>(ar + k));
  }
}

/** Intervals between coarse nodes along a word line; one that starts at the last node counts if a bit line is there. */
// @ts-ignore: decorator
@inline
function columnIntervals(net: Network): u32 {
  return (net.columns - 1) / net.columnSpacing + 1;
}

/**
 * One coarse correction: work.gathered restricted along the word lines into the word (kind 0) or bit (kind 1)
 * unknowns, solved, and the bit unknowns expanded into work.expanded.
 */
export function coarseCorrection(net: Network, work: Work, kind: u32): void {
  const row = rowBytes(net);
  const h = 1 / <f64>net.columnSpacing;
  const x = work.coarse;
  memory.fill(x, 0, <usize>net.bandOrder << 3);
  const intervals = columnIntervals(net);
  for (let i: u32 = 0; i < net.coarseRows; i++) {
    const from = work.gathered + <usize>i * row;
    let carried: f64 = 0;
    let at = x + (<usize>(i * net.rowStride + kind) << 3);
    for (let k: u32 = 0; k < intervals; k++) {
      const first = k * net.columnSpacing;
      const end = min(first + net.columnSpacing, net.columns);
      let sum: f64 = 0;
      let second: f64 = 0;
      let w: f64 = 0;
      for (let j = first; j < end; j++) {
        const v = load<f64>(from + (<usize>j << 3));
        sum += v;
        second += w * v;
        w += h;
      }
      store<f64>(at, carried + sum - second);
      carried = second;
      at += <usize>net.columnStride << 3;
    }
    if (intervals < net.coarseColumns) store<f64>(at, carried);
  }
  solveBand(net.band, net.bandOrder, net.bandWidth, x);
  for (let i: u32 = 0; i < net.coarseRows; i++) {
    const to = work.expanded + <usize>i * row;
    let at = x + (<usize>(i * net.rowStride + 1) << 3);
    for (let k: u32 = 0; k < intervals; k++) {
      const near = load<f64>(at);
      at += <usize>net.columnStride << 3;
      const step = k + 1 < net.coarseColumns ? (load<f64>(at) - near) * h : 0;
      const first = k * net.columnSpacing;
      const end = min(first + net.columnSpacing, net.columns);
      let v = near;
      for (let j = first; j < end; j++) {
        store<f64>(to + (<usize>j << 3), v);
        v += step;
      }
    }
    if (net.columns & 1) store<f64>(to + (<usize>net.columns << 3), 0);
  }
}
