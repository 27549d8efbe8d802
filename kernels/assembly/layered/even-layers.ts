// Layers 2, 4, …: every unit is set by what the odd layers passed on. The sweep's answer is a candidate; taken over as it
// is, or stepped further along its change (Anderson acceleration of depth 1, Anderson 1965; Walker & Ni 2011, in the norm
// that weighs each unit by its conductance).
import { balanced, bounded, flaw, largestOf, stiffness } from './bounded-units';
import { isLive, scratchOf, setTravel, stepOf, travelOf } from './memory-of-thread';
import { anyLive, gatherFromOutputs, outsideCurrent } from './odd-currents';
import { passToOutputs } from './odd-sending';
import { recordOf, writeRecord, writeTravel } from './records';
import { ownSlice } from './sharing';
import {
  baseOf, COLUMNS, Layer, layerOf, LINEAR, Network, Phase, SLICES, sliceStart, unknowns,
} from './structure';
import { sumLanes } from '../shared/simd';

/** Where the sums that decide how far to step are kept: change·(change − last change) and its square, weighed. */
// @ts-ignore: decorator
@inline
export function productsOf(network: Network, slice: i32, column: i32): usize {
  return network.products + (<usize>(slice * COLUMNS + column) << 4);
}

/** [this sweep's or the last's][column][unit] */
// @ts-ignore: decorator
@inline
export function historyOf(layer: Layer, array: usize, sweep: i32, column: i32): usize {
  return array + <usize>((sweep & 1) * COLUMNS + column) * layer.stride;
}

/** Works out the candidates of this thread's slices of the even hidden layers. */
export function proposeEvenLayers(network: Network, phase: Phase, thread: i32, sweep: i32): void {
  const hidden = network.layers - 1;
  const scratch = scratchOf(network, thread);
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let c = 0; c < phase.columns; c++) v128.store(productsOf(network, slice, c), f32x4.splat(0));
    for (let l = 1; l < hidden; l += 2) {
      const layer = layerOf(network, l);
      const from = sliceStart(layer, slice), to = sliceStart(layer, slice + 1);
      if (from == to) continue;
      for (let c = 0; c < phase.columns; c++) {
        if (anyLive(scratch, c & ~3)) gatherSlice(network, phase, layer, l, c, <usize>from << 2, <usize>to << 2);
      }
      if (l + 1 == hidden) gatherFromOutputs(network, phase, scratch, layer, from, to);
      for (let c = 0; c < phase.columns; c++) {
        if (isLive(scratch, c)) proposeSlice(network, phase, layer, l, slice, c, sweep, <usize>from << 2, <usize>to << 2);
      }
    }
  }
}

/** Currents from outside and from the odd layers. */
function gatherSlice(network: Network, phase: Phase, layer: Layer, l: i32, column: i32, from: usize, to: usize): void {
  const current = layer.current + <usize>column * layer.stride;
  const step = <usize>COLUMNS * layer.stride;
  for (let at = from; at < to; at += 16) {
    let sum = outsideCurrent(network, phase, layer, l, column, at);
    let partial = layer.partial + <usize>column * layer.stride + at;
    for (let k = 0; k < SLICES; k++) {
      sum = f32x4.add(sum, v128.load(partial));
      partial += step;
    }
    v128.store(current + at, sum);
  }
}

function proposeSlice(
  network: Network, phase: Phase, layer: Layer, l: i32, slice: i32, column: i32, sweep: i32, from: usize, to: usize,
): void {
  const linear = phase.held == LINEAR, on = layer.diodeOn;
  // See setUnits of the odd layers.
  if (!linear && on == 0) proposeEach(network, phase, layer, l, slice, column, sweep, from, to, false, 0);
  else proposeEach(network, phase, layer, l, slice, column, sweep, from, to, linear, on);
}

// @ts-ignore: decorator
@inline
function proposeEach(
  network: Network, phase: Phase, layer: Layer, l: i32, slice: i32, column: i32, sweep: i32, from: usize, to: usize,
  linear: bool, on: f32,
): void {
  const current = layer.current + <usize>column * layer.stride;
  const products = productsOf(network, slice, column);
  const base = baseOf(network, phase, layer, column), state = unknowns(phase, layer, column);
  const candidate = historyOf(layer, layer.candidate, sweep, column);
  const change = historyOf(layer, layer.change, sweep, column), lastChange = historyOf(layer, layer.change, sweep + 1, column);
  const zero = f32x4.splat(0);
  let residual = zero, whole = zero, part = zero, flaws = zero, along = zero, square = zero;
  for (let at = from; at < to; at += 16) {
    const nodeConductance = v128.load(layer.nodeConductance + at), v = v128.load(base + at), old = v128.load(state + at);
    const target = balanced(linear, on, layer, at, v128.load(current + at), old, v);
    const next = bounded(linear, layer, at, target, v);
    const moved = f32x4.sub(next, old), weighed = f32x4.mul(stiffness(on, layer, at, nodeConductance, next, v), moved);
    flaws = f32x4.add(flaws, flaw(target));
    residual = largestOf(residual, weighed);
    whole = largestOf(whole, f32x4.mul(nodeConductance, f32x4.add(next, v)));
    part = largestOf(part, f32x4.mul(nodeConductance, next));
    v128.store(candidate + at, next);
    v128.store(change + at, moved);
    if (sweep > 1) {
      const turn = f32x4.sub(moved, v128.load(lastChange + at));
      along = f32x4.add(along, f32x4.mul(turn, weighed));
      square = f32x4.add(square, f32x4.mul(turn, f32x4.mul(nodeConductance, turn)));
    }
  }
  writeRecord(recordOf(network, slice, column, l), residual, whole, part, flaws);
  store<f32>(products, load<f32>(products) + sumLanes(along));
  store<f32>(products, load<f32>(products, 4) + sumLanes(square), 4);
}

/** Takes the candidates over, and tells the outputs where the last hidden layer is an even one. */
export function acceptEvenLayers(network: Network, phase: Phase, thread: i32, sweep: i32): void {
  const hidden = network.layers - 1;
  const scratch = scratchOf(network, thread);
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let l = 1; l < hidden; l += 2) {
      const layer = layerOf(network, l);
      const from = sliceStart(layer, slice), to = sliceStart(layer, slice + 1);
      if (from == to) continue;
      for (let c = 0; c < phase.columns; c++) {
        if (!isLive(scratch, c)) continue;
        acceptUnits(network, phase, layer, l, slice, c, sweep, <usize>from << 2, <usize>to << 2, stepOf(scratch, c));
      }
      if (l + 1 == hidden) passToOutputs(network, phase, scratch, layer, slice, from, to);
    }
  }
}

/** state = candidate − step·(candidate − last candidate), inside the bounds. */
export function acceptUnits(
  network: Network, phase: Phase, layer: Layer, l: i32, slice: i32, column: i32, sweep: i32, from: usize, to: usize, step: f32,
): void {
  const base = baseOf(network, phase, layer, column), state = unknowns(phase, layer, column);
  const candidate = historyOf(layer, layer.candidate, sweep, column);
  const lastCandidate = historyOf(layer, layer.candidate, sweep + 1, column);
  const steps = f32x4.splat(step), linear = phase.held == LINEAR;
  let travel = f32x4.splat(0);
  for (let at = from; at < to; at += 16) {
    let next = v128.load(candidate + at);
    if (step != 0) {
      const further = f32x4.sub(next, f32x4.mul(steps, f32x4.sub(next, v128.load(lastCandidate + at))));
      next = bounded(linear, layer, at, further, v128.load(base + at));
    }
    travel = largestOf(travel, f32x4.sub(next, v128.load(state + at)));
    v128.store(state + at, next);
  }
  writeTravel(recordOf(network, slice, column, l), travel);
}

/** After a sweep: adds how far each even layer moved to how far it has moved in all. */
export function noteTravel(network: Network, phase: Phase, thread: i32): void {
  const scratch = scratchOf(network, thread);
  for (let c = 0; c < phase.columns; c++) {
    if (!isLive(scratch, c)) continue;
    for (let l = 1; l < network.layers; l += 2) {
      let most: f32 = 0;
      for (let slice = 0; slice < SLICES; slice++) most = max(most, load<f32>(recordOf(network, slice, c, l), 16));
      setTravel(scratch, network, c, l, travelOf(scratch, network, c, l) + most);
    }
  }
}

/** Before the first sweep: where the last hidden layer is an even one, the outputs need to know of its start. */
export function startEvenLayers(network: Network, phase: Phase, thread: i32): void {
  const l = network.layers - 2;
  if (l < 1 || (l & 1) == 0) return;
  const layer = layerOf(network, l);
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    const from = sliceStart(layer, slice), to = sliceStart(layer, slice + 1);
    if (from == to) continue;
    passToOutputs(network, phase, scratchOf(network, thread), layer, slice, from, to);
  }
}
