// What comes out: word-line voltages for the final bit lines, device currents, Kirchhoff's law at every bit-line node
// (the word lines are solved exactly for these bit lines), and the way between tiles and row-major arrays.
import { blockBytes, lastRowInTile, Network, PINNED, rowBytes, TILE, Work } from './layout';
import { finishWordLines, eliminateWordLines } from './word-lines';

/**
 * work.z = word-line voltages for the bit lines in work.b; device currents G·(word − bit), summed over rows and columns (A).
 * `scale` is s, `toAmperes` 1/σ. Returns the largest device current [A]; the largest net current into a bit-line node [A]
 * goes to `residual`.
 */
export function finish(net: Network, work: Work, scale: f64, toAmperes: f64, residual: usize): f64 {
  const bytes = blockBytes(net);
  const s = f64x2.splat(scale);
  const ampere = f64x2.splat(toAmperes);
  const every = f64x2.eq(s, s);
  let mostCurrent = f64x2.splat(0);
  let mostNet = f64x2.splat(0);
  // pmax passes over NaN; a sum does not
  let check = f64x2.splat(0);
  memory.fill(work.columnCurrents, 0, rowBytes(net));
  for (let block: u32 = 0; block < net.blocks; block++) {
    const first = block == 0;
    const last = block + 1 == net.blocks;
    const stop = last ? lastRowInTile(net) : 112;
    let offset = <usize>block * bytes;
    eliminateWordLines(net, work, work.b, block, true);
    finishWordLines(net, work, block, work.z + offset);
    memory.fill(work.line, 0, TILE);
    for (let t: usize = 0; t < bytes; t += TILE, offset += TILE) {
      const pb = work.b + offset;
      const pz = work.z + offset;
      const pg = net.g + offset;
      let here = v128.load(pb);
      // what flows along the bit line: in from above, then on to the next node
      let wire = first ? terminal(net.top, work.fromTop, t, here) : f64x2.sub(here, v128.load(pb - bytes, 112));
      // of a node that its terminal holds, no net current is known
      let free = first ? isFree(net.top, t) : every;
      let sum = f64x2.splat(0);
      for (let r: usize = 0; r < stop; r += 16) {
        const next = v128.load(pb + r, 16);
        const current = f64x2.mul(v128.load(pg + r), f64x2.sub(v128.load(pz + r), f64x2.mul(s, here)));
        const onward = f64x2.sub(here, next);
        mostCurrent = f64x2.pmax(mostCurrent, f64x2.abs(current));
        const left = v128.and(free, f64x2.abs(f64x2.sub(f64x2.add(wire, onward), current)));
        mostNet = f64x2.pmax(mostNet, left);
        free = every;
        sum = f64x2.add(sum, current);
        v128.store(work.line + r, f64x2.add(v128.load(work.line + r), current));
        wire = f64x2.neg(onward);
        here = next;
      }
      const current = f64x2.mul(v128.load(pg + stop), f64x2.sub(v128.load(pz + stop), f64x2.mul(s, here)));
      const onward = last ? terminal(net.bottom, work.fromBottom, t, here) : f64x2.sub(here, v128.load(pb + bytes));
      mostCurrent = f64x2.pmax(mostCurrent, f64x2.abs(current));
      if (last) free = v128.and(free, isFree(net.bottom, t));
      mostNet = f64x2.pmax(mostNet, v128.and(free, f64x2.abs(f64x2.sub(f64x2.add(wire, onward), current))));
      sum = f64x2.add(sum, current);
      v128.store(work.line + stop, f64x2.add(v128.load(work.line + stop), current));
      check = f64x2.add(check, sum);
      const at = work.columnCurrents + (t >> 3);
      v128.store(at, f64x2.add(v128.load(at), f64x2.mul(sum, ampere)));
    }
    const rows = work.rowCurrents + (<usize>block << 6);
    for (let r: usize = 0; r < 8; r++) {
      const pair = work.line + (r << 4);
      store<f64>(rows + (r << 3), (load<f64>(pair) + load<f64>(pair, 8)) * toAmperes);
    }
  }
  const total = f64x2.extract_lane(check, 0) + f64x2.extract_lane(check, 1);
  if (total != total) {
    store<f64>(residual, NaN);
    return NaN;
  }
  store<f64>(residual, max(f64x2.extract_lane(mostNet, 0), f64x2.extract_lane(mostNet, 1)) * toAmperes);
  return max(f64x2.extract_lane(mostCurrent, 0), f64x2.extract_lane(mostCurrent, 1)) * toAmperes;
}

/** What leaves through the terminals of the pair of bit lines at tile offset `t`. */
// @ts-ignore: decorator
@inline
export function terminal(conductance: usize, source: usize, t: usize, v: v128): v128 {
  const at = t >> 3;
  return f64x2.sub(f64x2.mul(v128.load(conductance + at), v), v128.load(source + at));
}

/** Which of the pair of bit lines at tile offset `t` their terminals leave free. */
// @ts-ignore: decorator
@inline
export function isFree(conductance: usize, t: usize): v128 {
  return f64x2.lt(v128.load(conductance + (t >> 3)), f64x2.splat(PINNED));
}

/** Tiles of blocks [first, end) → their rows, row-major at `out`, times `scale`. */
export function unpack(net: Network, tiles: usize, out: usize, scale: f64, first: u32, end: u32): void {
  const s = f64x2.splat(scale);
  const stop = min(end * 8, net.rows);
  for (let row = first * 8; row < stop; row++) {
    let from = tiles + <usize>(row >> 3) * blockBytes(net) + (<usize>(row & 7) << 4);
    for (let j: u32 = 0; j + 1 < net.columns; j += 2, from += TILE, out += 16) {
      v128.store(out, f64x2.mul(v128.load(from), s));
    }
    if (net.columns & 1) {
      store<f64>(out, load<f64>(from) * scale);
      out += 8;
    }
  }
}

/** Row-major [rows × columns] at `from` → tiles, times `scale`; padding becomes 0. */
export function packTiles(net: Network, from: usize, tiles: usize, scale: f64): void {
  const s = f64x2.splat(scale);
  memory.fill(tiles, 0, <usize>net.blocks * blockBytes(net));
  for (let row: u32 = 0; row < net.rows; row++) {
    let to = tiles + <usize>(row >> 3) * blockBytes(net) + (<usize>(row & 7) << 4);
    for (let j: u32 = 0; j + 1 < net.columns; j += 2, from += 16, to += TILE) {
      v128.store(to, f64x2.mul(v128.load(from), s));
    }
    if (net.columns & 1) {
      store<f64>(to, load<f64>(from) * scale);
      from += 8;
    }
  }
}
