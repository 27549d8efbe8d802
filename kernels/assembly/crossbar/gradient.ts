// Conjugate gradients on the bit lines, the word lines eliminated exactly: S = A_bit − G'·A_word⁻¹·G'.
// Preconditioner: A_bit⁻¹ (a solve of every bit line) plus the coarse correction; symmetric and positive.
import { multiplyAdd64 } from '../shared/simd';
import { blockBytes, lastRowInTile, Network, rowBytes, TILE, Work } from './layout';
import { isFree, terminal } from './finish';
import { eliminateInjectedWordLines, eliminateWordLines, finishWordLines } from './word-lines';

// @ts-ignore: decorator
@inline
function sumLanes64(a: v128): f64 {
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
}

/**
 * work.q = S·v (with `sources`: S·v − f, the bit lines' net current) for the bit-line array `v`, work.b or work.p;
 * `scale` is s. Returns v·q.
 */
export function applyOperator(net: Network, work: Work, v: usize, scale: f64, sources: bool): f64 {
  return image(net, work, v, scale, sources, false);
}

/** work.q = S·b − f for work.b with a current source at every cell besides those at the ends. */
export function injectedResidual(net: Network, work: Work, scale: f64): void {
  image(net, work, work.b, scale, true, true);
}

// @ts-ignore: decorator
@inline
function image(net: Network, work: Work, v: usize, scale: f64, sources: bool, injected: bool): f64 {
  const bytes = blockBytes(net);
  const s = f64x2.splat(scale);
  const zero = f64x2.splat(0);
  let dot = zero;
  for (let block: u32 = 0; block < net.blocks; block++) {
    if (injected) eliminateInjectedWordLines(net, work, block, false);
    else eliminateWordLines(net, work, v, block, sources);
    const q = work.q + <usize>block * bytes;
    finishWordLines(net, work, block, q);
    const first = block == 0;
    const last = block + 1 == net.blocks;
    const stop = last ? lastRowInTile(net) : 112;
    for (let t: usize = 0; t < bytes; t += TILE) {
      const pv = v + <usize>block * bytes + t;
      const pg = net.g + <usize>block * bytes + t;
      const pq = q + t;
      let here = v128.load(pv);
      // beyond an end the neighbour is the node itself: no wire there
      let above = first ? here : v128.load(pv - bytes, 112);
      for (let r: usize = 0; r <= stop; r += 16) {
        const next = r < stop ? v128.load(pv + r, 16) : last ? here : v128.load(pv + bytes);
        let flow = f64x2.add(f64x2.sub(here, above), f64x2.sub(here, next));
        const drop = f64x2.sub(f64x2.mul(s, here), v128.load(pq + r));
        flow = multiplyAdd64(v128.load(pg + r), drop, flow);
        if (injected) flow = f64x2.sub(flow, v128.load(work.injected + <usize>block * bytes + t + r));
        if (first && r == 0) {
          flow = f64x2.add(flow, terminal(net.top, sources ? work.fromTop : work.zeros, t, here));
          flow = v128.and(flow, isFree(net.top, t));
        }
        if (last && r == stop) {
          flow = f64x2.add(flow, terminal(net.bottom, sources ? work.fromBottom : work.zeros, t, here));
          flow = v128.and(flow, isFree(net.bottom, t));
        }
        v128.store(pq + r, flow);
        dot = f64x2.add(dot, f64x2.mul(flow, here));
        above = here;
        here = next;
      }
      for (let r = stop + 16; r < TILE; r += 16) v128.store(pq + r, zero);
    }
  }
  return sumLanes64(dot);
}

/** x += α·p, r −= α·q, bit lines half-solved for r into work.z, r gathered. Returns r·A_bit⁻¹·r; max |r| → `most`. */
export function advance(net: Network, work: Work, alpha: f64, gather: bool, most: usize): f64 {
  const bytes = blockBytes(net);
  const row = rowBytes(net);
  const a = f64x2.splat(alpha);
  let energy = f64x2.splat(0);
  let largest = f64x2.splat(0);
  memory.fill(work.carry, 0, row);
  if (gather) memory.fill(work.gathered, 0, <usize>(net.coarseRows + 1) * row);
  const h = gather ? 1 / <f64>net.rowSpacing : 0;
  for (let block: u32 = 0; block < net.blocks; block++) {
    const interval = gather ? (block * 8) / net.rowSpacing : 0;
    const start = f64x2.splat(gather ? <f64>(block * 8 - interval * net.rowSpacing) * h : 0);
    const slope = f64x2.splat(h);
    let near = work.gathered + <usize>interval * row;
    let offset = <usize>block * bytes;
    let pc = work.carry;
    for (const end = pc + row; pc < end; pc += 16, offset += TILE, near += 16) {
      const px = work.b + offset;
      const pp = work.p + offset;
      const pr = work.r + offset;
      const pq = work.q + offset;
      const pz = work.z + offset;
      const pf = net.bitFactor + offset;
      let y = v128.load(pc);
      let sum = f64x2.splat(0);
      let weighted = sum;
      let place = sum;
      for (let k: usize = 0; k < TILE; k += 16) {
        v128.store(px + k, multiplyAdd64(a, v128.load(pp + k), v128.load(px + k)));
        const r = f64x2.sub(v128.load(pr + k), f64x2.mul(a, v128.load(pq + k)));
        v128.store(pr + k, r);
        largest = f64x2.max(largest, f64x2.abs(r));
        const t = f64x2.add(r, y);
        y = f64x2.mul(t, v128.load(pf + k));
        v128.store(pz + k, y);
        energy = f64x2.add(energy, f64x2.mul(y, t));
        sum = f64x2.add(sum, r);
        weighted = f64x2.add(weighted, f64x2.mul(place, r));
        place = f64x2.add(place, f64x2.splat(1));
      }
      v128.store(pc, y);
      if (gather) {
        const second = multiplyAdd64(start, sum, f64x2.mul(slope, weighted));
        v128.store(near, f64x2.add(v128.load(near), f64x2.sub(sum, second)));
        v128.store(near + row, f64x2.add(v128.load(near + row), second));
      }
    }
  }
  store<f64>(most, max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)));
  return sumLanes64(energy);
}

/** What the coarse correction adds to r·z: gathered·expanded, before the solve has overwritten nothing but itself. */
export function coarseEnergy(net: Network, work: Work): f64 {
  let sum: f64 = 0;
  const end = <usize>net.coarseRows * rowBytes(net);
  for (let k: usize = 0; k < end; k += 8) {
    sum += load<f64>(work.gathered + k) * load<f64>(work.expanded + k);
  }
  return sum;
}

/** p = z + β·p with z the finished bit lines plus the coarse correction. */
export function newDirection(net: Network, work: Work, beta: f64, coarse: bool): void {
  const bytes = blockBytes(net);
  const row = rowBytes(net);
  const bb = f64x2.splat(beta);
  memory.fill(work.carry, 0, row);
  const h = coarse ? 1 / <f64>net.rowSpacing : 0;
  for (let block = <i32>net.blocks - 1; block >= 0; block--) {
    const interval = coarse ? (<u32>block * 8) / net.rowSpacing : 0;
    const start = f64x2.splat(coarse ? <f64>(<u32>block * 8 + 7 - interval * net.rowSpacing) * h : 0);
    let near = work.expanded + <usize>interval * row;
    let offset = <usize>block * bytes;
    let pc = work.carry;
    for (const end = pc + row; pc < end; pc += 16, offset += TILE, near += 16) {
      const pp = work.p + offset;
      const pz = work.z + offset;
      const pf = net.bitFactor + offset;
      let c = f64x2.splat(0);
      let step = c;
      if (coarse) {
        const e = v128.load(near);
        const d = f64x2.sub(v128.load(near + row), e);
        c = multiplyAdd64(start, d, e);
        step = f64x2.mul(f64x2.splat(h), d);
      }
      let x = v128.load(pc);
      for (let k = <isize>112; k >= 0; k -= 16) {
        x = multiplyAdd64(v128.load(pf + k), x, v128.load(pz + k));
        v128.store(pp + k, multiplyAdd64(bb, v128.load(pp + k), f64x2.add(x, c)));
        c = f64x2.sub(c, step);
      }
      v128.store(pc, x);
    }
  }
  // padding rows carry nothing, and what a terminal holds stays
  const last = work.p + <usize>(net.blocks - 1) * bytes;
  for (let t: usize = 0; t < bytes; t += TILE) {
    const top = work.p + t;
    const bottom = last + t + lastRowInTile(net);
    v128.store(top, v128.and(v128.load(top), isFree(net.top, t)));
    v128.store(bottom, v128.and(v128.load(bottom), isFree(net.bottom, t)));
    for (let r = lastRowInTile(net) + 16; r < TILE; r += 16) v128.store(last + t + r, f64x2.splat(0));
  }
}
