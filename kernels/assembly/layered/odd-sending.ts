// What the units of the odd layers send on, those at 0 left out: to the even layers and to the outputs.
import { coefficientList, rowList } from './memory-of-thread';
import { anyLive, between } from './odd-currents';
import { dotColumns } from './output-products';
import { add4, add4Twice } from './rows';
import { COLUMNS, Layer, layerOf, Network, Phase, unknowns } from './structure';

/** Adds what the units [from, to) send to even layer `other`, units at 0 left out. */
export function passOn(
  network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, other: i32, slice: i32, column: i32, from: i32, to: i32,
): void {
  const owner = between(network, l, other);
  const neighbours = layerOf(network, other);
  const out = neighbours.partial + <usize>(slice * COLUMNS + column) * neighbours.stride;
  addActive(out, <usize>neighbours.padded << 2, owner.conductances, owner.rowBytes, unknowns(phase, layer, column), from, to, scratch);
}

export function passOnPair(
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
