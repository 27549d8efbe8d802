// Signed pulse counts → new states of the cells.

import { normalsOfBlocks } from './normal';
import { Cells, highWord, lowWord } from './records';
import { manyPulses } from './step';

/** Where in the scratch quads of cells wait: eight whose turn it is, and as many as one block of 16 cells adds. */
// @ts-ignore: decorator
@inline
const WAITING: usize = 432;
/** Where in the scratch `manyPulses` puts what it found. */
// @ts-ignore: decorator
@inline
const RESULT: usize = 416;

// @ts-ignore: decorator
@inline
function at32(array: usize, i: i32): f64 {
  return <f64>load<f32>(array + (<usize>i << 2));
}

/**
 * Gives cells first … first + count − 1 (first a multiple of 16) their pulses. Noise, each from its own stream at the event:
 * relative to the step, of the range a pulse, of the range a write (where reads see something beside the state).
 * `statistics` gains this call's sums. @param counts int16 from cell 0 on
 */
export function pulseCells(cells: Cells, first: i32, count: i32, counts: usize, event: f64): void {
  const end = first + count;
  // Quads of cells with anything to do wait here until there are eight of them, whose noise is drawn at once.
  const waiting = cells.scratch + WAITING;
  let quads = 0;
  for (let start = first; start < end; start += 16) {
    const c = counts + (<usize>start << 1);
    if (!v128.any_true(v128.or(v128.load(c), v128.load(c, 16)))) continue;
    // without branches, which nobody could foretell
    for (let quad: usize = 0; quad < 4; quad++) {
      store<i32>(waiting + (<usize>quads << 2), (start >> 2) + <i32>quad);
      quads += <i32>(load<i64>(c + (quad << 3)) != 0);
    }
    if (quads < 8) continue;
    pulseQuads(cells, 8, end, counts, event);
    quads -= 8;
    v128.store(waiting, v128.load(waiting, 32));
  }
  if (quads > 0) pulseQuads(cells, quads, end, counts, event);
}

/** The quads that wait at scratch + 384: noise first, then cell by cell. */
function pulseQuads(cells: Cells, quads: i32, end: i32, counts: usize, event: f64): void {
  const scratch = cells.scratch;
  const state = cells.state;
  const exposed: usize = cells.seen == state ? 0 : cells.seen;
  const gainUp = cells.gainUp;
  const gainDown = cells.gainDown;
  const low = cells.low;
  const high = cells.high;
  const up = cells.up;
  const down = cells.down;
  const nodes = cells.nodes;
  const c2c = load<f64>(cells.noise);
  const c2cRange = load<f64>(cells.noise, 8);
  const write = load<f64>(cells.noise, 16);
  const statistics = cells.statistics;
  const waiting = scratch + WAITING;
  const result = scratch + RESULT;
  const flat = nodes == 2 && load<f64>(up) == load<f64>(up, 8) && load<f64>(down) == load<f64>(down, 8);
  const left = v128.load(waiting);
  const right = v128.load(waiting, 16);
  const eventLow = lowWord(event);
  const eventHigh = highWord(event);
  const seed = cells.seed;
  const sub = cells.group;
  if (c2c > 0) normalsOfBlocks(scratch, left, right, sub, eventLow, eventHigh, seed, cells.c2cKey);
  if (c2cRange > 0) normalsOfBlocks(scratch + 128, left, right, sub, eventLow, eventHigh, seed, cells.rangeKey);
  if (write > 0) normalsOfBlocks(scratch + 256, left, right, sub, eventLow, eventHigh, seed, cells.writeKey);
  if (flat) {
    flatQuads(cells, quads, counts);
    return;
  }
  let pulsesUp: f64 = 0;
  let pulsesDown: f64 = 0;
  let stateUp: f64 = 0;
  let stateDown: f64 = 0;
  for (let q = 0; q < quads; q++) {
    const start = load<i32>(waiting + (<usize>q << 2)) << 2;
    const stop = min(end, start + 4);
    for (let i = start; i < stop; i++) {
      const k = <i32>load<i16>(counts + (<usize>i << 1));
      if (k == 0) continue;
      const pulses = abs(k);
      const place = state + (<usize>i << 2);
      const before = <f64>load<f32>(place);
      const gain = k > 0 ? at32(gainUp, i) : at32(gainDown, i);
      const lowest = at32(low, i);
      const highest = at32(high, i);
      manyPulses(result, k > 0 ? up : down, nodes, before, pulses, gain, c2c, lowest, highest);
      let after = load<f64>(result);
      const lane = <usize>(4 * q + i - start) << 2;
      if (c2c > 0) after += c2c * sqrt(load<f64>(result, 8)) * <f64>load<f32>(scratch + lane);
      if (c2cRange > 0 && gain != 0) after += c2cRange * sqrt(<f64>pulses) * <f64>load<f32>(scratch + 128 + lane);
      after = max(lowest, min(highest, after));
      store<f32>(place, <f32>after);
      if (exposed != 0 && gain != 0) {
        const seen = after + write * <f64>load<f32>(scratch + 256 + lane);
        store<f32>(exposed + (<usize>i << 2), <f32>max(lowest, min(highest, seen)));
      }
      const energy = <f64>pulses * 0.5 * (before + after);
      if (k > 0) {
        pulsesUp += <f64>pulses;
        stateUp += energy;
      } else {
        pulsesDown += <f64>pulses;
        stateDown += energy;
      }
    }
  }
  store<f64>(statistics, load<f64>(statistics) + pulsesUp);
  store<f64>(statistics, load<f64>(statistics, 8) + pulsesDown, 8);
  store<f64>(statistics, load<f64>(statistics, 16) + stateUp, 16);
  store<f64>(statistics, load<f64>(statistics, 24) + stateDown, 24);
}

// @ts-ignore: decorator
@inline
function four(array: usize, cell: usize): v128 {
  return v128.load(array + (cell << 2));
}

/** Quads of cells whose step is the same everywhere: four cells at a time, k pulses being k steps. */
function flatQuads(cells: Cells, quads: i32, counts: usize): void {
  const scratch = cells.scratch;
  const state = cells.state;
  const exposed: usize = cells.seen == state ? 0 : cells.seen;
  const gainUp = cells.gainUp;
  const gainDown = cells.gainDown;
  const low = cells.low;
  const high = cells.high;
  const up = <f32>load<f64>(cells.up);
  const down = <f32>load<f64>(cells.down);
  const c2c = <f32>load<f64>(cells.noise);
  const c2cRange = <f32>load<f64>(cells.noise, 8);
  const write = <f32>load<f64>(cells.noise, 16);
  const statistics = cells.statistics;
  const waiting = scratch + WAITING;
  const alike = cells.alike != 0;
  const stepUp = f32x4.splat(up);
  const stepDown = f32x4.splat(down);
  const zero = f32x4.splat(0);
  let lowest = v128.load32_splat(low);
  let highest = v128.load32_splat(high);
  let pulsesUp = zero;
  let pulsesDown = zero;
  let stateUp = zero;
  let stateDown = zero;
  for (let q = 0; q < quads; q++) {
    const cell = <usize>load<i32>(waiting + (<usize>q << 2)) << 2;
    const noise = scratch + (<usize>q << 4);
    const signed = i32x4.extend_low_i16x8_s(v128.load64_zero(counts + (cell << 1)));
    const k = f32x4.convert_i32x4_s(i32x4.abs(signed));
    const rising = i32x4.gt_s(signed, i32x4.splat(0));
    const given = i32x4.ne(signed, i32x4.splat(0));
    let step = v128.bitselect(stepUp, stepDown, rising);
    let moves = given;
    if (!alike) {
      const gain = v128.bitselect(four(gainUp, cell), four(gainDown, cell), rising);
      moves = v128.and(given, f32x4.ne(gain, zero));
      step = f32x4.mul(gain, step);
      lowest = four(low, cell);
      highest = four(high, cell);
    }
    let steps = k;
    if (c2c > 0) {
      steps = f32x4.add(steps, f32x4.mul(f32x4.mul(f32x4.splat(c2c), f32x4.sqrt(k)), v128.load(noise)));
    }
    let change = f32x4.mul(step, steps);
    if (c2cRange > 0) {
      const spread = f32x4.mul(f32x4.mul(f32x4.splat(c2cRange), f32x4.sqrt(k)), v128.load(noise, 128));
      change = f32x4.add(change, v128.and(moves, spread));
    }
    const before = v128.load(state + (cell << 2));
    const after = v128.bitselect(f32x4.pmin(highest, f32x4.pmax(lowest, f32x4.add(before, change))), before, given);
    v128.store(state + (cell << 2), after);
    if (exposed != 0) {
      const old = v128.load(exposed + (cell << 2));
      const seen = f32x4.add(after, f32x4.mul(f32x4.splat(write), v128.load(noise, 256)));
      v128.store(
        exposed + (cell << 2),
        v128.bitselect(f32x4.pmin(highest, f32x4.pmax(lowest, seen)), old, moves),
      );
    }
    const energy = f32x4.mul(k, f32x4.mul(f32x4.splat(0.5), f32x4.add(before, after)));
    pulsesUp = f32x4.add(pulsesUp, v128.and(k, rising));
    pulsesDown = f32x4.add(pulsesDown, v128.andnot(k, rising));
    stateUp = f32x4.add(stateUp, v128.and(energy, rising));
    stateDown = f32x4.add(stateDown, v128.andnot(energy, rising));
  }
  addLanes(statistics, pulsesUp);
  addLanes(statistics + 8, pulsesDown);
  addLanes(statistics + 16, stateUp);
  addLanes(statistics + 24, stateDown);
}

/** Adds four floats to a double. */
// @ts-ignore: decorator
@inline
function addLanes(sum: usize, lanes: v128): void {
  const low = f64x2.promote_low_f32x4(lanes);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(lanes, lanes, 1, 1));
  const both = f64x2.add(low, high);
  store<f64>(sum, load<f64>(sum) + (f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)));
}

/** Moves cells by `change` (float32, from cell `first` on, in units of the range) and clips; stuck cells (gain 0) stay. */
export function shiftCells(cells: Cells, first: i32, count: i32, change: usize): void {
  const state = cells.state;
  const gainUp = cells.gainUp;
  const low = cells.low;
  const high = cells.high;
  for (let n = 0; n < count; n++) {
    const i = first + n;
    if (at32(gainUp, i) == 0) continue;
    const place = state + (<usize>i << 2);
    const after = <f64>load<f32>(place) + <f64>load<f32>(change + (<usize>n << 2));
    store<f32>(place, <f32>max(at32(low, i), min(at32(high, i), after)));
  }
}
