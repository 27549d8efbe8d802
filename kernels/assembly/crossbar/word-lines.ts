// The 8 word lines of a block, solved together: the forward elimination and, where it is not fused with the bit lines,
// the backward substitution.
import { multiplyAdd64 } from '../shared/simd';
import { blockBytes, Network, rowBytes, TILE, Work } from './layout';

/** The pair of bit-line voltages at `at`; with `coarse` corrected there by `by`. */
// @ts-ignore: decorator
@inline
function corrected(at: usize, by: v128, coarse: bool): v128 {
  let b = v128.load(at);
  if (coarse) {
    b = f64x2.add(b, by);
    v128.store(at, b);
  }
  return b;
}

/** See `eliminate`; bit lines in `b`. */
export function eliminateWordLines(net: Network, work: Work, b: usize, block: u32, sources: bool): void {
  eliminate(net, work, b, block, sources, true, false, false);
}

/** See `eliminate`; bit lines in `b`, the coarse correction added to them first. */
export function eliminateCorrectedWordLines(net: Network, work: Work, b: usize, block: u32): void {
  eliminate(net, work, b, block, true, true, true, false);
}

/** See `eliminate`; bit lines at 0. */
export function eliminateFirstWordLines(net: Network, work: Work, block: u32): void {
  eliminate(net, work, 0, block, true, false, false, false);
}

/** See `eliminate`; with a current source at every cell, bit lines in work.b, corrected first with `coarse`. */
export function eliminateInjectedWordLines(net: Network, work: Work, block: u32, coarse: bool): void {
  if (coarse) eliminate(net, work, work.b, block, true, true, true, true);
  else eliminate(net, work, work.b, block, true, true, false, true);
}

/**
 * Forward elimination of the 8 word lines of `block`, right-hand side G'·b plus the sources: half-solved lines go to
 * work.line (bit line by bit line, like the word-line factor). With `coarse` the coarse correction in work.expanded is
 * added to `b` on the way, so that a block is read once. Without `stored` b is 0 and not read. With `injected` every cell has
 * a current source from its word to its bit line beside it.
 */
// @ts-ignore: decorator
@inline
function eliminate(
  net: Network,
  work: Work,
  b: usize,
  block: u32,
  sources: bool,
  stored: bool,
  coarse: bool,
  injected: bool,
): void {
  const bytes = blockBytes(net);
  const offset = <usize>block * bytes;
  let y0 = f64x2.splat(0);
  let y1 = y0;
  let y2 = y0;
  let y3 = y0;
  if (sources) {
    const from = work.fromLeft + (<usize>block << 6);
    y0 = v128.load(from);
    y1 = v128.load(from, 16);
    y2 = v128.load(from, 32);
    y3 = v128.load(from, 48);
  }
  let pb = b + offset;
  let pg = net.g + offset;
  let pe = net.wordFactor + offset;
  let ps = work.line;
  const row = rowBytes(net);
  const interval = coarse ? (block * 8) / net.rowSpacing : 0;
  const h = coarse ? 1 / <f64>net.rowSpacing : 0;
  const start = f64x2.splat(coarse ? <f64>(block * 8 - interval * net.rowSpacing) * h : 0);
  const slope = f64x2.splat(h);
  let near = coarse ? work.expanded + <usize>interval * row : 0;
  let step = slope;
  let by = slope;
  let pj = injected ? work.injected + offset : 0;
  const share = f64x2.splat(injected ? load<f64>(work.wordShare) : 0);
  for (const end = ps + bytes; ps < end; ps += TILE, pb += TILE, pg += TILE, pe += TILE) {
    if (coarse) {
      const e = v128.load(near);
      const d = f64x2.sub(v128.load(near + row), e);
      step = f64x2.mul(slope, d);
      by = multiplyAdd64(start, d, e);
      near += 16;
    }
    if (!stored) {
      // nothing but what comes along the line
      y0 = f64x2.mul(y0, v128.load(pe));
      v128.store(ps, y0);
      y0 = f64x2.mul(y0, v128.load(pe, 64));
      v128.store(ps, y0, 64);
      y1 = f64x2.mul(y1, v128.load(pe, 16));
      v128.store(ps, y1, 16);
      y1 = f64x2.mul(y1, v128.load(pe, 80));
      v128.store(ps, y1, 80);
      y2 = f64x2.mul(y2, v128.load(pe, 32));
      v128.store(ps, y2, 32);
      y2 = f64x2.mul(y2, v128.load(pe, 96));
      v128.store(ps, y2, 96);
      y3 = f64x2.mul(y3, v128.load(pe, 48));
      v128.store(ps, y3, 48);
      y3 = f64x2.mul(y3, v128.load(pe, 112));
      v128.store(ps, y3, 112);
      continue;
    }
    let a = f64x2.mul(corrected(pb, by, coarse), v128.load(pg));
    if (injected) a = f64x2.sub(a, f64x2.mul(share, v128.load(pj, 0)));
    if (coarse) by = f64x2.add(by, step);
    let c = f64x2.mul(corrected(pb + 16, by, coarse), v128.load(pg, 16));
    if (injected) c = f64x2.sub(c, f64x2.mul(share, v128.load(pj, 16)));
    y0 = f64x2.mul(f64x2.add(v128.shuffle<f64>(a, c, 0, 2), y0), v128.load(pe));
    v128.store(ps, y0);
    y0 = f64x2.mul(f64x2.add(v128.shuffle<f64>(a, c, 1, 3), y0), v128.load(pe, 64));
    v128.store(ps, y0, 64);
    if (coarse) by = f64x2.add(by, step);
    a = f64x2.mul(corrected(pb + 32, by, coarse), v128.load(pg, 32));
    if (injected) a = f64x2.sub(a, f64x2.mul(share, v128.load(pj, 32)));
    if (coarse) by = f64x2.add(by, step);
    c = f64x2.mul(corrected(pb + 48, by, coarse), v128.load(pg, 48));
    if (injected) c = f64x2.sub(c, f64x2.mul(share, v128.load(pj, 48)));
    y1 = f64x2.mul(f64x2.add(v128.shuffle<f64>(a, c, 0, 2), y1), v128.load(pe, 16));
    v128.store(ps, y1, 16);
    y1 = f64x2.mul(f64x2.add(v128.shuffle<f64>(a, c, 1, 3), y1), v128.load(pe, 80));
    v128.store(ps, y1, 80);
    if (coarse) by = f64x2.add(by, step);
    a = f64x2.mul(corrected(pb + 64, by, coarse), v128.load(pg, 64));
    if (injected) a = f64x2.sub(a, f64x2.mul(share, v128.load(pj, 64)));
    if (coarse) by = f64x2.add(by, step);
    c = f64x2.mul(corrected(pb + 80, by, coarse), v128.load(pg, 80));
    if (injected) c = f64x2.sub(c, f64x2.mul(share, v128.load(pj, 80)));
    y2 = f64x2.mul(f64x2.add(v128.shuffle<f64>(a, c, 0, 2), y2), v128.load(pe, 32));
    v128.store(ps, y2, 32);
    y2 = f64x2.mul(f64x2.add(v128.shuffle<f64>(a, c, 1, 3), y2), v128.load(pe, 96));
    v128.store(ps, y2, 96);
    if (coarse) by = f64x2.add(by, step);
    a = f64x2.mul(corrected(pb + 96, by, coarse), v128.load(pg, 96));
    if (injected) a = f64x2.sub(a, f64x2.mul(share, v128.load(pj, 96)));
    if (coarse) by = f64x2.add(by, step);
    c = f64x2.mul(corrected(pb + 112, by, coarse), v128.load(pg, 112));
    if (injected) c = f64x2.sub(c, f64x2.mul(share, v128.load(pj, 112)));
    y3 = f64x2.mul(f64x2.add(v128.shuffle<f64>(a, c, 0, 2), y3), v128.load(pe, 48));
    v128.store(ps, y3, 48);
    y3 = f64x2.mul(f64x2.add(v128.shuffle<f64>(a, c, 1, 3), y3), v128.load(pe, 112));
    v128.store(ps, y3, 112);
    if (injected) pj += TILE;
  }
  if (sources) {
    // the far end of the word line: a source there enters the last equation
    const last = (<usize>(net.columns - 1) >> 1) * TILE + (<usize>((net.columns - 1) & 1) << 6);
    const from = work.fromRight + (<usize>block << 6);
    for (let k: usize = 0; k < 64; k += 16) {
      const e = v128.load(net.wordFactor + offset + last + k);
      const y = v128.load(work.line + last + k);
      const added = f64x2.mul(v128.load(from + k), e);
      v128.store(work.line + last + k, f64x2.add(y, added));
    }
  }
}

/** The 8 word lines of `block` finished: line (half-solved) → tiles at `out`. */
export function finishWordLines(net: Network, work: Work, block: u32, out: usize): void {
  const bytes = blockBytes(net);
  let ps = work.line + bytes - TILE;
  let pe = net.wordFactor + <usize>block * bytes + bytes - TILE;
  let po = out + bytes - TILE;
  let x0 = f64x2.splat(0);
  let x1 = x0;
  let x2 = x0;
  let x3 = x0;
  for (const end = work.line; ps >= end; ps -= TILE, pe -= TILE, po -= TILE) {
    let h = multiplyAdd64(v128.load(pe, 64), x0, v128.load(ps, 64));
    x0 = multiplyAdd64(v128.load(pe), h, v128.load(ps));
    v128.store(po, v128.shuffle<f64>(x0, h, 0, 2));
    v128.store(po, v128.shuffle<f64>(x0, h, 1, 3), 16);
    h = multiplyAdd64(v128.load(pe, 80), x1, v128.load(ps, 80));
    x1 = multiplyAdd64(v128.load(pe, 16), h, v128.load(ps, 16));
    v128.store(po, v128.shuffle<f64>(x1, h, 0, 2), 32);
    v128.store(po, v128.shuffle<f64>(x1, h, 1, 3), 48);
    h = multiplyAdd64(v128.load(pe, 96), x2, v128.load(ps, 96));
    x2 = multiplyAdd64(v128.load(pe, 32), h, v128.load(ps, 32));
    v128.store(po, v128.shuffle<f64>(x2, h, 0, 2), 64);
    v128.store(po, v128.shuffle<f64>(x2, h, 1, 3), 80);
    h = multiplyAdd64(v128.load(pe, 112), x3, v128.load(ps, 112));
    x3 = multiplyAdd64(v128.load(pe, 48), h, v128.load(ps, 48));
    v128.store(po, v128.shuffle<f64>(x3, h, 0, 2), 96);
    v128.store(po, v128.shuffle<f64>(x3, h, 1, 3), 112);
  }
}
