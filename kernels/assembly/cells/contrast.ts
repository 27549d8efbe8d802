// The local rule of a resistive network: what two phases tell each conductance.

import { Contrast } from './records';

/** shared[j] = factor · Σ_b δ_j m_j, what every row has in common; needed by `contrastRows`. `add`: of a further chunk. */
export function sharedContrast(contrast: Contrast, add: i32): void {
  const shared = contrast.shared;
  const columns = contrast.columns;
  const batch = contrast.batch;
  const deltaAfter = contrast.deltaAfter;
  const meanAfter = contrast.meanAfter;
  const factor = contrast.factor;
  const after = <usize>contrast.stride << 2;
  for (let at: usize = 0; at < <usize>columns << 2; at += 16) {
    let sum = add ? v128.load(shared + at) : f32x4.splat(0);
    let b: usize = at;
    for (let sample = 0; sample < batch; sample++) {
      sum = f32x4.add(sum, f32x4.mul(f32x4.splat(factor), f32x4.mul(v128.load(deltaAfter + b), v128.load(meanAfter + b))));
      b += after;
    }
    v128.store(shared + at, sum);
  }
}

/**
 * change[r][j] (+)= factor · Σ_b (δ_i − δ_j)(m_i − m_j), i = firstRow + r, for `rows` rows and all columns: float32. `shared` as
 * `sharedContrast` left it. Samples whose node before rests at 0 V, most pixels of an image, add nothing to what is shared.
 */
export function contrastRows(contrast: Contrast, firstRow: i32, rows: i32, add: i32): void {
  const change = contrast.change;
  const columns = contrast.columns;
  const batch = contrast.batch;
  const deltaBefore = contrast.deltaBefore;
  const meanBefore = contrast.meanBefore;
  const deltaAfter = contrast.deltaAfter;
  const meanAfter = contrast.meanAfter;
  const factor = contrast.factor;
  const shared = contrast.shared;
  const after = <usize>contrast.stride << 2;
  const before = <usize>contrast.rows << 2;
  const bytes = <usize>columns << 2;
  for (let r = 0; r < rows; r++) {
    const row = change + (<usize>(r * columns) << 2);
    if (!add) memory.copy(row, shared, bytes);
    let di = deltaBefore + (<usize>(firstRow + r) << 2);
    let mi = meanBefore + (<usize>(firstRow + r) << 2);
    let dj = deltaAfter;
    let mj = meanAfter;
    for (let sample = 0; sample < batch; sample++) {
      const d = load<f32>(di);
      const m = load<f32>(mi);
      if (d != 0 || m != 0) addSample(row, columns, dj, mj, d * factor, m * factor, d * m * factor);
      di += before;
      mi += before;
      dj += after;
      mj += after;
    }
  }
}

/** row[j] += own − d·m_j − m·δ_j: what one sample adds to the shared δ_j m_j; d, m and own carry the factor. */
function addSample(row: usize, columns: i32, dj: usize, mj: usize, d: f32, m: f32, own: f32): void {
  const vm = f32x4.splat(m);
  const vd = f32x4.splat(d);
  const vo = f32x4.splat(own);
  const whole = <usize>(columns & ~3) << 2;
  let at: usize = 0;
  if (d == 0) {
    for (; at < whole; at += 16) {
      v128.store(row + at, f32x4.sub(v128.load(row + at), f32x4.mul(vm, v128.load(dj + at))));
    }
  } else {
    for (; at < whole; at += 16) {
      const cross = f32x4.add(f32x4.mul(vd, v128.load(mj + at)), f32x4.mul(vm, v128.load(dj + at)));
      v128.store(row + at, f32x4.add(v128.load(row + at), f32x4.sub(vo, cross)));
    }
  }
  for (const end = <usize>columns << 2; at < end; at += 4) {
    const cross = d * load<f32>(mj + at) + m * load<f32>(dj + at);
    store<f32>(row + at, load<f32>(row + at) + (own - cross));
  }
}
