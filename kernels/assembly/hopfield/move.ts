// How the units of a layer move, one sample at a time, states kept between the ends of their activation; and which of them did.

import { activate, CLIPPED, least, TANH, tangent } from './activation';
import { CHANGE, RESIDUAL } from './records';

// @ts-ignore: decorator
@inline
function clip(x: v128, high: v128): v128 {
  return f32x4.pmin(high, f32x4.pmax(f32x4.splat(0), x));
}

/**
 * s ← clip(s + ε(F + β·y − leak·s)), leak = 1 + β (1 where what pulls is held), or for ε = 0 the exact minimum of ½·leak·s² − (F + β·y)·s on [0, bound];
 * of a smooth activation ρ, s ← s + ε(ρ(F + β·y − (leak − 1)·s) − s), or what that comes to.
 * Lists the units that moved from `moved` + 16 on and by how much in `deltas`, their number in `moved`. Raises the report's
 * residual to the largest |ρ(s + F + β·y − leak·s) − s| before the move (NaN if any is) and its change to the
 * largest move. `targets` 0 for no nudge. `about` 0, or the states about which the network is linearised: units that are strictly
 * inside their range there move along their tangents without ends, the others stay. ε < 0: units are set to their field, at once.
 */
export function move(
  states: usize,
  field: usize,
  targets: usize,
  about: usize,
  units: i32,
  beta: f32,
  leak: f32,
  epsilon: f32,
  moved: usize,
  deltas: usize,
  report: usize,
  activation: i32,
  bound: f32,
): void {
  const high = f32x4.splat(bound);
  const b = f32x4.splat(beta);
  const pull = f32x4.splat(leak);
  const inverse = f32x4.splat(1 / leak);
  const half = f32x4.splat(0.5 * leak * bound);
  const eps = f32x4.splat(epsilon);
  let worst = f32x4.splat(0);
  let most = f32x4.splat(0);
  let odd = f32x4.splat(0);
  let n: i32 = 0;
  const indices = moved + 16;
  for (let j: i32 = 0; j < units; j += 4) {
    const at = <usize>j * 4;
    const s = v128.load(states + at);
    let drive = v128.load(field + at);
    if (targets != 0) drive = f32x4.add(drive, f32x4.mul(b, v128.load(targets + at)));
    const force = f32x4.sub(drive, f32x4.mul(pull, s));
    odd = v128.or(odd, f32x4.ne(force, force));
    let next: v128;
    if (epsilon < 0) {
      worst = f32x4.pmax(worst, f32x4.abs(force));
      next = drive;
    } else if (about != 0) {
      const there = v128.load(about + at);
      const low = f32x4.splat(activation == TANH ? -1 : 0);
      const inside = v128.and(f32x4.gt(there, low), f32x4.lt(there, activation == CLIPPED ? high : f32x4.splat(1)));
      const along = activation == CLIPPED ? force : f32x4.sub(tangent(activation, there, drive), s);
      worst = f32x4.pmax(worst, f32x4.abs(v128.and(along, inside)));
      next = f32x4.add(s, v128.and(epsilon > 0 ? f32x4.mul(eps, along) : along, inside));
    } else if (activation == CLIPPED) {
      worst = f32x4.pmax(worst, f32x4.abs(f32x4.sub(clip(f32x4.add(s, force), high), s)));
      if (epsilon > 0) next = clip(f32x4.add(s, f32x4.mul(eps, force)), high);
      else if (leak > 0) next = clip(f32x4.mul(drive, inverse), high);
      else next = v128.and(f32x4.gt(drive, half), high);
    } else {
      const turn = f32x4.sub(activate(activation, f32x4.add(s, force)), s);
      // Past the last unit the field is 0, and the activation of that may be anything.
      const counted = units - j < 4 ? v128.and(turn, i32x4.gt_s(i32x4.splat(units - j), i32x4(0, 1, 2, 3))) : turn;
      worst = f32x4.pmax(worst, f32x4.abs(counted));
      next = epsilon > 0 ? f32x4.add(s, f32x4.mul(eps, turn)) : least(activation, drive, leak - 1);
    }
    // Past the last unit nothing may move: the local rule reads whole vectors.
    if (units - j < 4) next = v128.and(next, i32x4.gt_s(i32x4.splat(units - j), i32x4(0, 1, 2, 3)));
    const bits = i32x4.bitmask(f32x4.ne(next, s));
    if (bits == 0) continue;
    v128.store(states + at, next);
    const delta = f32x4.sub(next, s);
    most = f32x4.pmax(most, f32x4.abs(delta));
    // Each is written and kept only if it moved.
    store<i32>(indices + <usize>n * 4, j);
    store<f32>(deltas + <usize>n * 4, f32x4.extract_lane(delta, 0));
    n += bits & 1;
    store<i32>(indices + <usize>n * 4, j + 1);
    store<f32>(deltas + <usize>n * 4, f32x4.extract_lane(delta, 1));
    n += (bits >> 1) & 1;
    store<i32>(indices + <usize>n * 4, j + 2);
    store<f32>(deltas + <usize>n * 4, f32x4.extract_lane(delta, 2));
    n += (bits >> 2) & 1;
    store<i32>(indices + <usize>n * 4, j + 3);
    store<f32>(deltas + <usize>n * 4, f32x4.extract_lane(delta, 3));
    n += bits >> 3;
  }
  store<i32>(moved, n);
  const residual: f32 = v128.any_true(odd) ? f32.NaN : largestLane(worst);
  // max keeps a NaN.
  store<f32>(report + RESIDUAL, max(load<f32>(report + RESIDUAL), residual));
  store<f32>(report + CHANGE, max(load<f32>(report + CHANGE), largestLane(most)));
}

/** Lists every unit that is not at 0, as if it had just moved there. */
export function listActive(states: usize, units: i32, moved: usize, deltas: usize): void {
  let n: i32 = 0;
  for (let j: i32 = 0; j < units; j++) {
    const s = load<f32>(states + <usize>j * 4);
    store<i32>(moved + 16 + <usize>n * 4, j);
    store<f32>(deltas + <usize>n * 4, s);
    n += s == 0 ? 0 : 1;
  }
  store<i32>(moved, n);
}

// @ts-ignore: decorator
@inline
function largestLane(a: v128): f32 {
  return max(
    max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
}
