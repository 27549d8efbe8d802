// Layers 1, 3, …: every unit is set by the voltages of the layers before and after, and passes its own on to them, while
// its row of conductances lies in the cache. Units that surely stay at their bound are not computed.
import { balanced, beyond, bounded, flaw, largestOf } from './bounded-units';
import {
  BLOCK, coefficientList, isLive, rowList, scratchOf, sumList, travelOf, unitList,
} from './memory-of-thread';
import { writeRecord, recordOf } from './records';
import { addToColumns, dotColumns } from './output-products';
import { add4, add4Twice, dot4, dot4Twice } from './rows';
import { claimSlice, ownSlice } from './sharing';
import {
  baseOf, COLUMNS, Layer, layerOf, Network, Phase, sampleOf, SLICES, sliceStart, unknowns,
} from './structure';

/** Rounding's share in a unit's distance from its bound, of the distance itself. */
const MARGIN_KEPT: f32 = 0.9999;

/** Current into unit vectors of a hidden layer from outside: sources and bias, or what is left of them in a delta phase. */
// @ts-ignore: decorator
@inline
export function outsideCurrent(network: Network, phase: Phase, layer: Layer, l: i32, column: i32, at: usize): v128 {
  if (phase.delta) {
    return v128.load(layer.slack + <usize>(column % phase.samples) * layer.stride + at);
  }
  const bias = v128.load(layer.bias + at);
  if (l > 0) return bias;
  return f32x4.add(bias, v128.load(network.drive + <usize>sampleOf(phase, column) * layer.stride + at));
}

/** Whether all units of an even layer are still at 0 in this column. */
// @ts-ignore: decorator
@inline
function atZero(network: Network, phase: Phase, scratch: usize, column: i32, l: i32): bool {
  return phase.fromRest != 0 && travelOf(scratch, network, column, l) == 0;
}

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

function gatherForPair(
  network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, even: i32, column: i32, from: i32, to: i32,
): void {
  const other = column + phase.samples;
  if (atZero(network, phase, scratch, column, even) && atZero(network, phase, scratch, other, even)) return;
  const units = unitList(scratch);
  let count = 0;
  for (let unit = from; unit < to; unit += 4) {
    const at = <usize>unit << 2;
    const stay = i32x4.bitmask(v128.and(
      staying(network, phase, scratch, layer, l, column, at),
      staying(network, phase, scratch, layer, l, other, at),
    ));
    for (let k = 0; k < 4; k++) {
      if ((stay >> k) & 1 || unit + k >= layer.size) continue;
      store<i32>(units + (<usize>count << 2), unit + k);
      count++;
    }
  }
  const owner = between(network, l, even), neighbours = layerOf(network, even);
  const rows = owner.conductances, rowBytes = owner.rowBytes, bytes = <usize>neighbours.padded << 2;
  const x = unknowns(phase, neighbours, column), y = unknowns(phase, neighbours, other);
  const current = layer.current + <usize>column * layer.stride, current2 = layer.current + <usize>other * layer.stride;
  const sums = sumList(scratch);
  for (let k = 0; k < count; k += 4) {
    const u = units + (<usize>k << 2), left = count - k;
    const a = load<i32>(u), b = left > 1 ? load<i32>(u, 4) : a, c = left > 2 ? load<i32>(u, 8) : a;
    const d = left > 3 ? load<i32>(u, 12) : a;
    dot4Twice(rows + <usize>a * rowBytes, rows + <usize>b * rowBytes, rows + <usize>c * rowBytes, rows + <usize>d * rowBytes,
      x, y, bytes, sums, sums + 16);
    for (let lane = 0, most = min(left, 4); lane < most; lane++) {
      const unit = <usize>load<i32>(u + (<usize>lane << 2)) << 2, at = sums + (<usize>lane << 2);
      addTo(current + unit, load<f32>(at));
      addTo(current2 + unit, load<f32>(at, 16));
    }
  }
}

function passOnPair(
  network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, even: i32, slice: i32, column: i32, from: i32, to: i32,
): void {
  const other = column + phase.samples;
  const owner = between(network, l, even), neighbours = layerOf(network, even);
  const out = neighbours.partial + <usize>(slice * COLUMNS + column) * neighbours.stride;
  const out2 = neighbours.partial + <usize>(slice * COLUMNS + other) * neighbours.stride;
  const bytes = <usize>neighbours.padded << 2;
  const values = unknowns(phase, layer, column), values2 = unknowns(phase, layer, other);
  const list = rowList(scratch), factors = coefficientList(scratch);
  let count = 0;
  for (let unit = from; unit < to; unit++) {
    const at = <usize>unit << 2;
    const value = load<f32>(values + at), value2 = load<f32>(values2 + at);
    if (value == 0 && value2 == 0) continue;
    store<usize>(list + (<usize>count << 2), owner.conductances + <usize>unit * owner.rowBytes);
    store<f32>(factors + (<usize>count << 2), value);
    store<f32>(factors + (<usize>count << 2), value2, 16);
    if (++count < 4) continue;
    add4Twice(out, out2, bytes, load<usize>(list), load<usize>(list, 4), load<usize>(list, 8), load<usize>(list, 12), factors);
    count = 0;
  }
  if (count == 0) return;
  for (; count < 4; count++) {
    store<usize>(list + (<usize>count << 2), load<usize>(list));
    store<f32>(factors + (<usize>count << 2), 0);
    store<f32>(factors + (<usize>count << 2), 0, 16);
  }
  add4Twice(out, out2, bytes, load<usize>(list), load<usize>(list, 4), load<usize>(list, 8), load<usize>(list, 12), factors);
}
/** Currents from outside. */
function gatherOutside(network: Network, phase: Phase, layer: Layer, l: i32, column: i32, from: i32, to: i32): void {
  const current = layer.current + <usize>column * layer.stride;
  for (let at = <usize>from << 2, end = <usize>to << 2; at < end; at += 16) {
    v128.store(current + at, outsideCurrent(network, phase, layer, l, column, at));
  }
}

/**
 * Whether any of four columns is still relaxing: they are multiplied together, and one that has ended only finds the same
 * currents again.
 */
// @ts-ignore: decorator
@inline
export function anyLive(scratch: usize, column: i32): bool {
  return isLive(scratch, column) || isLive(scratch, column + 1) || isLive(scratch, column + 2) || isLive(scratch, column + 3);
}

/** Adds the currents from the outputs to the units [from, to) of the last hidden layer, four columns at a time. */
export function gatherFromOutputs(network: Network, phase: Phase, scratch: usize, layer: Layer, from: i32, to: i32): void {
  const outputs = layerOf(network, network.layers - 1);
  const at = <usize>from << 2;
  for (let c = 0; c < phase.columns; c += 4) {
    if (!anyLive(scratch, c)) continue;
    const current = layer.current + <usize>c * layer.stride + at;
    addToColumns(current, layer.stride, current, layer.stride, <usize>(to - from) << 2, outputs.conductances + at, outputs.rowBytes,
      unknowns(phase, outputs, c), outputs.stride, outputs.size);
  }
}

/** Whether four units surely stay where they are: set bits in a vector. */
// @ts-ignore: decorator
@inline
function staying(network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, column: i32, at: usize): v128 {
  return f32x4.gt(
    v128.load(layer.margin + <usize>column * layer.stride + at),
    reach(network, phase, scratch, layer, l, column, at),
  );
}

/** How far the neighbours may have moved a unit since the phase began, V: |Δv| ≤ Σ g·|Δv_neighbour| / Σ g. */
// @ts-ignore: decorator
@inline
function reach(network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, column: i32, at: usize): v128 {
  const before = l > 0 ? travelOf(scratch, network, column, l - 1) : 0;
  const after = travelOf(scratch, network, column, l + 1);
  return f32x4.add(
    f32x4.mul(f32x4.splat(before), v128.load(layer.shareBefore + at)),
    f32x4.mul(f32x4.splat(after), v128.load(layer.shareAfter + at)),
  );
}

/** The conductances between odd layer l and even layer `other`. */
// @ts-ignore: decorator
@inline
function between(network: Network, l: i32, other: i32): Layer {
  return layerOf(network, max(l, other));
}

/** Adds the currents from even layer `other` to the units [from, to) that may move. */
function gatherNeighbours(
  network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, other: i32, column: i32, from: i32, to: i32,
): void {
  if (atZero(network, phase, scratch, column, other)) return;
  const owner = between(network, l, other);
  const neighbours = layerOf(network, other);
  const units = unitList(scratch);
  let count = 0;
  for (let unit = from; unit < to; unit += 4) {
    const stay = i32x4.bitmask(staying(network, phase, scratch, layer, l, column, <usize>unit << 2));
    for (let k = 0; k < 4; k++) {
      if ((stay >> k) & 1 || unit + k >= layer.size) continue;
      store<i32>(units + (<usize>count << 2), unit + k);
      count++;
    }
  }
  const current = layer.current + <usize>column * layer.stride;
  addDots(owner.conductances, owner.rowBytes, unknowns(phase, neighbours, column), <usize>neighbours.padded << 2,
    units, count, current, sumList(scratch));
}

/** current[unit] += row of unit · x, for the listed units. */
export function addDots(
  rows: usize, rowBytes: usize, x: usize, bytes: usize, units: usize, count: i32, current: usize, sums: usize,
): void {
  for (let k = 0; k < count; k += 4) {
    const u = units + (<usize>k << 2);
    const left = count - k;
    const a = load<i32>(u), b = left > 1 ? load<i32>(u, 4) : a, c = left > 2 ? load<i32>(u, 8) : a;
    const d = left > 3 ? load<i32>(u, 12) : a;
    dot4(rows + <usize>a * rowBytes, rows + <usize>b * rowBytes, rows + <usize>c * rowBytes, rows + <usize>d * rowBytes,
      x, bytes, sums);
    addTo(current + (<usize>a << 2), load<f32>(sums));
    if (left > 1) addTo(current + (<usize>b << 2), load<f32>(sums, 4));
    if (left > 2) addTo(current + (<usize>c << 2), load<f32>(sums, 8));
    if (left > 3) addTo(current + (<usize>d << 2), load<f32>(sums, 12));
  }
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value);
}

/** Sets the units [from, to) of one column. */
function setUnits(
  network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, slice: i32, column: i32, from: i32, to: i32,
  firstBlock: bool,
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
    const degree = v128.load(layer.degree + at), v = v128.load(base + at), old = v128.load(state + at);
    const target = balanced(layer, at, v128.load(current + at), old);
    let next = bounded(layer, at, target, v);
    flaws = f32x4.add(flaws, flaw(target));
    if (!alone) {
      const reached = reach(network, phase, scratch, layer, l, column, at);
      const kept = v128.load(margin + at);
      const stay = f32x4.gt(kept, reached);
      next = v128.bitselect(old, next, stay);
      const over = beyond(layer, at, target, v);
      const fresh = v128.bitselect(
        f32x4.add(f32x4.mul(over, f32x4.splat(MARGIN_KEPT)), reached),
        f32x4.splat(-1),
        f32x4.gt(over, f32x4.splat(0)),
      );
      v128.store(margin + at, v128.bitselect(kept, fresh, stay));
    }
    residual = largestOf(residual, f32x4.mul(degree, f32x4.sub(next, old)));
    whole = largestOf(whole, f32x4.mul(degree, f32x4.add(next, v)));
    part = largestOf(part, f32x4.mul(degree, next));
    v128.store(state + at, next);
  }
  writeRecord(record, residual, whole, part, flaws);
}

/** Adds what the units [from, to) send to even layer `other`, units at 0 left out. */
function passOn(
  network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, other: i32, slice: i32, column: i32, from: i32, to: i32,
): void {
  const owner = between(network, l, other);
  const neighbours = layerOf(network, other);
  const out = neighbours.partial + <usize>(slice * COLUMNS + column) * neighbours.stride;
  addActive(out, <usize>neighbours.padded << 2, owner.conductances, owner.rowBytes, unknowns(phase, layer, column), from, to, scratch);
}

/** out += Σ values[unit]·row of unit, over the units [from, to) that are not at 0. */
export function addActive(
  out: usize, bytes: usize, rows: usize, rowBytes: usize, values: usize, from: i32, to: i32, scratch: usize,
): void {
  const list = rowList(scratch), factors = coefficientList(scratch);
  let count = 0;
  for (let unit = from; unit < to; unit++) {
    const value = load<f32>(values + (<usize>unit << 2));
    if (value == 0) continue;
    store<usize>(list + (<usize>count << 2), rows + <usize>unit * rowBytes);
    store<f32>(factors + (<usize>count << 2), value);
    count++;
  }
  for (let k = 0; k < count; k += 4) {
    const r = list + (<usize>k << 2), f = factors + (<usize>k << 2);
    const left = count - k;
    const a = load<usize>(r);
    add4(out, bytes, a, left > 1 ? load<usize>(r, 4) : a, left > 2 ? load<usize>(r, 8) : a, left > 3 ? load<usize>(r, 12) : a,
      load<f32>(f), left > 1 ? load<f32>(f, 4) : 0, left > 2 ? load<f32>(f, 8) : 0, left > 3 ? load<f32>(f, 12) : 0);
  }
}

/** The last hidden layer's share of the output currents, from the units [from, to), four columns at a time. */
export function passToOutputs(network: Network, phase: Phase, scratch: usize, layer: Layer, slice: i32, from: i32, to: i32): void {
  const outputs = layerOf(network, network.layers - 1);
  const at = <usize>from << 2;
  for (let c = 0; c < phase.columns; c += 4) {
    if (!anyLive(scratch, c)) continue;
    dotColumns(outputs.partial + <usize>(slice * COLUMNS + c) * outputs.stride, outputs.stride, unknowns(phase, layer, c) + at,
      layer.stride, <usize>(to - from) << 2, outputs.conductances + at, outputs.rowBytes, outputs.size);
  }
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

function startMargins(phase: Phase, layer: Layer, slice: i32, column: i32): void {
  const margin = layer.margin + <usize>column * layer.stride;
  const slack = layer.slack + <usize>(column % phase.samples) * layer.stride;
  const base = layer.states + <usize>sampleOf(phase, column) * layer.stride;
  const state = unknowns(phase, layer, column);
  const none = f32x4.splat(-1);
  for (let at = <usize>sliceStart(layer, slice) << 2, end = <usize>sliceStart(layer, slice + 1) << 2; at < end; at += 16) {
    if (!phase.delta) {
      v128.store(margin + at, none);
      continue;
    }
    // The unknown part starts at 0, so a unit's distance from leaving its bound is that of its slack.
    const now = v128.load(state + at);
    const target = balanced(layer, at, v128.load(slack + at), now);
    const over = beyond(layer, at, target, v128.load(base + at));
    v128.store(margin + at, v128.bitselect(f32x4.mul(over, f32x4.splat(MARGIN_KEPT)), none, f32x4.gt(over, f32x4.splat(0))));
  }
}
