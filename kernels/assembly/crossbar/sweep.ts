// Two-grid line relaxation, one iteration in two passes. Down: every word line is solved exactly for the given bit
// lines and fed at once into the forward elimination of the bit lines. Up: the bit lines are finished; what is left
// unbalanced is the word lines' residual G'·(new − old bit voltage), which is gathered for the coarse grid.
import { multiplyAdd64 } from '../shared/simd';
import { blockBytes, lastRowInTile, Network, rowBytes, TILE, Work } from './layout';
import {
  eliminateCorrectedWordLines,
  eliminateFirstWordLines,
  eliminateInjectedWordLines,
  eliminateWordLines,
} from './word-lines';

/**
 * Down: word lines solved, bit lines half-solved into work.z. The bit lines are those in work.b, with `coarse` corrected first, or
 * 0 if they are not `stored`.
 */
export function sweepDown(net: Network, work: Work, stored: bool, coarse: bool): void {
  memory.copy(work.carry, work.fromTop, rowBytes(net));
  for (let block: u32 = 0; block < net.blocks; block++) {
    if (!stored) eliminateFirstWordLines(net, work, block);
    else if (coarse) eliminateCorrectedWordLines(net, work, work.b, block);
    else eliminateWordLines(net, work, work.b, block, true);
    feedBitLines(net, work, block, false);
  }
  addBottomSources(net, work);
}

/** The same with a current source at every cell; bit lines stored. */
export function sweepDownInjected(net: Network, work: Work, coarse: bool): void {
  memory.copy(work.carry, work.fromTop, rowBytes(net));
  for (let block: u32 = 0; block < net.blocks; block++) {
    eliminateInjectedWordLines(net, work, block, coarse);
    feedBitLines(net, work, block, true);
  }
  addBottomSources(net, work);
}

/** What a bit line's node is fed at `at`: what comes along the line and, with `injected`, its cell's current source. */
// @ts-ignore: decorator
@inline
function fed(z: v128, at: usize, injected: bool): v128 {
  return injected ? f64x2.add(z, v128.load(at)) : z;
}

/** The word lines of `block` finished and fed into the bit lines, half-solved as far as work.carry says. */
// @ts-ignore: decorator
@inline
function feedBitLines(net: Network, work: Work, block: u32, injected: bool): void {
  const bytes = blockBytes(net);
  const offset = <usize>block * bytes + bytes - TILE;
  let ps = work.line + bytes - TILE;
  let pe = net.wordFactor + offset;
  let pg = net.g + offset;
  let pf = net.bitFactor + offset;
  let pz = work.z + offset;
  let pc = work.carry + rowBytes(net) - 16;
  let pj = injected ? work.injected + offset : 0;
  let x0 = f64x2.splat(0);
  let x1 = x0;
  let x2 = x0;
  let x3 = x0;
  for (
    const end = work.line;
    ps >= end;
    ps -= TILE, pe -= TILE, pg -= TILE, pf -= TILE, pz -= TILE, pc -= 16
  ) {
    let z = v128.load(pc);
    let h = multiplyAdd64(v128.load(pe, 64), x0, v128.load(ps, 64));
    x0 = multiplyAdd64(v128.load(pe), h, v128.load(ps));
    z = f64x2.mul(multiplyAdd64(v128.load(pg), v128.shuffle<f64>(x0, h, 0, 2), fed(z, pj + 0, injected)), v128.load(pf));
    v128.store(pz, z);
    z = f64x2.mul(multiplyAdd64(v128.load(pg, 16), v128.shuffle<f64>(x0, h, 1, 3), fed(z, pj + 16, injected)), v128.load(pf, 16));
    v128.store(pz, z, 16);
    h = multiplyAdd64(v128.load(pe, 80), x1, v128.load(ps, 80));
    x1 = multiplyAdd64(v128.load(pe, 16), h, v128.load(ps, 16));
    z = f64x2.mul(multiplyAdd64(v128.load(pg, 32), v128.shuffle<f64>(x1, h, 0, 2), fed(z, pj + 32, injected)), v128.load(pf, 32));
    v128.store(pz, z, 32);
    z = f64x2.mul(multiplyAdd64(v128.load(pg, 48), v128.shuffle<f64>(x1, h, 1, 3), fed(z, pj + 48, injected)), v128.load(pf, 48));
    v128.store(pz, z, 48);
    h = multiplyAdd64(v128.load(pe, 96), x2, v128.load(ps, 96));
    x2 = multiplyAdd64(v128.load(pe, 32), h, v128.load(ps, 32));
    z = f64x2.mul(multiplyAdd64(v128.load(pg, 64), v128.shuffle<f64>(x2, h, 0, 2), fed(z, pj + 64, injected)), v128.load(pf, 64));
    v128.store(pz, z, 64);
    z = f64x2.mul(multiplyAdd64(v128.load(pg, 80), v128.shuffle<f64>(x2, h, 1, 3), fed(z, pj + 80, injected)), v128.load(pf, 80));
    v128.store(pz, z, 80);
    h = multiplyAdd64(v128.load(pe, 112), x3, v128.load(ps, 112));
    x3 = multiplyAdd64(v128.load(pe, 48), h, v128.load(ps, 48));
    z = f64x2.mul(multiplyAdd64(v128.load(pg, 96), v128.shuffle<f64>(x3, h, 0, 2), fed(z, pj + 96, injected)), v128.load(pf, 96));
    v128.store(pz, z, 96);
    z = f64x2.mul(multiplyAdd64(v128.load(pg, 112), v128.shuffle<f64>(x3, h, 1, 3), fed(z, pj + 112, injected)), v128.load(pf, 112));
    v128.store(pz, z, 112);
    v128.store(pc, z);
    if (injected) pj -= TILE;
  }
}

/** Sources at the bottom of the bit lines enter the last equation of each. */
// @ts-ignore: decorator
@inline
function addBottomSources(net: Network, work: Work): void {
  const place = <usize>(net.blocks - 1) * blockBytes(net) + lastRowInTile(net);
  let pz = work.z + place;
  let pf = net.bitFactor + place;
  let from = work.fromBottom;
  for (const end = from + rowBytes(net); from < end; from += 16, pz += TILE, pf += TILE) {
    v128.store(pz, f64x2.add(v128.load(pz), f64x2.mul(v128.load(from), v128.load(pf))));
  }
}

/**
 * Up: bit lines finished into work.b, which held them if `stored`, else they were 0; the word lines' residual is gathered into
 * work.gathered if `gather`. Returns the largest |G'·(new − old)|.
 */
export function sweepUp(net: Network, work: Work, stored: bool, gather: bool): f64 {
  return stored ? finishBitLines(net, work, true, gather) : finishBitLines(net, work, false, gather);
}

// @ts-ignore: decorator
@inline
function finishBitLines(net: Network, work: Work, stored: bool, gather: bool): f64 {
  const bytes = blockBytes(net);
  const row = rowBytes(net);
  memory.fill(work.carry, 0, row);
  if (gather) memory.fill(work.gathered, 0, <usize>(net.coarseRows + 1) * row);
  const h = gather ? 1 / <f64>net.rowSpacing : 0;
  const slope = f64x2.splat(h);
  let most = f64x2.splat(0);
  for (let block = <i32>net.blocks - 1; block >= 0; block--) {
    const offset = <usize>block * bytes;
    let pz = work.z + offset;
    let pb = work.b + offset;
    let pg = net.g + offset;
    let pf = net.bitFactor + offset;
    let pc = work.carry;
    const interval = gather ? (<u32>block * 8) / net.rowSpacing : 0;
    const start = f64x2.splat(gather ? <f64>(<u32>block * 8 - interval * net.rowSpacing) * h : 0);
    let near = work.gathered + <usize>interval * row;
    for (const end = pc + row; pc < end; pc += 16, pz += TILE, pb += TILE, pg += TILE, pf += TILE, near += 16) {
      let b = multiplyAdd64(v128.load(pf, 112), v128.load(pc), v128.load(pz, 112));
      let r = f64x2.mul(v128.load(pg, 112), change(b, pb + 112, stored));
      v128.store(pb, b, 112);
      most = f64x2.pmax(most, f64x2.abs(r));
      let sum = r;
      let prefix = r;
      b = multiplyAdd64(v128.load(pf, 96), b, v128.load(pz, 96));
      r = f64x2.mul(v128.load(pg, 96), change(b, pb + 96, stored));
      v128.store(pb, b, 96);
      most = f64x2.pmax(most, f64x2.abs(r));
      sum = f64x2.add(sum, r);
      prefix = f64x2.add(prefix, sum);
      b = multiplyAdd64(v128.load(pf, 80), b, v128.load(pz, 80));
      r = f64x2.mul(v128.load(pg, 80), change(b, pb + 80, stored));
      v128.store(pb, b, 80);
      most = f64x2.pmax(most, f64x2.abs(r));
      sum = f64x2.add(sum, r);
      prefix = f64x2.add(prefix, sum);
      b = multiplyAdd64(v128.load(pf, 64), b, v128.load(pz, 64));
      r = f64x2.mul(v128.load(pg, 64), change(b, pb + 64, stored));
      v128.store(pb, b, 64);
      most = f64x2.pmax(most, f64x2.abs(r));
      sum = f64x2.add(sum, r);
      prefix = f64x2.add(prefix, sum);
      b = multiplyAdd64(v128.load(pf, 48), b, v128.load(pz, 48));
      r = f64x2.mul(v128.load(pg, 48), change(b, pb + 48, stored));
      v128.store(pb, b, 48);
      most = f64x2.pmax(most, f64x2.abs(r));
      sum = f64x2.add(sum, r);
      prefix = f64x2.add(prefix, sum);
      b = multiplyAdd64(v128.load(pf, 32), b, v128.load(pz, 32));
      r = f64x2.mul(v128.load(pg, 32), change(b, pb + 32, stored));
      v128.store(pb, b, 32);
      most = f64x2.pmax(most, f64x2.abs(r));
      sum = f64x2.add(sum, r);
      prefix = f64x2.add(prefix, sum);
      b = multiplyAdd64(v128.load(pf, 16), b, v128.load(pz, 16));
      r = f64x2.mul(v128.load(pg, 16), change(b, pb + 16, stored));
      v128.store(pb, b, 16);
      most = f64x2.pmax(most, f64x2.abs(r));
      sum = f64x2.add(sum, r);
      prefix = f64x2.add(prefix, sum);
      b = multiplyAdd64(v128.load(pf), b, v128.load(pz));
      r = f64x2.mul(v128.load(pg), change(b, pb, stored));
      v128.store(pb, b);
      most = f64x2.pmax(most, f64x2.abs(r));
      sum = f64x2.add(sum, r);
      v128.store(pc, b);
      if (gather) {
        // Σ (start + k·h)·r_k over the 8 rows, from the sum and the sum of partial sums
        const second = multiplyAdd64(start, sum, f64x2.mul(slope, prefix));
        v128.store(near, f64x2.add(v128.load(near), f64x2.sub(sum, second)));
        v128.store(near + row, f64x2.add(v128.load(near + row), second));
      }
    }
  }
  return max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
}

/** How far the pair of bit-line voltages at `at` has moved to `b`. */
// @ts-ignore: decorator
@inline
function change(b: v128, at: usize, stored: bool): v128 {
  return stored ? f64x2.sub(b, v128.load(at)) : b;
}
