// How units move: elementwise over [unit][sample], states kept in [0, 1].

// @ts-ignore: decorator
@inline
function clip(x: v128): v128 {
  return f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), x));
}

/** Drive of a unit, F + β·y; `targets` 0 for none. */
// @ts-ignore: decorator
@inline
function driveAt(field: usize, targets: usize, e: usize, beta: v128): v128 {
  const f = v128.load(field + e);
  return targets == 0 ? f : f32x4.add(f, f32x4.mul(beta, v128.load(targets + e)));
}

/** s ← clip(s + ε(F + β·y − leak·s)) over `count` floats. */
export function euler(
  states: usize,
  field: usize,
  targets: usize,
  count: i32,
  epsilon: f32,
  beta: f32,
): void {
  const eps = f32x4.splat(epsilon);
  const b = f32x4.splat(beta);
  const leak = f32x4.splat(1 + beta);
  for (let e: usize = 0; e < <usize>count * 4; e += 16) {
    const s = v128.load(states + e);
    const force = f32x4.sub(driveAt(field, targets, e, b), f32x4.mul(leak, s));
    v128.store(states + e, clip(f32x4.add(s, f32x4.mul(eps, force))));
  }
}

/** s ← the exact minimum of ½·leak·s² − (F + β·y)·s on [0, 1]. */
export function exact(states: usize, field: usize, targets: usize, count: i32, beta: f32): void {
  const b = f32x4.splat(beta);
  const leak: f32 = 1 + beta;
  const inverse = f32x4.splat(1 / leak);
  const half = f32x4.splat(0.5 * leak);
  for (let e: usize = 0; e < <usize>count * 4; e += 16) {
    const drive = driveAt(field, targets, e, b);
    const next =
      leak > 0 ? clip(f32x4.mul(drive, inverse)) : v128.and(f32x4.gt(drive, half), f32x4.splat(1));
    v128.store(states + e, next);
  }
}

/**
 * Before a move: the largest residual |clip(s + F + β·y − leak·s) − s|; NaN if any is.
 */
export function residual(states: usize, field: usize, targets: usize, count: i32, beta: f32): f32 {
  const b = f32x4.splat(beta);
  const leak = f32x4.splat(1 + beta);
  let worst = f32x4.splat(0);
  let odd = f32x4.splat(0);
  for (let e: usize = 0; e < <usize>count * 4; e += 16) {
    const s = v128.load(states + e);
    const force = f32x4.sub(driveAt(field, targets, e, b), f32x4.mul(leak, s));
    odd = v128.or(odd, f32x4.ne(force, force));
    worst = f32x4.pmax(worst, f32x4.abs(f32x4.sub(clip(f32x4.add(s, force)), s)));
  }
  if (v128.any_true(odd)) return NaN;
  return largestLane(worst);
}

/** Largest |a − b| over `count` floats. */
export function largestDifference(a: usize, b: usize, count: i32): f32 {
  let worst = f32x4.splat(0);
  for (let e: usize = 0; e < <usize>count * 4; e += 16) {
    worst = f32x4.pmax(worst, f32x4.abs(f32x4.sub(v128.load(a + e), v128.load(b + e))));
  }
  return largestLane(worst);
}

// @ts-ignore: decorator
@inline
function largestLane(a: v128): f32 {
  return max(
    max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
}
