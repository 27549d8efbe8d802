// Set-up: scale and pack the conductances, factor every line. The pivots are carried as 1 + δ, where δ is the
// conductance to everything but the next wire; nothing is subtracted, so they keep full relative accuracy however
// small the wire resistance is (Grassmann, Taksar & Heyman, 1985).
import { blockBytes, Network, TILE } from './layout';

// @ts-ignore: decorator
@inline
function reciprocalOrZero(d: v128): v128 {
  const positive = f64x2.gt(d, f64x2.splat(0));
  return v128.and(f64x2.div(f64x2.splat(1), d), positive);
}

/**
 * Packs the rows of blocks [first, end), row-major at `source` (S), into tiles of scale·G.
 * Returns how many values are no conductance (NaN, negative or infinite).
 */
export function pack(net: Network, source: usize, scale: f64, first: u32, end: u32): u32 {
  const columns = net.columns;
  const pairs = net.pairs;
  const s = f64x2.splat(scale);
  const zero = f64x2.splat(0);
  const infinite = f64x2.splat(Infinity);
  let bad: u32 = 0;
  let out = net.g + <usize>first * blockBytes(net);
  for (let block = first; block < end; block++) {
    for (let r: u32 = 0; r < 8; r++) {
      const row = block * 8 + r;
      let to = out + (<usize>r << 4);
      if (row >= net.rows) {
        for (let k: u32 = 0; k < pairs; k++, to += TILE) v128.store(to, zero);
        continue;
      }
      let from = source + <usize>(row - first * 8) * <usize>columns * 8;
      let good = f64x2.eq(zero, zero);
      for (let k: u32 = 0; k + k + 1 < columns; k++, to += TILE, from += 16) {
        const g = v128.load(from);
        good = v128.and(good, v128.and(f64x2.ge(g, zero), f64x2.lt(g, infinite)));
        v128.store(to, f64x2.mul(g, s));
      }
      if (columns & 1) {
        const g = v128.load64_zero(from);
        good = v128.and(good, v128.and(f64x2.ge(g, zero), f64x2.lt(g, infinite)));
        v128.store(to, f64x2.mul(g, s));
      }
      if (!i64x2.all_true(good)) bad++;
    }
    out += blockBytes(net);
  }
  return bad;
}

/** Sum of min(G', cap) over all cells, for the mean that sets the coarse spacing. */
export function cappedSum(net: Network, cap: f64): f64 {
  const top = f64x2.splat(cap);
  let a = f64x2.splat(0);
  let b = a;
  const end = net.g + <usize>net.blocks * blockBytes(net);
  for (let p = net.g; p < end; p += 32) {
    a = f64x2.add(a, f64x2.pmin(top, v128.load(p)));
    b = f64x2.add(b, f64x2.pmin(top, v128.load(p, 16)));
  }
  a = f64x2.add(a, b);
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
}

/** How many cells have G' above `limit`, and the largest G' (through `largest`). */
export function countAbove(net: Network, limit: f64, largest: usize): u32 {
  const bound = f64x2.splat(limit);
  let most = f64x2.splat(0);
  let count: u32 = 0;
  const end = net.g + <usize>net.blocks * blockBytes(net);
  for (let p = net.g; p < end; p += 16) {
    const g = v128.load(p);
    most = f64x2.pmax(most, g);
    count += <u32>popcnt(i64x2.bitmask(f64x2.gt(g, bound)));
  }
  store<f64>(largest, max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)));
  return count;
}

/** Factors the word lines of blocks [first, end), all 8 of a block side by side: `diagonal` is 1/s. */
export function factorWordLines(net: Network, diagonal: f64, first: u32, end: u32): void {
  const bytes = blockBytes(net);
  const k = f64x2.splat(diagonal);
  const one = f64x2.splat(1);
  const wholePairs = <usize>((net.columns - 1) >> 1) * TILE;
  for (let block = first; block < end; block++) {
    const terminal = net.left + (<usize>block << 6);
    let d0 = v128.load(terminal);
    let d1 = v128.load(terminal, 16);
    let d2 = v128.load(terminal, 32);
    let d3 = v128.load(terminal, 48);
    let g = net.g + <usize>block * bytes;
    let e = net.wordFactor + <usize>block * bytes;
    for (const stop = g + wholePairs; g < stop; g += TILE, e += TILE) {
      let delta0 = f64x2.add(d0, f64x2.mul(k, v128.shuffle<f64>(v128.load(g), v128.load(g, 16), 0, 2)));
      let delta1 = f64x2.add(d1, f64x2.mul(k, v128.shuffle<f64>(v128.load(g, 32), v128.load(g, 48), 0, 2)));
      let delta2 = f64x2.add(d2, f64x2.mul(k, v128.shuffle<f64>(v128.load(g, 64), v128.load(g, 80), 0, 2)));
      let delta3 = f64x2.add(d3, f64x2.mul(k, v128.shuffle<f64>(v128.load(g, 96), v128.load(g, 112), 0, 2)));
      let factor0 = f64x2.div(one, f64x2.add(one, delta0));
      let factor1 = f64x2.div(one, f64x2.add(one, delta1));
      let factor2 = f64x2.div(one, f64x2.add(one, delta2));
      let factor3 = f64x2.div(one, f64x2.add(one, delta3));
      v128.store(e, factor0);
      d0 = f64x2.mul(delta0, factor0);
      v128.store(e, factor1, 16);
      d1 = f64x2.mul(delta1, factor1);
      v128.store(e, factor2, 32);
      d2 = f64x2.mul(delta2, factor2);
      v128.store(e, factor3, 48);
      d3 = f64x2.mul(delta3, factor3);
      delta0 = f64x2.add(d0, f64x2.mul(k, v128.shuffle<f64>(v128.load(g), v128.load(g, 16), 1, 3)));
      delta1 = f64x2.add(d1, f64x2.mul(k, v128.shuffle<f64>(v128.load(g, 32), v128.load(g, 48), 1, 3)));
      delta2 = f64x2.add(d2, f64x2.mul(k, v128.shuffle<f64>(v128.load(g, 64), v128.load(g, 80), 1, 3)));
      delta3 = f64x2.add(d3, f64x2.mul(k, v128.shuffle<f64>(v128.load(g, 96), v128.load(g, 112), 1, 3)));
      factor0 = f64x2.div(one, f64x2.add(one, delta0));
      factor1 = f64x2.div(one, f64x2.add(one, delta1));
      factor2 = f64x2.div(one, f64x2.add(one, delta2));
      factor3 = f64x2.div(one, f64x2.add(one, delta3));
      v128.store(e, factor0, 64);
      d0 = f64x2.mul(delta0, factor0);
      v128.store(e, factor1, 80);
      d1 = f64x2.mul(delta1, factor1);
      v128.store(e, factor2, 96);
      d2 = f64x2.mul(delta2, factor2);
      v128.store(e, factor3, 112);
      d3 = f64x2.mul(delta3, factor3);
    }
    lastWordPair(net, k, block, 0, g, e, d0);
    lastWordPair(net, k, block, 16, g, e, d1);
    lastWordPair(net, k, block, 32, g, e, d2);
    lastWordPair(net, k, block, 48, g, e, d3);
  }
}

/** Two word lines, `half` their place among the 8, at their last one or two bit lines. */
function lastWordPair(net: Network, k: v128, block: u32, half: usize, g: usize, e: usize, d: v128): void {
  const right = v128.load(net.right + (<usize>block << 6) + half);
  const a = v128.load(g + half + half);
  const b = v128.load(g + half + half, 16);
  let delta = f64x2.add(d, f64x2.mul(k, v128.shuffle<f64>(a, b, 0, 2)));
  if (net.columns & 1) {
    v128.store(e + half, reciprocalOrZero(f64x2.add(delta, right)));
    v128.store(e + half, f64x2.splat(0), 64);
    return;
  }
  const factor = f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), delta));
  v128.store(e + half, factor);
  delta = f64x2.add(f64x2.mul(delta, factor), f64x2.mul(k, v128.shuffle<f64>(a, b, 1, 3)));
  v128.store(e + half, reciprocalOrZero(f64x2.add(delta, right)), 64);
}

/** Factors the bit lines of pairs [first, end): `diagonal` is s; `carry` is one row of scratch. */
export function factorBitLines(net: Network, diagonal: f64, carry: usize, first: u32, end: u32): void {
  const bytes = blockBytes(net);
  const k = f64x2.splat(diagonal);
  const one = f64x2.splat(1);
  memory.copy(carry + (<usize>first << 4), net.top + (<usize>first << 4), <usize>(end - first) << 4);
  for (let block: u32 = 0; block < net.blocks; block++) {
    const inBlock = min(net.rows - block * 8, 8);
    const isLast = block + 1 == net.blocks;
    for (let pair = first; pair < end; pair++) {
      const offset = <usize>block * bytes + <usize>pair * TILE;
      const g = net.g + offset;
      const e = net.bitFactor + offset;
      let d = v128.load(carry + (<usize>pair << 4));
      const plain = isLast ? inBlock - 1 : 8;
      let r: u32 = 0;
      for (; r < plain; r++) {
        const delta = f64x2.add(d, f64x2.mul(k, v128.load(g + (<usize>r << 4))));
        const factor = f64x2.div(one, f64x2.add(one, delta));
        v128.store(e + (<usize>r << 4), factor);
        d = f64x2.mul(delta, factor);
      }
      if (isLast) {
        const delta = f64x2.add(d, f64x2.mul(k, v128.load(g + (<usize>r << 4))));
        let factor = reciprocalOrZero(f64x2.add(delta, v128.load(net.bottom + (<usize>pair << 4))));
        v128.store(e + (<usize>r << 4), factor);
        for (r++; r < 8; r++) v128.store(e + (<usize>r << 4), f64x2.splat(0));
      }
      v128.store(carry + (<usize>pair << 4), d);
    }
  }
  if (net.columns & 1 && end == net.pairs) {
    // the padding bit line stays at 0 V
    for (let p = net.bitFactor + bytes - TILE; p < net.bitFactor + <usize>net.blocks * bytes; p += bytes) {
      for (let r: usize = 0; r < TILE; r += 16) store<f64>(p + r, 0, 8);
    }
  }
}
