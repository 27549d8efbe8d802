// Wanted change of each cell → signed pulse counts. Everything in units of the range; tables of the nominal cell.

import { inStreamOrder, philoxPair } from '../shared/philox';
import { highWord, lowWord, Plan } from './records';
import { stepAt } from './step';

/**
 * Sixty-four uniform numbers of 16 bits, two from each word of the stream, for the cells of one block of 64: uint16 at `out`.
 */
// @ts-ignore: decorator
@inline
function bits64(out: usize, block: u32, sub: u32, low: u32, high: u32, seed: u32, key: u32): void {
  const left = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  philoxPair(out, left, i32x4.add(left, i32x4.splat(4)), sub, low, high, seed, key);
  inStreamOrder(out);
  inStreamOrder(out + 64);
}

/** Four of them as floats in (0, 1), each in the middle of its 2⁻¹⁶. */
// @ts-ignore: decorator
@inline
function uniform4(bits: usize): v128 {
  const whole = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(v128.load64_zero(bits)));
  return f32x4.add(f32x4.mul(whole, f32x4.splat(<f32>1.52587890625e-5)), f32x4.splat(<f32>7.62939453125e-6));
}

/** Nominal steps of four cells whose states are `w`, in the direction of each cell's `change`; never below `least`. */
// @ts-ignore: decorator
@inline
function stepTowards(w: v128, rising: v128, up: usize, down: usize, nodes: i32, least: v128): v128 {
  let step: v128;
  if (nodes == 2) {
    const u = <f32>load<f64>(up);
    const d = <f32>load<f64>(down);
    const affineUp = f32x4.add(f32x4.splat(u), f32x4.mul(w, f32x4.splat(<f32>load<f64>(up, 8) - u)));
    const affineDown = f32x4.add(f32x4.splat(-d), f32x4.mul(w, f32x4.splat(d - <f32>load<f64>(down, 8))));
    step = v128.bitselect(affineUp, affineDown, rising);
  } else {
    const r = i32x4.extract_lane(rising, 0);
    step = f32x4.splat(lookUp(f32x4.extract_lane(w, 0), r, up, down, nodes));
    step = f32x4.replace_lane(step, 1, lookUp(f32x4.extract_lane(w, 1), i32x4.extract_lane(rising, 1), up, down, nodes));
    step = f32x4.replace_lane(step, 2, lookUp(f32x4.extract_lane(w, 2), i32x4.extract_lane(rising, 2), up, down, nodes));
    step = f32x4.replace_lane(step, 3, lookUp(f32x4.extract_lane(w, 3), i32x4.extract_lane(rising, 3), up, down, nodes));
  }
  return f32x4.pmax(least, step);
}

function lookUp(w: f32, rising: i32, up: usize, down: usize, nodes: i32): f32 {
  return rising ? <f32>stepAt(up, nodes, <f64>w) : -<f32>stepAt(down, nodes, <f64>w);
}

/** Four signed counts as floats → four int16 at `to`. */
// @ts-ignore: decorator
@inline
function storeCounts(to: usize, magnitude: v128, rising: v128): void {
  const whole = i32x4.trunc_sat_f32x4_s(magnitude);
  const signed = v128.bitselect(whole, i32x4.neg(whole), rising);
  v128.store64_lane(to, i16x8.narrow_i32x4_s(signed, signed), 0);
}

/** Four whole counts, signed, of magnitudes in [0, 2¹⁶). */
// @ts-ignore: decorator
@inline
function signedCounts(magnitude: v128, rising: v128): v128 {
  // 2²³ + n has n as its last bits
  const place = f32x4.add(f32x4.floor(magnitude), f32x4.splat(8388608));
  const whole = v128.and(place, i32x4.splat(0x007fffff));
  const falling = v128.not(rising);
  return i32x4.sub(v128.xor(whole, falling), falling);
}

/** What is left of changes `d` that end at the ends of the range. */
// @ts-ignore: decorator
@inline
function withinRange(d: v128, w: v128): v128 {
  return f32x4.pmin(f32x4.sub(f32x4.splat(1), w), f32x4.pmax(f32x4.neg(w), d));
}

/** Signed counts of four cells whose step is `up` or `down` wherever they stand. */
// @ts-ignore: decorator
@inline
function flatCounts(lastRead: usize, change: usize, bits: usize, up: v128, down: v128, ceiling: v128): v128 {
  const d = withinRange(v128.load(change), v128.load(lastRead));
  const rising = f32x4.gt(d, f32x4.splat(0));
  const pulses = f32x4.pmin(ceiling, f32x4.div(f32x4.abs(d), v128.bitselect(up, down, rising)));
  return signedCounts(f32x4.add(pulses, uniform4(bits)), rising);
}

/**
 * Proportional with stochastic rounding: ⌊|change| / step(last read) + u⌋ pulses, at most `most`. Cells first … first + count − 1;
 * a change is cut off at the ends of the range.
 */
export function proportionalCounts(plan: Plan, first: i32, count: i32, event: f64): void {
  const change = plan.change;
  const lastRead = plan.lastRead;
  const counts = plan.counts;
  const up = plan.up;
  const down = plan.down;
  const nodes = plan.nodes;
  const least = plan.least;
  const most = plan.most;
  const seed = plan.seed;
  const key = plan.key;
  const sub = plan.group;
  const scratch = plan.scratch;
  const eventLow = lowWord(event);
  const eventHigh = highWord(event);
  const zero = f32x4.splat(0);
  const floor = f32x4.splat(least);
  const ceiling = f32x4.splat(most);
  const u0 = <f32>load<f64>(up);
  const d0 = <f32>load<f64>(down);
  const affine = nodes == 2;
  const upAt0 = f32x4.splat(u0);
  const upSlope = f32x4.splat(<f32>load<f64>(up, 8) - u0);
  const downAt0 = f32x4.splat(-d0);
  const downSlope = f32x4.splat(d0 - <f32>load<f64>(down, 8));
  const flat = affine && load<f64>(up) == load<f64>(up, 8) && load<f64>(down) == load<f64>(down, 8);
  const upAlways = f32x4.pmax(floor, upAt0);
  const downAlways = f32x4.pmax(floor, downAt0);
  for (let start = 0; start < count; start += 16) {
    const cell = first + start;
    if ((cell & 48) == 0 || start == 0) {
      bits64(scratch, <u32>(cell >> 6) << 3, sub, eventLow, eventHigh, seed, key);
    }
    const bits = scratch + (<usize>(cell & 48) << 1);
    for (let at: usize = 0; at < 16; at += 8) {
      const to = counts + ((<usize>cell + at) << 1);
      const from = lastRead + ((<usize>cell + at) << 2);
      const wanted = change + ((<usize>start + at) << 2);
      if (flat) {
        const left = flatCounts(from, wanted, bits + (at << 1), upAlways, downAlways, ceiling);
        const right = flatCounts(from + 16, wanted + 16, bits + (at << 1) + 8, upAlways, downAlways, ceiling);
        v128.store(to, i16x8.narrow_i32x4_s(left, right));
        continue;
      }
      for (let half: usize = 0; half < 2; half++) {
        const w = v128.load(from + (half << 4));
        const d = withinRange(v128.load(wanted + (half << 4)), w);
        const rising = f32x4.gt(d, zero);
        const affineStep = v128.bitselect(
          f32x4.add(upAt0, f32x4.mul(w, upSlope)),
          f32x4.add(downAt0, f32x4.mul(w, downSlope)),
          rising,
        );
        const step = affine ? f32x4.pmax(floor, affineStep) : stepTowards(w, rising, up, down, nodes, floor);
        const pulses = f32x4.pmin(ceiling, f32x4.div(f32x4.abs(d), step));
        const signed = signedCounts(f32x4.add(pulses, uniform4(bits + ((at + (half << 2)) << 1))), rising);
        v128.store64_lane(to + (half << 3), i16x8.narrow_i32x4_s(signed, signed), 0);
      }
    }
  }
  clean(first, count, counts, plan.mask);
}

/**
 * Pulses as coincidences give them, blind to where a cell stands: ⌊|change| / least + u⌋, at most `most`, whatever the step at its
 * state. Cells first … first + count − 1.
 */
export function evenCounts(plan: Plan, first: i32, count: i32, event: f64): void {
  const change = plan.change;
  const counts = plan.counts;
  const most = plan.most;
  const step = f32x4.splat(plan.least);
  const seed = plan.seed;
  const key = plan.key;
  const sub = plan.group;
  const scratch = plan.scratch;
  const eventLow = lowWord(event);
  const eventHigh = highWord(event);
  const zero = f32x4.splat(0);
  const ceiling = f32x4.splat(most);
  for (let start = 0; start < count; start += 16) {
    const cell = first + start;
    if ((cell & 48) == 0 || start == 0) {
      bits64(scratch, <u32>(cell >> 6) << 3, sub, eventLow, eventHigh, seed, key);
    }
    const bits = scratch + (<usize>(cell & 48) << 1);
    for (let at: usize = 0; at < 16; at += 4) {
      const d = v128.load(change + ((<usize>start + at) << 2));
      const pulses = f32x4.pmin(ceiling, f32x4.div(f32x4.abs(d), step));
      storeCounts(
        counts + ((<usize>cell + at) << 1),
        f32x4.add(pulses, uniform4(bits + (at << 1))),
        f32x4.gt(d, zero),
      );
    }
  }
  clean(first, count, counts, plan.mask);
}

/** One pulse against the gradient wherever |change| is above `threshold`. */
export function signCounts(plan: Plan, first: i32, count: i32, threshold: f32): void {
  const change = plan.change;
  const lastRead = plan.lastRead;
  const counts = plan.counts;
  const limit = f32x4.splat(threshold);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let start = 0; start < count; start += 4) {
    const w = v128.load(lastRead + (<usize>(first + start) << 2));
    const d = v128.load(change + (<usize>start << 2));
    const rising = f32x4.gt(d, zero);
    const room = v128.bitselect(f32x4.lt(w, one), f32x4.gt(w, zero), rising);
    const given = v128.and(v128.and(f32x4.gt(f32x4.abs(d), limit), room), one);
    storeCounts(counts + (<usize>(first + start) << 1), given, rising);
  }
  clean(first, count, counts, plan.mask);
}

/**
 * Mixed precision: the sum of each cell, `kept`, gains the change; as many whole nominal steps as it holds are pulsed and
 * taken out of it. A sum never asks for more than the way to the end of the range.
 */
export function accumulateCounts(plan: Plan, first: i32, count: i32): void {
  const change = plan.change;
  const lastRead = plan.lastRead;
  const counts = plan.counts;
  const sum = plan.kept;
  const up = plan.up;
  const down = plan.down;
  const nodes = plan.nodes;
  const least = plan.least;
  const most = plan.most;
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const floor = f32x4.splat(least);
  const ceiling = f32x4.splat(most);
  for (let start = 0; start < count; start += 4) {
    const cell = <usize>(first + start);
    const w = v128.load(lastRead + (cell << 2));
    let total = f32x4.add(v128.load(sum + (cell << 2)), v128.load(change + (<usize>start << 2)));
    total = f32x4.pmin(f32x4.add(f32x4.sub(one, w), floor), f32x4.pmax(f32x4.sub(f32x4.neg(w), floor), total));
    const rising = f32x4.gt(total, zero);
    const step = stepTowards(w, rising, up, down, nodes, floor);
    const pulses = f32x4.floor(f32x4.pmin(ceiling, f32x4.div(f32x4.abs(total), step)));
    const spent = f32x4.mul(pulses, step);
    total = f32x4.sub(total, v128.bitselect(spent, f32x4.neg(spent), rising));
    v128.store(sum + (cell << 2), total);
    storeCounts(counts + (cell << 1), pulses, rising);
  }
  clean(first, count, counts, plan.mask);
}

/**
 * Write and check, one round: as many pulses as lead nearest from the last read to the target, `kept`; none within
 * half a step. Returns how many cells are still to be pulsed.
 */
export function verifyCounts(plan: Plan, first: i32, count: i32): i32 {
  const lastRead = plan.lastRead;
  const counts = plan.counts;
  const target = plan.kept;
  const up = plan.up;
  const down = plan.down;
  const nodes = plan.nodes;
  const least = plan.least;
  const most = plan.most;
  const zero = f32x4.splat(0);
  const floor = f32x4.splat(least);
  const ceiling = f32x4.splat(most);
  for (let start = 0; start < count; start += 4) {
    const cell = <usize>(first + start);
    const w = v128.load(lastRead + (cell << 2));
    const d = f32x4.sub(v128.load(target + (cell << 2)), w);
    const rising = f32x4.gt(d, zero);
    const step = stepTowards(w, rising, up, down, nodes, floor);
    const pulses = f32x4.pmin(ceiling, f32x4.add(f32x4.div(f32x4.abs(d), step), f32x4.splat(0.5)));
    storeCounts(counts + (cell << 1), pulses, rising);
  }
  clean(first, count, counts, plan.mask);
  return busyCells(first, count, counts);
}

/** target ← clamp(target + change): the digital copy that `write-verify` writes towards. */
export function moveTargets(plan: Plan, first: i32, count: i32): void {
  const change = plan.change;
  const target = plan.kept;
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let start = 0; start < count; start += 4) {
    const to = target + (<usize>(first + start) << 2);
    const moved = f32x4.add(v128.load(to), v128.load(change + (<usize>start << 2)));
    v128.store(to, f32x4.pmin(one, f32x4.pmax(zero, moved)));
  }
}

/** Takes the counts of masked cells and those past the last cell (vectors overshoot) back. */
function clean(first: i32, count: i32, counts: usize, mask: usize): void {
  const end = first + count;
  for (let i = end; i & 15; i++) store<i16>(counts + (<usize>i << 1), 0);
  if (mask != 0) {
    for (let i = first; i < end; i++) {
      if (load<u8>(mask + <usize>i)) store<i16>(counts + (<usize>i << 1), 0);
    }
  }
}

/** How many cells are to be pulsed. */
function busyCells(first: i32, count: i32, counts: usize): i32 {
  let busy = 0;
  const none = i16x8.splat(0);
  for (let i = first; i < first + count; i += 8) {
    busy += popcnt<i32>(i16x8.bitmask(i16x8.ne(v128.load(counts + (<usize>i << 1)), none)));
  }
  return busy;
}
