// The conductances from the doubled sources into layer 1: most of a shallow network. They are read once a minibatch:
// while a piece is in registers it is moved by this minibatch's contrast, held in its window, summed, and used for the
// next minibatch's currents. Stored by tiles of 16 units, [tile][signal][16 top | 16 bottom]: one linear stream.
import { multiplyAdd } from '../shared/simd';
import { ownSlice } from './sharing';
import { Layer, layerOf, Network, SLICES, sliceStart } from './structure';
import { Signals, Update } from './update-record';

// @ts-ignore: decorator
@inline
function held(value: v128, low: v128, high: v128, windowed: bool): v128 {
  const above = f32x4.pmax(low, value);
  return windowed ? f32x4.pmin(high, above) : above;
}

/** Moves a slice's tiles and gathers the next minibatch's currents from them. */
export function passSources(network: Network, update: Update, slice: i32): void {
  const layer = layerOf(network, 0);
  const windowed = layer.highest < f32.MAX_VALUE;
  for (let unit = sliceStart(layer, slice), to = sliceStart(layer, slice + 1); unit < to; unit += 16) {
    clearDrive(update, layer.stride, unit);
    if (windowed) passTile(network, layer, update, unit, true);
    else passTile(network, layer, update, unit, false);
  }
}

function clearDrive(update: Update, stride: usize, unit: i32): void {
  let at = update.nextDrive + (<usize>unit << 2);
  for (let s = 0; s < update.nextBatch; s++) {
    memory.fill(at, 0, 64);
    at += stride;
  }
}

// @ts-ignore: decorator
@inline
function passTile(network: Network, layer: Layer, update: Update, unit: i32, windowed: bool): void {
  const at = <usize>unit << 2;
  const now = changetype<Signals>(update.signals), next = changetype<Signals>(update.nextSignals);
  const rows = now.rows, values = now.scaled, nextRows = next.rows, nextValues = next.values;
  const difference = layer.difference + at, drive = update.nextDrive + at;
  const low = f32x4.splat(layer.lowest), high = f32x4.splat(layer.highest);
  const factor = f32x4.splat(load<f32>(update.factors));
  const m0 = f32x4.mul(factor, v128.load(layer.product + at));
  const m1 = f32x4.mul(factor, v128.load(layer.product + at, 16));
  const m2 = f32x4.mul(factor, v128.load(layer.product + at, 32));
  const m3 = f32x4.mul(factor, v128.load(layer.product + at, 48));
  const zero = f32x4.splat(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
  let w = layer.conductances + <usize>unit * <usize>network.signals * 8;
  let starts = now.starts, nextStarts = next.starts;
  let k = load<usize>(starts), n = load<usize>(nextStarts);
  for (const end = starts + (<usize>network.signals << 2); starts < end; ) {
    starts += 4;
    nextStarts += 4;
    const stop = load<usize>(starts), nextStop = load<usize>(nextStarts);
    if (k == stop && n == nextStop) {
      // Dark now and next: half of all signals of a picture. Only the rule's common part moves them.
      const t0 = held(f32x4.sub(v128.load(w), m0), low, high, windowed);
      const b0 = held(f32x4.sub(v128.load(w, 64), m0), low, high, windowed);
      v128.store(w, t0);
      v128.store(w, b0, 64);
      s0 = f32x4.add(s0, f32x4.add(t0, b0));
      const t1 = held(f32x4.sub(v128.load(w, 16), m1), low, high, windowed);
      const b1 = held(f32x4.sub(v128.load(w, 80), m1), low, high, windowed);
      v128.store(w, t1, 16);
      v128.store(w, b1, 80);
      s1 = f32x4.add(s1, f32x4.add(t1, b1));
      const t2 = held(f32x4.sub(v128.load(w, 32), m2), low, high, windowed);
      const b2 = held(f32x4.sub(v128.load(w, 96), m2), low, high, windowed);
      v128.store(w, t2, 32);
      v128.store(w, b2, 96);
      s2 = f32x4.add(s2, f32x4.add(t2, b2));
      const t3 = held(f32x4.sub(v128.load(w, 48), m3), low, high, windowed);
      const b3 = held(f32x4.sub(v128.load(w, 112), m3), low, high, windowed);
      v128.store(w, t3, 48);
      v128.store(w, b3, 112);
      s3 = f32x4.add(s3, f32x4.add(t3, b3));
      w += 128;
      continue;
    }
    let g0 = zero, g1 = zero, g2 = zero, g3 = zero;
    for (; k < stop; k += 4) {
      const d = difference + load<usize>(rows + k), x = v128.load_splat<f32>(values + k);
      g0 = multiplyAdd(x, v128.load(d), g0);
      g1 = multiplyAdd(x, v128.load(d, 16), g1);
      g2 = multiplyAdd(x, v128.load(d, 32), g2);
      g3 = multiplyAdd(x, v128.load(d, 48), g3);
    }
    const t0 = held(f32x4.sub(v128.load(w), f32x4.sub(m0, g0)), low, high, windowed);
    const b0 = held(f32x4.sub(v128.load(w, 64), f32x4.add(m0, g0)), low, high, windowed);
    v128.store(w, t0);
    v128.store(w, b0, 64);
    s0 = f32x4.add(s0, f32x4.add(t0, b0));
    g0 = f32x4.sub(t0, b0);
    const t1 = held(f32x4.sub(v128.load(w, 16), f32x4.sub(m1, g1)), low, high, windowed);
    const b1 = held(f32x4.sub(v128.load(w, 80), f32x4.add(m1, g1)), low, high, windowed);
    v128.store(w, t1, 16);
    v128.store(w, b1, 80);
    s1 = f32x4.add(s1, f32x4.add(t1, b1));
    g1 = f32x4.sub(t1, b1);
    const t2 = held(f32x4.sub(v128.load(w, 32), f32x4.sub(m2, g2)), low, high, windowed);
    const b2 = held(f32x4.sub(v128.load(w, 96), f32x4.add(m2, g2)), low, high, windowed);
    v128.store(w, t2, 32);
    v128.store(w, b2, 96);
    s2 = f32x4.add(s2, f32x4.add(t2, b2));
    g2 = f32x4.sub(t2, b2);
    const t3 = held(f32x4.sub(v128.load(w, 48), f32x4.sub(m3, g3)), low, high, windowed);
    const b3 = held(f32x4.sub(v128.load(w, 112), f32x4.add(m3, g3)), low, high, windowed);
    v128.store(w, t3, 48);
    v128.store(w, b3, 112);
    s3 = f32x4.add(s3, f32x4.add(t3, b3));
    g3 = f32x4.sub(t3, b3);
    for (; n < nextStop; n += 4) {
      const c = drive + load<usize>(nextRows + n), x = v128.load_splat<f32>(nextValues + n);
      v128.store(c, multiplyAdd(x, g0, v128.load(c)));
      v128.store(c, multiplyAdd(x, g1, v128.load(c, 16)), 16);
      v128.store(c, multiplyAdd(x, g2, v128.load(c, 32)), 32);
      v128.store(c, multiplyAdd(x, g3, v128.load(c, 48)), 48);
    }
    w += 128;
  }
  v128.store(layer.sumIn + at, s0);
  v128.store(layer.sumIn + at, s1, 16);
  v128.store(layer.sumIn + at, s2, 32);
  v128.store(layer.sumIn + at, s3, 48);
}

/** Currents of a batch from the sources, the conductances unchanged: the same sums in the same order as `passSources`. */
export function driveSources(network: Network, update: Update, thread: i32): void {
  const layer = layerOf(network, 0);
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let unit = sliceStart(layer, slice), to = sliceStart(layer, slice + 1); unit < to; unit += 16) {
      clearDrive(update, layer.stride, unit);
      driveTile(network, layer, update, unit);
    }
  }
}

function driveTile(network: Network, layer: Layer, update: Update, unit: i32): void {
  const next = changetype<Signals>(update.nextSignals);
  const rows = next.rows, values = next.values, drive = update.nextDrive + (<usize>unit << 2);
  let w = layer.conductances + <usize>unit * <usize>network.signals * 8;
  let starts = next.starts, n = load<usize>(starts);
  for (const end = starts + (<usize>network.signals << 2); starts < end; w += 128) {
    starts += 4;
    const stop = load<usize>(starts);
    if (n == stop) continue;
    const g0 = f32x4.sub(v128.load(w), v128.load(w, 64)), g1 = f32x4.sub(v128.load(w, 16), v128.load(w, 80));
    const g2 = f32x4.sub(v128.load(w, 32), v128.load(w, 96)), g3 = f32x4.sub(v128.load(w, 48), v128.load(w, 112));
    for (; n < stop; n += 4) {
      const c = drive + load<usize>(rows + n), x = v128.load_splat<f32>(values + n);
      v128.store(c, multiplyAdd(x, g0, v128.load(c)));
      v128.store(c, multiplyAdd(x, g1, v128.load(c, 16)), 16);
      v128.store(c, multiplyAdd(x, g2, v128.load(c, 32)), 32);
      v128.store(c, multiplyAdd(x, g3, v128.load(c, 48)), 48);
    }
  }
}
