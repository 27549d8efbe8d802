// States → conductances.

import { Cells, highWord, lowWord } from './records';
import { shortNormal64 } from './short-normal';

/**
 * g = (offset + scale·w)·(1 + sigma·ξ), never negative, for cells first … first + count − 1 (first a multiple of 16), as
 * float32 at `out` (from cell `first` on; rounded up to whole blocks of 16). ξ from the stream of reads at the event:
 * cell c has number c mod 64 of `shortNormal64` of blocks 8·(c div 64) … + 7.
 */
export function readCells(
  cells: Cells,
  first: i32,
  count: i32,
  out: usize,
  event: f64,
  offset: f32,
  scale: f32,
  sigma: f32,
): void {
  const scratch = cells.scratch;
  const state = cells.seen;
  const seed = cells.seed;
  const key = cells.readKey;
  const sub = cells.group;
  const eventLow = lowWord(event);
  const eventHigh = highWord(event);
  const o = f32x4.splat(offset);
  const s = f32x4.splat(scale);
  const noise = f32x4.splat(sigma);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let start = 0; start < count; start += 16) {
    const from = state + (<usize>(first + start) << 2);
    const to = out + (<usize>start << 2);
    const cell = first + start;
    if (sigma > 0 && ((cell & 48) == 0 || start == 0)) {
      shortNormal64(scratch, scratch + 256, <u32>(cell >> 6) << 3, sub, eventLow, eventHigh, seed, key);
    }
    const drawn = scratch + (<usize>(cell & 48) << 2);
    for (let at: usize = 0; at < 64; at += 16) {
      let g = f32x4.add(o, f32x4.mul(s, v128.load(from + at)));
      if (sigma > 0) {
        g = f32x4.pmax(zero, f32x4.mul(g, f32x4.add(one, f32x4.mul(noise, v128.load(drawn + at)))));
      }
      v128.store(to + at, g);
    }
  }
}

/** g·(1 + sigma·ξ), never negative, for cells 0 … count − 1 in place at `g`; ξ as in `readCells`. */
export function noisyReads(cells: Cells, count: i32, g: usize, event: f64, sigma: f32): void {
  const scratch = cells.scratch;
  const low = lowWord(event);
  const high = highWord(event);
  const noise = f32x4.splat(sigma);
  for (let cell = 0; cell < count; cell += 16) {
    if ((cell & 48) == 0) {
      const block = <u32>(cell >> 6) << 3;
      shortNormal64(scratch, scratch + 256, block, cells.group, low, high, cells.seed, cells.readKey);
    }
    const drawn = scratch + (<usize>(cell & 48) << 2);
    const from = g + (<usize>cell << 2);
    for (let at: usize = 0; at < 64; at += 16) {
      const factor = f32x4.add(f32x4.splat(1), f32x4.mul(noise, v128.load(drawn + at)));
      v128.store(from + at, f32x4.pmax(f32x4.splat(0), f32x4.mul(v128.load(from + at), factor)));
    }
  }
}

/** How many of the cells lie within `margin` of an end of the range [0, 1]. */
export function countSaturated(first: i32, count: i32, state: usize, margin: f32): i32 {
  const low = f32x4.splat(margin);
  const high = f32x4.splat(1 - margin);
  let edge = 0;
  let i = first;
  for (const whole = first + (count & ~3); i < whole; i += 4) {
    const w = v128.load(state + (<usize>i << 2));
    edge += popcnt<i32>(i32x4.bitmask(v128.or(f32x4.le(w, low), f32x4.ge(w, high))));
  }
  for (; i < first + count; i++) {
    const w = load<f32>(state + (<usize>i << 2));
    if (w <= margin || w >= 1 - margin) edge++;
  }
  return edge;
}

/** to = offset + scale·from over `count` floats, rounded up to whole blocks of 16. */
export function affineCells(count: i32, from: usize, to: usize, offset: f32, scale: f32): void {
  const o = f32x4.splat(offset);
  const s = f32x4.splat(scale);
  for (let at: usize = 0; at < <usize>count << 2; at += 16) {
    v128.store(to + at, f32x4.add(o, f32x4.mul(s, v128.load(from + at))));
  }
}

/** to = max(0, a − b) over `count` floats: a differential pair whose sense amplifier cannot go negative. */
export function differenceOfCells(count: i32, a: usize, b: usize, to: usize): void {
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < <usize>count << 2; at += 16) {
    v128.store(to + at, f32x4.pmax(zero, f32x4.sub(v128.load(a + at), v128.load(b + at))));
  }
}
