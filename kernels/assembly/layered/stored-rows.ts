// Conductances as the outside sees them: row-major, [units before][units of the layer].
import { rowChange } from './inner-conductances';
import { scratchOf } from './memory-of-thread';
import { Layer, layerOf, Network, TILE } from './structure';

/** Whether layer l's conductances are stored with the units before as columns. */
// @ts-ignore: decorator
@inline
function isTransposed(network: Network, l: i32): bool {
  return l > 0 && (l == network.layers - 1 || (l & 1) == 0);
}

// @ts-ignore: decorator
@inline
function placeOf(network: Network, l: i32, row: i32, column: i32): usize {
  const layer = layerOf(network, l);
  if (l == 0) {
    const signal = row < network.signals ? row : row - network.signals;
    const tile = column >> 4, lane = (column & 15) + (row < network.signals ? 0 : 16);
    return layer.conductances + ((<usize>(tile * network.signals + signal) * 32 + lane) << 2);
  }
  return isTransposed(network, l)
    ? layer.conductances + <usize>column * layer.rowBytes + (<usize>row << 2)
    : layer.conductances + <usize>row * layer.rowBytes + (<usize>column << 2);
}

/** Copies one row of layer l's conductances to `out` [units of the layer]. */
export function loadRow(network: Network, l: i32, row: i32, out: usize): void {
  for (let j = 0, size = layerOf(network, l).size; j < size; j++) {
    store<f32>(out + (<usize>j << 2), load<f32>(placeOf(network, l, row, j)));
  }
}

/** Overwrites one row of layer l's conductances from `values`; node conductances are stale until the next `refresh`. */
export function storeRow(network: Network, l: i32, row: i32, values: usize): void {
  for (let j = 0, size = layerOf(network, l).size; j < size; j++) {
    store<f32>(placeOf(network, l, row, j), load<f32>(values + (<usize>j << 2)));
  }
}

/** The same for rows first … first + rows − 1, `values` [rows × units of the layer]. */
export function storeRows(network: Network, l: i32, first: i32, rows: i32, values: usize): void {
  const size = layerOf(network, l).size;
  for (let r = 0; r < rows; r++) {
    const from = values + (<usize>(r * size) << 2);
    if (l > 0) {
      storeRow(network, l, first + r, from);
      continue;
    }
    // whole tiles of layer 1 lie together
    let to = placeOf(network, 0, first + r, 0), at = from;
    const tileBytes = <usize>network.signals << 7;
    for (let column = 0; column + 16 <= size; column += 16) {
      v128.store(to, v128.load(at));
      v128.store(to, v128.load(at, 16), 16);
      v128.store(to, v128.load(at, 32), 32);
      v128.store(to, v128.load(at, 48), 48);
      to += tileBytes;
      at += 64;
    }
    for (let j = size & ~15; j < size; j++) {
      store<f32>(placeOf(network, 0, first + r, j), load<f32>(from + (<usize>j << 2)));
    }
  }
}

/** How many of layer l's conductances lie at an edge of its window. */
export function countSaturated(network: Network, l: i32, rows: i32): i32 {
  const layer = layerOf(network, l);
  if (l == 0) return countSources(network, layer);
  const transposed = isTransposed(network, l);
  const stored = transposed ? layer.size : rows, length = transposed ? rows : layer.size;
  let count = 0;
  for (let i = 0; i < stored; i++) count += countEdges(layer, layer.conductances + <usize>i * layer.rowBytes, length);
  return count;
}

function countSources(network: Network, layer: Layer): i32 {
  let count = 0, at = layer.conductances;
  for (let unit = 0; unit < layer.size; unit += TILE) {
    const units = min(TILE, layer.size - unit);
    for (let half = 0; half < 2 * network.signals; half++) {
      count += countEdges(layer, at, units);
      at += <usize>TILE << 2;
    }
  }
  return count;
}

function countEdges(layer: Layer, from: usize, length: i32): i32 {
  const low = f32x4.splat(layer.lowest), high = f32x4.splat(layer.highest);
  let found = i32x4.splat(0), at = from;
  for (const end = from + (<usize>(length & ~3) << 2); at < end; at += 16) {
    const g = v128.load(at);
    // a lane that is true is −1
    found = i32x4.sub(found, v128.or(f32x4.eq(g, low), f32x4.eq(g, high)));
  }
  let count = i32x4.extract_lane(found, 0) + i32x4.extract_lane(found, 1) + i32x4.extract_lane(found, 2) + i32x4.extract_lane(found, 3);
  for (const end = from + (<usize>length << 2); at < end; at += 4) {
    const g = load<f32>(at);
    if (g == layer.lowest || g == layer.highest) count++;
  }
  return count;
}

/**
 * Gradient of one row of layer l's conductances times `factor`, from the contrast at hand: `inputs` [batch][signals] for
 * layer 1. `out` holds whole tiles.
 */
export function gradientRow(network: Network, l: i32, row: i32, batch: i32, factor: f32, inputs: usize, out: usize): void {
  const layer = layerOf(network, l);
  const bytes = <usize>layer.padded << 2;
  if (l > 0) {
    rowChange(out, 0, bytes, layerOf(network, l - 1), row, layer, batch, factor, scratchOf(network, 0));
    return;
  }
  const top = row < network.signals;
  let x = inputs + (<usize>(top ? row : row - network.signals) << 2), difference = layer.difference;
  const scale = f32x4.splat(factor);
  for (let at: usize = 0; at < bytes; at += 16) v128.store(out + at, f32x4.mul(scale, v128.load(layer.product + at)));
  for (let s = 0; s < batch; s++) {
    const value = load<f32>(x);
    if (value != 0) {
      const v = f32x4.splat(top ? -factor * value : factor * value);
      for (let at: usize = 0; at < bytes; at += 16) {
        v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(v, v128.load(difference + at))));
      }
    }
    x += <usize>network.signals << 2;
    difference += layer.stride;
  }
}
