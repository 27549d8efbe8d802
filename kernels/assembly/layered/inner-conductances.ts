// The conductances between hidden layers and into the outputs, row by row: the local rule, the window, the sums.
import { add4 } from './rows';
import { firstSlice, Layer, layerOf, Network, sliceStart } from './structure';
import { Update } from './update-record';
import { coefficientList, rowList, scratchOf } from './memory-of-thread';
import { multiplyAdd, sumLanes } from '../shared/simd';

/**
 * out[range] = factor·(own + product[range] − Σ_samples (difference_unit·mean + mean_unit·difference)[range]): the change
 * of one row, units that did not move and carry nothing left out. [first, first + bytes) is the range in bytes.
 */
export function rowChange(
  out: usize, first: usize, bytes: usize, row: Layer, unit: i32, columns: Layer, batch: i32, factor: f32, scratch: usize,
): void {
  const left = startChange(out, first, bytes, row, unit, columns, batch, factor, scratch);
  if (left > 0) addListed(out, bytes, rowList(scratch), coefficientList(scratch), left);
}

/** The same but for the last terms, at most 4, which are left in the scratch's lists; returns how many. */
function startChange(
  out: usize, first: usize, bytes: usize, row: Layer, unit: i32, columns: Layer, batch: i32, factor: f32, scratch: usize,
): i32 {
  const own = f32x4.splat(load<f32>(row.product + (<usize>unit << 2))), scale = f32x4.splat(factor);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(out + at, f32x4.mul(scale, f32x4.add(own, v128.load(columns.product + first + at))));
  }
  const list = rowList(scratch), factors = coefficientList(scratch);
  let count = 0, at = <usize>unit << 2, columnRow = first;
  for (let s = 0; s < batch; s++) {
    const d = load<f32>(row.difference + at), m = load<f32>(row.mean + at);
    if (d != 0 || m != 0) {
      if (count == 4) {
        addListed(out, bytes, list, factors, 4);
        count = 0;
      }
      store<usize>(list + (<usize>count << 2), columns.mean + columnRow);
      store<usize>(list + (<usize>count << 2), columns.difference + columnRow, 4);
      store<f32>(factors + (<usize>count << 2), -factor * d);
      store<f32>(factors + (<usize>count << 2), -factor * m, 4);
      count += 2;
    }
    at += row.stride;
    columnRow += columns.stride;
  }
  return count;
}

// @ts-ignore: decorator
@inline
function addListed(out: usize, bytes: usize, list: usize, factors: usize, count: i32): void {
  const a = load<usize>(list), b = load<usize>(list, 4);
  add4(out, bytes, a, b, count > 2 ? load<usize>(list, 8) : a, count > 2 ? load<usize>(list, 12) : a,
    load<f32>(factors), load<f32>(factors, 4), count > 2 ? load<f32>(factors, 8) : 0, count > 2 ? load<f32>(factors, 12) : 0);
}

/** row[range] = window(row − change − listed terms); adds the row to `sums` and returns its own sum. */
function moveRow(
  row: usize, change: usize, first: usize, bytes: usize, mask: usize, low: f32, high: f32, sums: usize, scratch: usize, terms: i32,
): f32 {
  const lowest = f32x4.splat(low), highest = f32x4.splat(high);
  let total = f32x4.splat(0), from = row + first;
  const list = rowList(scratch), factors = coefficientList(scratch);
  mask += first;
  if (terms == 0) {
    for (const end = change + bytes; change < end; change += 16) {
      const moved = f32x4.sub(v128.load(from), v128.load(change));
      const held = v128.and(f32x4.pmin(highest, f32x4.pmax(lowest, moved)), v128.load(mask));
      v128.store(from, held);
      total = f32x4.add(total, held);
      v128.store(sums, f32x4.add(v128.load(sums), held));
      from += 16;
      mask += 16;
      sums += 16;
    }
    return sumLanes(total);
  }
  let a = load<usize>(list), b = load<usize>(list, 4);
  const fa = f32x4.splat(load<f32>(factors)), fb = f32x4.splat(load<f32>(factors, 4));
  if (terms == 2) {
    for (const end = change + bytes; change < end; change += 16) {
      const more = multiplyAdd(fb, v128.load(b), multiplyAdd(fa, v128.load(a), v128.load(change)));
      const held = v128.and(f32x4.pmin(highest, f32x4.pmax(lowest, f32x4.sub(v128.load(from), more))), v128.load(mask));
      v128.store(from, held);
      total = f32x4.add(total, held);
      v128.store(sums, f32x4.add(v128.load(sums), held));
      from += 16;
      mask += 16;
      sums += 16;
      a += 16;
      b += 16;
    }
    return sumLanes(total);
  }
  let c = load<usize>(list, 8), d = load<usize>(list, 12);
  const fc = f32x4.splat(load<f32>(factors, 8)), fd = f32x4.splat(load<f32>(factors, 12));
  for (const end = change + bytes; change < end; change += 16) {
    let more = multiplyAdd(fb, v128.load(b), multiplyAdd(fa, v128.load(a), v128.load(change)));
    more = multiplyAdd(fd, v128.load(d), multiplyAdd(fc, v128.load(c), more));
    const held = v128.and(f32x4.pmin(highest, f32x4.pmax(lowest, f32x4.sub(v128.load(from), more))), v128.load(mask));
    v128.store(from, held);
    total = f32x4.add(total, held);
    v128.store(sums, f32x4.add(v128.load(sums), held));
    from += 16;
    mask += 16;
    sums += 16;
    a += 16;
    b += 16;
    c += 16;
    d += 16;
  }
  return sumLanes(total);
}

/** Moves this thread's part of every matrix after the first. */
export function passInner(network: Network, update: Update, thread: i32): void {
  const last = network.layers - 1;
  for (let slice = firstSlice(network, thread), end = firstSlice(network, thread + 1); slice < end; slice++) {
    for (let l = 1; l < last; l++) passRows(network, update, thread, l, slice);
    if (last > 0) passOutputs(network, update, thread, slice);
  }
}

/** Between hidden layers l−1 and l: rows are the units of whichever is odd, this slice's of them. */
function passRows(network: Network, update: Update, thread: i32, l: i32, slice: i32): void {
  const owner = layerOf(network, l);
  const into = (l & 1) == 0;
  const row = layerOf(network, into ? l : l - 1), columns = layerOf(network, into ? l - 1 : l);
  const bytes = <usize>columns.padded << 2;
  const factor = load<f32>(update.factors + (<usize>l << 2));
  const scratch = scratchOf(network, thread), change = changeOf(network, thread);
  // Sums over the odd layer's units come slice by slice.
  const sums = (into ? columns.slicesOut : columns.slicesIn) + <usize>slice * columns.stride;
  const rowSums = into ? row.sumIn : row.sumOut;
  memory.fill(sums, 0, bytes);
  for (let unit = sliceStart(row, slice), to = min(sliceStart(row, slice + 1), row.size); unit < to; unit++) {
    const terms = startChange(change, 0, bytes, row, unit, columns, update.batch, factor, scratch);
    const sum = moveRow(owner.conductances + <usize>unit * owner.rowBytes, change, 0, bytes, columns.mask, owner.lowest, owner.highest, sums,
      scratch, terms);
    store<f32>(rowSums + (<usize>unit << 2), sum);
  }
}

/** Into the outputs: rows are the outputs, columns this slice's units of the last hidden layer. */
function passOutputs(network: Network, update: Update, thread: i32, slice: i32): void {
  const l = network.layers - 1;
  const outputs = layerOf(network, l), hidden = layerOf(network, l - 1);
  const first = <usize>sliceStart(hidden, slice) << 2, bytes = (<usize>sliceStart(hidden, slice + 1) << 2) - first;
  const factor = load<f32>(update.factors + (<usize>l << 2));
  const scratch = scratchOf(network, thread), change = changeOf(network, thread);
  memory.fill(hidden.sumOut + first, 0, bytes);
  for (let unit = 0; unit < outputs.size; unit++) {
    let sum: f32 = 0;
    if (bytes > 0) {
      const terms = startChange(change, first, bytes, outputs, unit, hidden, update.batch, factor, scratch);
      sum = moveRow(outputs.conductances + <usize>unit * outputs.rowBytes, change, first, bytes, hidden.mask, outputs.lowest, outputs.highest,
        hidden.sumOut + first, scratch, terms);
    }
    store<f32>(outputs.slicesIn + <usize>slice * outputs.stride + (<usize>unit << 2), sum);
  }
}

/** A thread's room for the change of one row, behind its scratch. */
// @ts-ignore: decorator
@inline
export function changeOf(network: Network, thread: i32): usize {
  return network.changes + <usize>thread * network.changeBytes;
}
