// What time does to conductances between a write and a read: drift by a power law, relaxation by its measured moments
// (devices/cells/nonidealities/retention.ts has the sources, and the same in float64).

import { binaryLogarithm, binaryPower } from '../shared/logarithm';
import { normal16 } from './normal';
import { Ages, highWord, lowWord } from './records';

/** Logarithm of base 2 to that of base 10. */
const LOG10_2: f32 = 0.3010299957;
/** Relaxation was measured from 0.01 s on; before it a cell is as written. */
const PER_RELAXATION_START: f32 = 100;
/** 1 µS of cells whose upper end is 40 µS, of that end. */
const MICROSIEMENS: f32 = 0.025;

/**
 * Notes that cells were written at `now` (s) as update `id`: those of cells first … first + count − 1 (first a multiple of 16) with
 * a count other than 0, all where `counts` is 0. Draws the number by which each relaxes, as cell-th normal number of the stream at `id`.
 */
export function noteWrites(ages: Ages, first: i32, count: i32, counts: usize, now: f64, id: f64): void {
  const written = ages.written;
  const writer = ages.writer;
  const relaxing = ages.relaxing;
  const drawn = ages.scratch;
  for (let start = first; start < first + count; start += 16) {
    let busy = (1 << min(16, first + count - start)) - 1;
    if (counts != 0) {
      const c = counts + (<usize>start << 1);
      const none = i16x8.splat(0);
      const left = i16x8.bitmask(i16x8.ne(v128.load(c), none));
      busy &= left | (i16x8.bitmask(i16x8.ne(v128.load(c, 16), none)) << 8);
      if (busy == 0) continue;
    }
    if (relaxing != 0) {
      normal16(drawn, <u32>(start >> 4) << 2, ages.group, lowWord(id), highWord(id), ages.seed, ages.key);
    }
    for (; busy != 0; busy &= busy - 1) {
      const n = ctz(busy);
      const cell = <usize>(start + n);
      store<f64>(written + (cell << 3), now);
      store<u32>(writer + (cell << 2), lowWord(id));
      if (relaxing != 0) store<f32>(relaxing + (cell << 2), load<f32>(drawn + (<usize>n << 2)));
    }
  }
}

/** Draws the numbers by which cells relax again, from what wrote each. */
export function drawRelaxing(ages: Ages, count: i32): void {
  const drawn = ages.scratch;
  for (let cell = 0; cell < count; cell++) {
    const id = load<u32>(ages.writer + (<usize>cell << 2));
    normal16(drawn, <u32>(cell >> 4) << 2, ages.group, id, 0, ages.seed, ages.key);
    store<f32>(ages.relaxing + (<usize>cell << 2), load<f32>(drawn + (<usize>(cell & 15) << 2)));
  }
}

/**
 * Conductances of cells 0 … count − 1 as written → as they are at `now` (s), in place at `g` (float32, in units in which the upper end
 * of the range is `largest`), never negative. Rounded up to whole blocks of 16.
 */
export function ageReads(ages: Ages, count: i32, g: usize, now: f64, largest: f32): void {
  const written = ages.written;
  const exponents = ages.exponents;
  const relaxing = ages.relaxing;
  const time = f64x2.splat(now);
  const rate = f32x4.splat(1 / ages.t0);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const perLargest = f32x4.splat(1 / largest);
  const unit = f32x4.splat(MICROSIEMENS * largest);
  for (let cell: usize = 0; cell < <usize>count; cell += 4) {
    const at = cell << 2;
    const early = f32x4.demote_f64x2_zero(f64x2.sub(time, v128.load(written + (cell << 3))));
    const late = f32x4.demote_f64x2_zero(f64x2.sub(time, v128.load(written + (cell << 3), 16)));
    const age = v128.shuffle<i64>(early, late, 0, 2);
    let now_S = v128.load(g + at);
    if (relaxing != 0) {
      const since = f32x4.mul(age, f32x4.splat(PER_RELAXATION_START));
      const l = f32x4.mul(f32x4.splat(LOG10_2), binaryLogarithm(f32x4.pmax(one, since)));
      const x = f32x4.pmin(one, f32x4.mul(now_S, perLargest));
      const xx = f32x4.mul(x, x);
      const mean = f32x4.add(
        line(l, 0.144, 0.12),
        f32x4.add(f32x4.mul(x, line(l, -0.488, -1.204)), f32x4.mul(xx, line(l, 0.442, 0.827))),
      );
      const sigma = f32x4.add(
        line(l, 0.969, 0.159),
        f32x4.add(f32x4.mul(x, line(l, 1.898, 0.863)), f32x4.mul(xx, line(l, -2.292, -0.736))),
      );
      const moved = f32x4.add(mean, f32x4.mul(f32x4.pmax(zero, sigma), v128.load(relaxing + at)));
      now_S = f32x4.add(now_S, v128.and(f32x4.ge(since, one), f32x4.mul(unit, moved)));
    }
    if (exponents != 0) {
      // ((t + t₀)/t₀)^−ν in powers of two
      const l = binaryLogarithm(f32x4.add(one, f32x4.mul(age, rate)));
      now_S = f32x4.mul(now_S, binaryPower(f32x4.neg(f32x4.mul(v128.load(exponents + at), l))));
    }
    v128.store(g + at, f32x4.pmax(zero, now_S));
  }
}

/** constant + slope·l */
// @ts-ignore: decorator
@inline
function line(l: v128, constant: f32, slope: f32): v128 {
  return f32x4.add(f32x4.splat(constant), f32x4.mul(f32x4.splat(slope), l));
}
