// Cells whose current is no multiple of their voltage. Newton's method replaces each by a conductance and a current source beside it
// (its tangent at the voltage where it was looked at); here tangents are taken, and Kirchhoff's law is looked at with the cells' own
// currents.
import { blockBytes, Cells, lastRowInTile, Network, PINNED, rowBytes, TILE, Work } from './layout';
import { divideVoltage } from './pairs';
import { CHUNK, runTape, Tape } from './tape';
import { eliminateInjectedWordLines, finishWordLines } from './word-lines';

/** Word lines for the bit lines in work.b, with the cells' tangents → work.z. */
export function wordLinesInjected(net: Network, work: Work): void {
  for (let block: u32 = 0; block < net.blocks; block++) {
    eliminateInjectedWordLines(net, work, block, false);
    finishWordLines(net, work, block, work.z + <usize>block * blockBytes(net));
  }
}

/**
 * Tangents of all cells at the voltages in work.z and work.b: net.g = σ·conductance, work.injected = σ·(current − conductance ·
 * voltage), work.r = σ·current. Conductances below `least` [S] become that; two elements in series agree in their currents to the share
 * `agreed`. Numbers to `out`: the largest σ·|current| and the largest distance of σ·current from the tangents before, NaN where a current
 * is not a number.
 */
export function takeTangents(
  net: Network,
  work: Work,
  cells: Cells,
  s: f64,
  sigma: f64,
  least: f64,
  agreed: f64,
  out: usize,
): void {
  const total = <usize>net.blocks * blockBytes(net);
  const first = changetype<Tape>(cells.tape);
  const scale = f64x2.splat(s);
  const ampere = f64x2.splat(sigma);
  const floor = f64x2.splat(least);
  let most = f64x2.splat(0);
  let apart = most;
  let check = most;
  for (let at: usize = 0; at < total; at += CHUNK) {
    const bytes = min(CHUNK, total - at);
    const voltage = cells.series == 0 ? first.voltage : cells.voltage;
    for (let k: usize = 0; k < bytes; k += 16) {
      v128.store(
        voltage + k,
        f64x2.sub(v128.load(work.z + at + k), f64x2.mul(scale, v128.load(work.b + at + k))),
      );
    }
    memory.copy(first.state, cells.states + at, bytes);
    if (cells.series == 0) runTape(first, bytes);
    else divideVoltage(cells, at, bytes, agreed);
    const pi = cells.series == 0 ? first.current : cells.low;
    const pg = cells.series == 0 ? first.slope : cells.high;
    for (let k: usize = 0; k < bytes; k += 16) {
      const v = v128.load(voltage + k);
      const i = f64x2.mul(ampere, v128.load(pi + k));
      const g = f64x2.mul(ampere, f64x2.max(floor, v128.load(pg + k)));
      const tangent = f64x2.add(f64x2.mul(v128.load(net.g + at + k), v), v128.load(work.injected + at + k));
      apart = f64x2.pmax(apart, f64x2.abs(f64x2.sub(i, tangent)));
      most = f64x2.pmax(most, f64x2.abs(i));
      check = f64x2.add(check, f64x2.add(i, g));
      v128.store(net.g + at + k, g);
      v128.store(work.r + at + k, i);
      v128.store(work.injected + at + k, f64x2.sub(i, f64x2.mul(g, v)));
    }
  }
  const sum = f64x2.extract_lane(check, 0) + f64x2.extract_lane(check, 1);
  const lost = sum - sum != 0;
  store<f64>(out, lost ? NaN : max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)));
  store<f64>(out, lost ? NaN : max(f64x2.extract_lane(apart, 0), f64x2.extract_lane(apart, 1)), 8);
  clearPadding(net, net.g);
  clearPadding(net, work.r);
  clearPadding(net, work.injected);
}

/** 0 where there is no cell. */
export function clearPadding(net: Network, tiles: usize): void {
  const bytes = blockBytes(net);
  const last = tiles + <usize>(net.blocks - 1) * bytes;
  for (let t: usize = 0; t < bytes; t += TILE) {
    for (let r = lastRowInTile(net) + 16; r < TILE; r += 16) v128.store(last + t + r, f64x2.splat(0));
  }
  if ((net.columns & 1) == 0) return;
  for (let p = tiles + bytes - TILE; p < tiles + <usize>net.blocks * bytes; p += bytes) {
    for (let r: usize = 0; r < TILE; r += 16) store<f64>(p + r, 0, 8);
  }
}

/**
 * Kirchhoff's law at every word and bit node for the currents in work.r and the voltages in work.z and work.b: the largest net
 * current [A], with word lines divided by `wordToAmperes`' unit and bit lines by `toAmperes`'. Sums of currents over rows and columns
 * → work.rowCurrents, work.columnCurrents [A].
 */
export function kirchhoff(net: Network, work: Work, s: f64, wordToAmperes: f64, toAmperes: f64): f64 {
  const bytes = blockBytes(net);
  const columns = net.columns;
  const share = load<f64>(work.wordShare);
  let mostWord: f64 = 0;
  let mostBit = f64x2.splat(0);
  memory.fill(work.columnCurrents, 0, rowBytes(net));
  for (let block: u32 = 0; block < net.blocks; block++) {
    const rows = min(net.rows - block * 8, 8);
    const isFirst = block == 0;
    const isLast = block + 1 == net.blocks;
    for (let r: u32 = 0; r < rows; r++) {
      const row = block * 8 + r;
      const line = <usize>block * bytes + (<usize>r << 4);
      const left = load<f64>(net.left + (<usize>row << 3));
      const right = load<f64>(net.right + (<usize>row << 3));
      let before: f64 = 0;
      let sum: f64 = 0;
      for (let j: u32 = 0; j < columns; j++) {
        const at = line + <usize>(j >> 1) * TILE + (<usize>(j & 1) << 3);
        const here = load<f64>(work.z + at);
        const current = load<f64>(work.r + at);
        let net_ = current * share;
        let free = true;
        if (j == 0) {
          net_ += left * here - load<f64>(work.fromLeft + (<usize>row << 3));
          free = left < PINNED;
        } else net_ += here - before;
        if (j + 1 == columns) {
          net_ += right * here - load<f64>(work.fromRight + (<usize>row << 3));
          free = free && right < PINNED;
        } else {
          const next = line + <usize>((j + 1) >> 1) * TILE + (<usize>((j + 1) & 1) << 3);
          net_ += here - load<f64>(work.z + next);
        }
        if (free) mostWord = max(mostWord, Math.abs(net_));
        before = here;
        sum += current;
      }
      store<f64>(work.rowCurrents + (<usize>row << 3), sum * toAmperes);
    }
    for (let t: usize = 0; t < bytes; t += TILE) {
      const at = <usize>block * bytes + t;
      let sums = f64x2.splat(0);
      for (let r: u32 = 0; r < rows; r++) {
        const p = work.b + at + (<usize>r << 4);
        const here = v128.load(p);
        const current = v128.load(work.r + at + (<usize>r << 4));
        let free = f64x2.eq(f64x2.splat(0), f64x2.splat(0));
        let flow = f64x2.neg(current);
        if (isFirst && r == 0) {
          const end = v128.load(net.top + (t >> 3));
          flow = f64x2.add(flow, f64x2.sub(f64x2.mul(end, here), v128.load(work.fromTop + (t >> 3))));
          free = f64x2.lt(end, f64x2.splat(PINNED));
        } else flow = f64x2.add(flow, f64x2.sub(here, r == 0 ? v128.load(p - bytes, 112) : v128.load(p - 16)));
        if (isLast && r + 1 == rows) {
          const end = v128.load(net.bottom + (t >> 3));
          flow = f64x2.add(flow, f64x2.sub(f64x2.mul(end, here), v128.load(work.fromBottom + (t >> 3))));
          free = v128.and(free, f64x2.lt(end, f64x2.splat(PINNED)));
        } else flow = f64x2.add(flow, f64x2.sub(here, r == 7 ? v128.load(p + bytes - 112) : v128.load(p + 16)));
        mostBit = f64x2.pmax(mostBit, v128.and(free, f64x2.abs(flow)));
        sums = f64x2.add(sums, current);
      }
      const to = work.columnCurrents + (t >> 3);
      v128.store(to, f64x2.add(v128.load(to), f64x2.mul(sums, f64x2.splat(toAmperes))));
    }
  }
  const bits = max(f64x2.extract_lane(mostBit, 0), f64x2.extract_lane(mostBit, 1)) * toAmperes;
  return max(mostWord * wordToAmperes, bits);
}
