// The conductances between hidden layers and into the outputs, row by row: the local rule, the window, the sums.
import { add4 } from './rows';
import { Layer, layerOf, Network, sliceStart } from './structure';
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
  const terms = startChange(out, first, bytes, row, unit, columns, batch, factor, scratch);
  if (terms <= MAX_TERMS) commonChange(out, first, bytes, row, unit, columns, factor);
  if (terms % PART > 0) addListed(out, bytes, rowList(scratch), coefficientList(scratch), terms % PART);
}

/** Terms that `moveRow` takes in its one pass over a row. */
const MAX_TERMS: i32 = 4;
/** What `startChange` adds to its answer when more terms than those have already gone into `out`. */
const PART: i32 = 8;

function commonChange(out: usize, first: usize, bytes: usize, row: Layer, unit: i32, columns: Layer, factor: f32): void {
  const own = f32x4.splat(load<f32>(row.product + (<usize>unit << 2))), scale = f32x4.splat(factor);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(out + at, f32x4.mul(scale, f32x4.add(own, v128.load(columns.product + first + at))));
  }
}

/**
 * Lists the terms of a row's change in the scratch; of more than 4, all but the last go into `out` at once. Returns how many
 * are listed, plus PART if `out` was begun.
 */
function startChange(
  out: usize, first: usize, bytes: usize, row: Layer, unit: i32, columns: Layer, batch: i32, factor: f32, scratch: usize,
): i32 {
  const list = rowList(scratch), factors = coefficientList(scratch);
  let count = 0, at = <usize>unit << 2, columnRow = first, begun = 0;
  for (let s = 0; s < batch; s++) {
    const d = load<f32>(row.difference + at), m = load<f32>(row.mean + at);
    if (d != 0 || m != 0) {
      if (count == MAX_TERMS) {
        if (begun == 0) commonChange(out, first, bytes, row, unit, columns, factor);
        begun = PART;
        addListed(out, bytes, list, factors, MAX_TERMS);
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
  return count + begun;
}

// @ts-ignore: decorator
@inline
function addListed(out: usize, bytes: usize, list: usize, factors: usize, count: i32): void {
  const a = load<usize>(list), b = load<usize>(list, 4);
  add4(out, bytes, a, b, count > 2 ? load<usize>(list, 8) : a, count > 2 ? load<usize>(list, 12) : a,
    load<f32>(factors), load<f32>(factors, 4), count > 2 ? load<f32>(factors, 8) : 0, count > 2 ? load<f32>(factors, 12) : 0);
}

/**
 * Moves the units [first, first + bytes) of a stored row: row = window(row − change), the change being what `startChange` left
 * in `change` and in the lists. Adds the row to `sums`, which begins at the range, and returns its own sum.
 */
function moveRow(
  stored: usize, change: usize, first: usize, bytes: usize, owner: Layer, row: Layer, unit: i32, columns: Layer, factor: f32,
  sums: usize, scratch: usize, terms: i32,
): f32 {
  const list = rowList(scratch), factors = coefficientList(scratch);
  const begun = terms >= PART, listed = terms % PART;
  const common = begun ? change : columns.product + first;
  const scale: f32 = begun ? 1 : factor;
  const own: f32 = begun ? 0 : factor * load<f32>(row.product + (<usize>unit << 2));
  // The last vector may hold padding, which must stay 0.
  const whole = min(first + bytes, <usize>(columns.size & ~3) << 2);
  const inside = whole > first ? whole - first : 0;
  const from = stored + first;
  let total: v128;
  if (owner.highest < f32.MAX_VALUE) {
    if (listed == 0) total = moveUnits(from, common, inside, owner, scale, own, sums, list, factors, 0, true);
    else if (listed == 2) total = moveUnits(from, common, inside, owner, scale, own, sums, list, factors, 2, true);
    else total = moveUnits(from, common, inside, owner, scale, own, sums, list, factors, 4, true);
  } else {
    if (listed == 0) total = moveUnits(from, common, inside, owner, scale, own, sums, list, factors, 0, false);
    else if (listed == 2) total = moveUnits(from, common, inside, owner, scale, own, sums, list, factors, 2, false);
    else total = moveUnits(from, common, inside, owner, scale, own, sums, list, factors, 4, false);
  }
  if (inside < bytes && first + inside < <usize>columns.size << 2) {
    // Moved like the others, then stripped of its padding.
    for (let k = 0; k < listed; k++) store<usize>(list + (<usize>k << 2), load<usize>(list + (<usize>k << 2)) + inside);
    const kept = v128.load(sums + inside), mask = v128.load(columns.mask + first + inside);
    moveUnits(from + inside, common + inside, 16, owner, scale, own, sums + inside, list, factors, listed, true);
    const held = v128.and(v128.load(from + inside), mask);
    v128.store(from + inside, held);
    v128.store(sums + inside, f32x4.add(kept, held));
    total = f32x4.add(total, held);
  }
  return sumLanes(total);
}

// @ts-ignore: decorator
@inline
function moveUnits(
  from: usize, common: usize, bytes: usize, owner: Layer, scale: f32, own: f32, sums: usize, list: usize, factors: usize,
  terms: i32, windowed: bool,
): v128 {
  const lowest = f32x4.splat(owner.lowest), highest = f32x4.splat(owner.highest);
  const scales = f32x4.splat(scale), owns = f32x4.splat(own);
  let total = f32x4.splat(0);
  let a: usize = 0, b: usize = 0, c: usize = 0, d: usize = 0;
  let fa = total, fb = total, fc = total, fd = total;
  if (terms > 0) {
    a = load<usize>(list);
    b = load<usize>(list, 4);
    fa = v128.load_splat<f32>(factors);
    fb = v128.load_splat<f32>(factors, 4);
  }
  if (terms > 2) {
    c = load<usize>(list, 8);
    d = load<usize>(list, 12);
    fc = v128.load_splat<f32>(factors, 8);
    fd = v128.load_splat<f32>(factors, 12);
  }
  for (const end = from + bytes; from < end; from += 16) {
    let change = multiplyAdd(scales, v128.load(common), owns);
    if (terms > 0) {
      change = multiplyAdd(fb, v128.load(b), multiplyAdd(fa, v128.load(a), change));
      a += 16;
      b += 16;
    }
    if (terms > 2) {
      change = multiplyAdd(fd, v128.load(d), multiplyAdd(fc, v128.load(c), change));
      c += 16;
      d += 16;
    }
    let held = f32x4.pmax(lowest, f32x4.sub(v128.load(from), change));
    if (windowed) held = f32x4.pmin(highest, held);
    v128.store(from, held);
    total = f32x4.add(total, held);
    v128.store(sums, f32x4.add(v128.load(sums), held));
    common += 16;
    sums += 16;
  }
  return total;
}

/** Moves a slice of every matrix after the first. */
export function passInner(network: Network, update: Update, thread: i32, slice: i32): void {
  const last = network.layers - 1;
  for (let l = 1; l < last; l++) passRows(network, update, thread, l, slice);
  if (last > 0) passOutputs(network, update, thread, slice);
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
    const stored = owner.conductances + <usize>unit * owner.rowBytes;
    const sum = moveRow(stored, change, 0, bytes, owner, row, unit, columns, factor, sums, scratch, terms);
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
      const stored = outputs.conductances + <usize>unit * outputs.rowBytes;
      sum = moveRow(stored, change, first, bytes, outputs, outputs, unit, hidden, factor, hidden.sumOut + first, scratch, terms);
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
