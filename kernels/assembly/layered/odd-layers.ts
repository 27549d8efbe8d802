// Layers 1, 3, …: every unit is set by the voltages of the layers before and after, and passes its own on to them, while
// its row of conductances lies in the cache. Units that surely stay at their bound are not computed.
import { balanced, beyond, bounded, flaw, largestOf, stiffness } from './bounded-units';
import { MARGIN_KEPT, reach, startMargins } from './margins';
import { BLOCK, isLive, scratchOf } from './memory-of-thread';
import { anyLive, gatherForPair, gatherFromOutputs, gatherNeighbours, gatherOutside } from './odd-currents';
import { passOn, passOnPair, passToOutputs } from './odd-sending';
import { writeRecord, recordOf } from './records';
import { claimSlice, ownSlice } from './sharing';
import { baseOf, COLUMNS, Layer, layerOf, LINEAR, Network, Phase, SLICES, sliceStart, unknowns } from './structure';

/** One sweep over the odd hidden layers. */
export function updateOddLayers(network: Network, phase: Phase, thread: i32): void {
  const hidden = network.layers - 1;
  for (let slice = claimSlice(network, thread); slice >= 0; slice = claimSlice(network, thread)) {
    for (let l = 1; l < hidden; l += 2) clearPartial(network, phase, thread, l, slice);
    for (let l = 0; l < hidden; l += 2) updateSlice(network, phase, thread, l, slice);
  }
}

function clearPartial(network: Network, phase: Phase, thread: i32, l: i32, slice: i32): void {
  const layer = layerOf(network, l);
  const scratch = scratchOf(network, thread);
  for (let c = 0; c < phase.columns; c++) {
    if (isLive(scratch, c)) {
      memory.fill(layer.partial + <usize>(slice * COLUMNS + c) * layer.stride, 0, <usize>layer.padded << 2);
    }
  }
}

function updateSlice(network: Network, phase: Phase, thread: i32, l: i32, slice: i32): void {
  const layer = layerOf(network, l);
  const from = sliceStart(layer, slice), to = sliceStart(layer, slice + 1);
  if (from == to) return;
  const scratch = scratchOf(network, thread);
  const last = network.layers - 1;
  for (let c = 0; c < phase.columns; c++) {
    if (anyLive(scratch, c & ~3)) gatherOutside(network, phase, layer, l, c, from, to);
  }
  if (l + 1 == last) gatherFromOutputs(network, phase, scratch, layer, from, to);
  if (l > 0 || l + 1 < last) {
    const pairs = phase.delta && phase.columns == 2 * phase.samples;
    for (let row = from; row < to; row += BLOCK) {
      const end = min(row + BLOCK, to);
      for (let c = 0; c < phase.columns; c++) {
        if (pairs) {
          if (c == phase.samples) break;
          if (isLive(scratch, c) && isLive(scratch, c + phase.samples)) {
            updatePair(network, phase, scratch, layer, l, slice, c, row, end, row == from);
            continue;
          }
          // One sign has ended before the other.
          const alone = isLive(scratch, c) ? c : c + phase.samples;
          if (isLive(scratch, alone)) updateBlock(network, phase, scratch, layer, l, slice, alone, row, end, row == from);
          continue;
        }
        if (isLive(scratch, c)) updateBlock(network, phase, scratch, layer, l, slice, c, row, end, row == from);
      }
    }
  } else {
    for (let c = 0; c < phase.columns; c++) {
      if (isLive(scratch, c)) setUnits(network, phase, scratch, layer, l, slice, c, from, to, true);
    }
  }
  if (l + 1 == last) passToOutputs(network, phase, scratch, layer, slice, from, to);
}

/** A block of rows for one column: currents from the even layers, the units, and what they send on. */
function updateBlock(
  network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, slice: i32, c: i32, row: i32, end: i32, first: bool,
): void {
  const last = network.layers - 1;
  if (l > 0) gatherNeighbours(network, phase, scratch, layer, l, l - 1, c, row, end);
  if (l + 1 < last) gatherNeighbours(network, phase, scratch, layer, l, l + 1, c, row, end);
  setUnits(network, phase, scratch, layer, l, slice, c, row, end, first);
  if (l > 0) passOn(network, phase, scratch, layer, l, l - 1, slice, c, row, end);
  if (l + 1 < last) passOn(network, phase, scratch, layer, l, l + 1, slice, c, row, end);
}

/** The same for the two signs of one sample, which differ little in which units can move: every row is read once for both. */
function updatePair(
  network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, slice: i32, c: i32, row: i32, end: i32, first: bool,
): void {
  const last = network.layers - 1, other = c + phase.samples;
  if (l > 0) gatherForPair(network, phase, scratch, layer, l, l - 1, c, row, end);
  if (l + 1 < last) gatherForPair(network, phase, scratch, layer, l, l + 1, c, row, end);
  setUnits(network, phase, scratch, layer, l, slice, c, row, end, first);
  setUnits(network, phase, scratch, layer, l, slice, other, row, end, first);
  if (l > 0) passOnPair(network, phase, scratch, layer, l, l - 1, slice, c, row, end);
  if (l + 1 < last) passOnPair(network, phase, scratch, layer, l, l + 1, slice, c, row, end);
}

/** Sets the units [from, to) of one column. */
function setUnits(
  network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, slice: i32, column: i32, from: i32, to: i32,
  firstBlock: bool,
): void {
  const linear = phase.held == LINEAR, on = layer.diodeOn;
  // Nearly always neither: a loop of its own, that has no call in it and keeps its sums in registers.
  if (!linear && on == 0) setEach(network, phase, scratch, layer, l, slice, column, from, to, firstBlock, false, 0);
  else setEach(network, phase, scratch, layer, l, slice, column, from, to, firstBlock, linear, on);
}

// @ts-ignore: decorator
@inline
function setEach(
  network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, slice: i32, column: i32, from: i32, to: i32,
  firstBlock: bool, linear: bool, on: f32,
): void {
  const base = baseOf(network, phase, layer, column), state = unknowns(phase, layer, column);
  const current = layer.current + <usize>column * layer.stride, margin = layer.margin + <usize>column * layer.stride;
  const alone = l == 0 && network.layers == 2;
  const record = recordOf(network, slice, column, l);
  let residual = f32x4.splat(0), whole = residual, part = residual, flaws = residual;
  if (!firstBlock) {
    residual = v128.load32_zero(record);
    whole = v128.load32_zero(record, 4);
    part = v128.load32_zero(record, 8);
    flaws = v128.load32_zero(record, 12);
  }
  for (let at = <usize>from << 2, end = <usize>to << 2; at < end; at += 16) {
    const nodeConductance = v128.load(layer.nodeConductance + at), v = v128.load(base + at), old = v128.load(state + at);
    const target = balanced(linear, on, layer, at, v128.load(current + at), old, v);
    let next = bounded(linear, layer, at, target, v);
    flaws = f32x4.add(flaws, flaw(target));
    if (!alone) {
      const reached = reach(network, phase, scratch, layer, l, column, at);
      const kept = v128.load(margin + at);
      const stay = f32x4.gt(kept, reached);
      next = v128.bitselect(old, next, stay);
      const over = beyond(linear, layer, at, target, v);
      const fresh = v128.bitselect(
        f32x4.add(f32x4.mul(over, f32x4.splat(MARGIN_KEPT)), reached),
        f32x4.splat(-1),
        f32x4.gt(over, f32x4.splat(0)),
      );
      v128.store(margin + at, v128.bitselect(kept, fresh, stay));
    }
    residual = largestOf(residual, f32x4.mul(stiffness(on, layer, at, nodeConductance, next, v), f32x4.sub(next, old)));
    whole = largestOf(whole, f32x4.mul(nodeConductance, f32x4.add(next, v)));
    part = largestOf(part, f32x4.mul(nodeConductance, next));
    v128.store(state + at, next);
  }
  writeRecord(record, residual, whole, part, flaws);
}

/** Before the first sweep: nothing has moved; units at their bound know how far they are from leaving it. */
export function startOddLayers(network: Network, phase: Phase, thread: i32): void {
  const hidden = network.layers - 1;
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let l = 0; l < hidden; l += 2) {
      const layer = layerOf(network, l);
      for (let c = 0; c < phase.columns; c++) startMargins(phase, layer, slice, c);
    }
  }
}
