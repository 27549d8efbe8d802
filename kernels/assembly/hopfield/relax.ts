// A batch relaxes, sample by sample: a unit that rests costs nothing, and a sample that has settled is left alone.

import { wait } from '../shared/barrier';
import { listActive, move } from './move';
import { addRows } from './propagate';
import * as at from './records';

/** Fields are summed afresh so often, lest rounding add up: what a unit creeps by less than the field's last digit is lost. */
const REFRESH: i32 = 64;
/** Below this, a residual counts only if the fields it was measured with were fresh. */
const SURE: f32 = 1e-4;

/** One phase of a batch, shared among the members: each takes the next sample that nobody has begun. */
export function relax(job: usize, member: i32): void {
  const batch = load<i32>(job + at.BATCH);
  const scratch = <usize>member * <usize>load<u32>(job + at.SCRATCH_STEP);
  for (;;) {
    const sample = atomic.add<i32>(job + at.NEXT, 1);
    if (sample >= batch) break;
    relaxSample(job, scratch, sample);
  }
  wait(job + at.BARRIER, load<i32>(job + at.MEMBERS));
}

function relaxSample(job: usize, scratch: usize, sample: i32): void {
  const layers = <usize>load<u32>(job + at.LAYERS);
  const end = layers + <usize>load<i32>(job + at.LAYER_COUNT) * at.LAYER_BYTES;
  const last = end - at.LAYER_BYTES;
  const report = <usize>load<u32>(job + at.REPORTS) + <usize>sample * 16;
  const counted = (load<i32>(job + at.COUNTED) & 1) == 1;
  const limit = load<i32>(job + at.LIMIT);
  const nudged = load<u32>(job + at.TARGETS) != 0;
  const stepped = load<f32>(job + at.EPSILON) > 0;
  const tolerance = load<f32>(job + at.TOLERANCE);
  for (let layer = layers; layer < end; layer += at.LAYER_BYTES) begin(job, layer, sample);
  sumFields(job, layers, end, scratch, sample);
  store<i32>(report + at.STATUS, at.LIMIT_REACHED);
  store<f32>(report + at.RESIDUAL, 0);
  let iterations: i32 = 0;
  let fresh = true;
  while (iterations < limit) {
    iterations++;
    store<f32>(report + at.RESIDUAL, 0);
    let moved = 0;
    let outputChange: f32 = 0;
    if (stepped) {
      for (let layer = layers; layer < end; layer += at.LAYER_BYTES) {
        store<f32>(report + at.CHANGE, 0);
        moved += moveLayer(job, layer, scratch, sample, layer == last, report);
      }
      outputChange = load<f32>(report + at.CHANGE);
      for (let layer = layers; layer < end; layer += at.LAYER_BYTES) propagate(layer, layers, last, scratch);
    } else {
      for (let parity: usize = 0; parity < 2; parity++) {
        for (let layer = layers + parity * at.LAYER_BYTES; layer < end; layer += 2 * at.LAYER_BYTES) {
          store<f32>(report + at.CHANGE, 0);
          moved += moveLayer(job, layer, scratch, sample, layer == last, report);
          if (layer == last) outputChange = load<f32>(report + at.CHANGE);
          propagate(layer, layers, last, scratch);
        }
      }
    }
    const residual = load<f32>(report + at.RESIDUAL);
    if (!isFinite(residual)) {
      store<i32>(report + at.STATUS, at.NOT_FINITE);
      break;
    }
    const settled =
      !counted && residual <= tolerance && (!nudged || outputChange <= load<f32>(job + at.OUTPUT_CHANGE));
    if (settled && (fresh || tolerance >= SURE)) {
      store<i32>(report + at.STATUS, at.SETTLED);
      break;
    }
    if (moved == 0 && fresh) {
      // Nothing will move any more: the iterations that are left would change nothing.
      iterations = limit;
      break;
    }
    fresh = settled || moved == 0 || iterations % REFRESH == 0;
    if (fresh) sumFields(job, layers, end, scratch, sample);
  }
  store<i32>(report + at.ITERATIONS, iterations);
}

/** Puts a sample's states where it starts from. */
function begin(job: usize, layer: usize, sample: i32): void {
  const start = load<i32>(job + at.START);
  const to = statesOf(layer, load<i32>(job + at.END), sample);
  const bytes = <usize>load<i32>(layer + at.VECTORS) * 16;
  if (start < 0) memory.fill(to, 0, bytes);
  else if (start != load<i32>(job + at.END)) memory.copy(to, statesOf(layer, start, sample), bytes);
}

// @ts-ignore: decorator
@inline
function statesOf(layer: usize, phase: i32, sample: i32): usize {
  const rows = <usize>load<u32>(layer + at.STATES + <usize>phase * 4);
  return rows + <usize>sample * <usize>load<u32>(layer + at.STEP);
}

/** Σ W·s + b of every unit, from the states alone. */
function sumFields(job: usize, layers: usize, end: usize, scratch: usize, sample: i32): void {
  for (let layer = layers; layer < end; layer += at.LAYER_BYTES) {
    const field = <usize>load<u32>(layer + at.FIELD) + scratch;
    const fixed = <usize>load<u32>(layer + at.FIXED) + <usize>sample * <usize>load<u32>(layer + at.FIXED_STEP);
    memory.copy(field, fixed, <usize>load<i32>(layer + at.VECTORS) * 16);
    const moved = <usize>load<u32>(layer + at.MOVED) + scratch;
    const deltas = <usize>load<u32>(layer + at.DELTAS) + scratch;
    listActive(statesOf(layer, load<i32>(job + at.END), sample), load<i32>(layer + at.UNITS), moved, deltas);
  }
  for (let layer = layers; layer < end; layer += at.LAYER_BYTES) {
    propagate(layer, layers, end - at.LAYER_BYTES, scratch);
  }
}

/** Returns how many of its units moved. */
function moveLayer(
  job: usize,
  layer: usize,
  scratch: usize,
  sample: i32,
  isOutput: bool,
  report: usize,
): i32 {
  let targets: usize = 0;
  let beta: f32 = 0;
  if (isOutput && load<u32>(job + at.TARGETS) != 0) {
    targets = <usize>load<u32>(job + at.TARGETS) + <usize>sample * <usize>load<u32>(layer + at.STEP);
    beta = load<f32>(job + at.BETA);
  }
  const moved = <usize>load<u32>(layer + at.MOVED) + scratch;
  const ways = load<i32>(job + at.COUNTED);
  let field = <usize>load<u32>(layer + at.FIELD) + scratch;
  let epsilon = load<f32>(job + at.EPSILON);
  if (targets != 0 && (ways & 4) != 0) {
    // Clamped: at once where the targets are, whatever pulls.
    field = targets;
    targets = 0;
    beta = 0;
    epsilon = -1;
  }
  move(
    statesOf(layer, load<i32>(job + at.END), sample),
    field,
    targets,
    (ways & 8) != 0 ? statesOf(layer, load<i32>(job + at.START), sample) : 0,
    load<i32>(layer + at.UNITS),
    beta,
    ways & 2 ? 1 : 1 + beta,
    epsilon,
    moved,
    <usize>load<u32>(layer + at.DELTAS) + scratch,
    report,
    load<i32>(layer + at.ACTIVATION),
    load<f32>(layer + at.BOUND),
  );
  return load<i32>(moved);
}

/** Carries the moves of a layer into the fields of the layers on either side. */
function propagate(layer: usize, first: usize, last: usize, scratch: usize): void {
  const moved = <usize>load<u32>(layer + at.MOVED) + scratch;
  const count = load<i32>(moved);
  if (count == 0) return;
  const deltas = <usize>load<u32>(layer + at.DELTAS) + scratch;
  if (layer != last) {
    const after = layer + at.LAYER_BYTES;
    addRows(
      <usize>load<u32>(after + at.WEIGHTS),
      <usize>load<u32>(after + at.STEP),
      moved + 16,
      deltas,
      count,
      <usize>load<u32>(after + at.FIELD) + scratch,
      load<i32>(after + at.VECTORS),
    );
  }
  if (layer != first) {
    const before = layer - at.LAYER_BYTES;
    addRows(
      <usize>load<u32>(layer + at.TRANSPOSED),
      <usize>load<u32>(before + at.STEP),
      moved + 16,
      deltas,
      count,
      <usize>load<u32>(before + at.FIELD) + scratch,
      load<i32>(before + at.VECTORS),
    );
  }
}
