// Between the phases: what each unit at its bound lacks to leave it, so that nudged phases can relax differences alone.
import { wait } from '../shared/barrier';
import { conducting } from './bounded-units';
import { BLOCK, scratchOf, sumList, unitList } from './memory-of-thread';
import { addDots, outsideCurrent } from './odd-currents';
import { addActive } from './odd-sending';
import { addRows, dotRows } from './rows';
import { ownSlice } from './sharing';
import { COLUMNS, Layer, layerOf, Network, Phase, SLICES, sliceStart } from './structure';

/** The states at hand settled in this very phase: the even layers' last currents are still there. */
export const AFTER_SETTLING: i32 = 0;
/** The states were brought in; all currents have to be found. */
export const BROUGHT_IN: i32 = 1;
/** As above, and the states are not at rest: what is left to relax is kept for units inside their bounds too. */
export const NOT_AT_REST: i32 = 2;

/** Fills `slack` of every layer for the samples of a free `phase`. */
export function findSlack(network: Network, phase: Phase, thread: i32, kind: i32): void {
  const hidden = network.layers - 1;
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let l = 0; l < hidden; l += 2) {
      for (let s = 0; s < phase.samples; s++) oddSlack(network, phase, thread, l, slice, s, kind);
    }
    if (kind == AFTER_SETTLING) continue;
    for (let s = 0; s < phase.samples; s++) passOnStates(network, phase, thread, slice, s);
  }
  if (kind != AFTER_SETTLING) wait(network.barrier, network.threads);
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let l = 1; l < hidden; l += 2) {
      for (let s = 0; s < phase.samples; s++) evenSlack(network, phase, l, slice, s, kind);
    }
  }
  if (thread == 0) for (let s = 0; s < phase.samples; s++) outputSlack(network, phase, s, kind);
}

// @ts-ignore: decorator
@inline
function stateOf(phase: Phase, layer: Layer, sample: i32): usize {
  return layer.states + <usize>(phase.first + sample) * layer.stride;
}

function oddSlack(network: Network, phase: Phase, thread: i32, l: i32, slice: i32, sample: i32, kind: i32): void {
  const layer = layerOf(network, l);
  const from = sliceStart(layer, slice), to = sliceStart(layer, slice + 1);
  if (from == to) return;
  const scratch = scratchOf(network, thread);
  const current = layer.current + <usize>sample * layer.stride;
  const state = stateOf(phase, layer, sample);
  for (let at = <usize>from << 2, end = <usize>to << 2; at < end; at += 16) {
    v128.store(current + at, outsideCurrent(network, phase, layer, l, sample, at));
  }
  addOutputs(network, phase, l, sample, current, from, to);
  const units = unitList(scratch);
  // A hidden layer alone has only sources and outputs beside it.
  const alone = l == 0 && network.layers == 2;
  for (let row = alone ? to : from; row < to; row += BLOCK) {
    let count = 0;
    for (let unit = row, end = min(row + BLOCK, to); unit < end; unit++) {
      if (unit >= layer.size || (kind != NOT_AT_REST && !isHeld(layer, <usize>unit << 2, load<f32>(state + (<usize>unit << 2))))) continue;
      store<i32>(units + (<usize>count << 2), unit);
      count++;
    }
    for (let other = l - 1; other <= l + 1; other += 2) {
      if (other < 0 || other >= network.layers - 1) continue;
      const owner = layerOf(network, max(l, other)), neighbours = layerOf(network, other);
      addDots(owner.conductances, owner.rowBytes, stateOf(phase, neighbours, sample), <usize>neighbours.padded << 2,
        units, count, current, sumList(scratch));
    }
  }
  keepSlack(layer, sample, state, from, to, kind);
}

/** Whether a unit at `v` is at one of its bounds. */
// @ts-ignore: decorator
@inline
function isHeld(layer: Layer, at: usize, v: f32): bool {
  return v == load<f32>(layer.low + at) || v == load<f32>(layer.high + at);
}

/** slack = current − nodeConductance·v where it counts, else 0. */
function keepSlack(layer: Layer, sample: i32, state: usize, from: i32, to: i32, kind: i32): void {
  const current = layer.current + <usize>sample * layer.stride, slack = layer.slack + <usize>sample * layer.stride;
  for (let at = <usize>from << 2, end = <usize>to << 2; at < end; at += 16) {
    const v = v128.load(state + at);
    let lacking = f32x4.sub(v128.load(current + at), f32x4.mul(v128.load(layer.nodeConductance + at), v));
    if (kind != NOT_AT_REST) {
      const held = v128.or(f32x4.eq(v, v128.load(layer.low + at)), f32x4.eq(v, v128.load(layer.high + at)));
      lacking = v128.and(lacking, held);
    } else if (layer.diodeOn != 0) {
      const through = f32x4.mul(f32x4.splat(layer.diodeOn), f32x4.sub(v128.load(layer.knee + at), v));
      lacking = f32x4.add(lacking, v128.and(through, conducting(layer, at, v)));
    }
    v128.store(slack + at, v128.and(lacking, v128.load(layer.mask + at)));
  }
}

/** Adds the currents from the outputs to units of the last hidden layer. */
function addOutputs(network: Network, phase: Phase, l: i32, sample: i32, current: usize, from: i32, to: i32): void {
  if (l + 2 != network.layers) return;
  const outputs = layerOf(network, l + 1);
  const at = <usize>from << 2;
  addRows(current + at, <usize>(to - from) << 2, outputs.conductances + at, outputs.rowBytes, stateOf(phase, outputs, sample), outputs.size);
}

/** What a slice of every odd layer sends to the even layers, and of the last hidden layer to the outputs. */
function passOnStates(network: Network, phase: Phase, thread: i32, slice: i32, sample: i32): void {
  const hidden = network.layers - 1;
  const scratch = scratchOf(network, thread);
  for (let l = 1; l < hidden; l += 2) {
    const layer = layerOf(network, l);
    const out = layer.partial + <usize>(slice * COLUMNS + sample) * layer.stride;
    memory.fill(out, 0, <usize>layer.padded << 2);
    for (let other = l - 1; other <= l + 1; other += 2) {
      if (other >= hidden) continue;
      const owner = layerOf(network, max(l, other)), neighbours = layerOf(network, other);
      for (let row = sliceStart(neighbours, slice), to = sliceStart(neighbours, slice + 1); row < to; row += BLOCK) {
        addActive(out, <usize>layer.padded << 2, owner.conductances, owner.rowBytes, stateOf(phase, neighbours, sample), row, min(row + BLOCK, to), scratch);
      }
    }
  }
  if (hidden > 0) {
    const last = layerOf(network, hidden - 1);
    const from = sliceStart(last, slice), to = sliceStart(last, slice + 1);
    if (from < to) {
      const outputs = layerOf(network, hidden);
      const at = <usize>from << 2;
      dotRows(outputs.partial + <usize>(slice * COLUMNS + sample) * outputs.stride, <usize>(to - from) << 2, outputs.conductances + at,
        outputs.rowBytes, stateOf(phase, last, sample) + at, outputs.size);
    }
  }
}

function evenSlack(network: Network, phase: Phase, l: i32, slice: i32, sample: i32, kind: i32): void {
  const layer = layerOf(network, l);
  const from = sliceStart(layer, slice), to = sliceStart(layer, slice + 1);
  const state = stateOf(phase, layer, sample);
  if (kind != AFTER_SETTLING) {
    const current = layer.current + <usize>sample * layer.stride;
    for (let at = <usize>from << 2, end = <usize>to << 2; at < end; at += 16) {
      let sum = outsideCurrent(network, phase, layer, l, sample, at);
      for (let k = 0; k < SLICES; k++) {
        sum = f32x4.add(sum, v128.load(layer.partial + <usize>(k * COLUMNS + sample) * layer.stride + at));
      }
      v128.store(current + at, sum);
    }
    addOutputs(network, phase, l, sample, current, from, to);
  }
  keepSlack(layer, sample, state, from, to, kind);
}

function outputSlack(network: Network, phase: Phase, sample: i32, kind: i32): void {
  const l = network.layers - 1;
  const layer = layerOf(network, l);
  const slack = layer.slack + <usize>sample * layer.stride;
  memory.fill(slack, 0, <usize>layer.padded << 2);
  if (kind != NOT_AT_REST) return;
  const current = layer.current + <usize>sample * layer.stride;
  for (let at: usize = 0, end = <usize>layer.padded << 2; at < end; at += 16) {
    let sum = outsideCurrent(network, phase, layer, l, sample, at);
    if (l > 0) {
      for (let k = 0; k < SLICES; k++) {
        sum = f32x4.add(sum, v128.load(layer.partial + <usize>(k * COLUMNS + sample) * layer.stride + at));
      }
    }
    v128.store(current + at, sum);
  }
  keepSlack(layer, sample, stateOf(phase, layer, sample), 0, layer.padded, kind);
}
