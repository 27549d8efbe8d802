// Currents into the units of the odd layers: from outside, from the even layers, from the outputs.
import { isLive, sumList, travelOf, unitList } from './memory-of-thread';
import { staying } from './margins';
import { addToColumns } from './output-products';
import { dot4, dot4Twice } from './rows';
import { Layer, layerOf, Network, Phase, sampleOf, unknowns } from './structure';

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

/** Currents from outside. */
export function gatherOutside(network: Network, phase: Phase, layer: Layer, l: i32, column: i32, from: i32, to: i32): void {
  const current = layer.current + <usize>column * layer.stride;
  for (let at = <usize>from << 2, end = <usize>to << 2; at < end; at += 16) {
    v128.store(current + at, outsideCurrent(network, phase, layer, l, column, at));
  }
}

/** Whether all units of an even layer are still at 0 in this column. */
// @ts-ignore: decorator
@inline
function atZero(network: Network, phase: Phase, scratch: usize, column: i32, l: i32): bool {
  return phase.fromRest != 0 && travelOf(scratch, network, column, l) == 0;
}

/** The conductances between odd layer l and even layer `other`. */
// @ts-ignore: decorator
@inline
export function between(network: Network, l: i32, other: i32): Layer {
  return layerOf(network, max(l, other));
}

/** Adds the currents from even layer `other` to the units [from, to) that may move. */
export function gatherNeighbours(
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

export function gatherForPair(
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
