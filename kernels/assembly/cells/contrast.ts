// The local rule of a resistive network: what two phases tell each conductance.

/**
 * change[r][j] (+)= factor · Σ_b (δ_i − δ_j)(m_i − m_j), i = firstRow + r, for `rows` rows and all columns: float32.
 * δ is second − first phase and m their mean: `deltaBefore`, `meanBefore` [batch × allRows], `deltaAfter`, `meanAfter`
 * [batch × stride], stride a multiple of 4. `change` has rows of `columns` floats and room for 4 more.
 */
export function contrastRows(
  change: usize,
  firstRow: i32,
  rows: i32,
  allRows: i32,
  columns: i32,
  stride: i32,
  batch: i32,
  deltaBefore: usize,
  meanBefore: usize,
  deltaAfter: usize,
  meanAfter: usize,
  factor: f32,
  add: i32,
): void {
  const after = <usize>stride << 2;
  const before = <usize>allRows << 2;
  for (let r = 0; r < rows; r++) {
    const row = change + (<usize>(r * columns) << 2);
    const di = deltaBefore + (<usize>(firstRow + r) << 2);
    const mi = meanBefore + (<usize>(firstRow + r) << 2);
    let j = 0;
    for (; j < columns; j += 4) {
      const column = <usize>j << 2;
      let sum = f32x4.splat(0);
      let dj = deltaAfter + column;
      let mj = meanAfter + column;
      let b: usize = 0;
      for (let sample = 0; sample < batch; sample++) {
        const d = f32x4.sub(v128.load32_splat(di + b), v128.load(dj));
        const m = f32x4.sub(v128.load32_splat(mi + b), v128.load(mj));
        sum = f32x4.add(sum, f32x4.mul(d, m));
        b += before;
        dj += after;
        mj += after;
      }
      sum = f32x4.mul(sum, f32x4.splat(factor));
      const to = row + column;
      if (j + 4 <= columns) {
        if (add) sum = f32x4.add(sum, v128.load(to));
        v128.store(to, sum);
        continue;
      }
      // the last, short vector of a row: lane by lane, so that the next row is not touched
      for (let lane = 0; lane < columns - j; lane++) {
        const single = to + (<usize>lane << 2);
        const value = f32x4.extract_lane(sum, 0);
        store<f32>(single, add ? load<f32>(single) + value : value);
        sum = v128.shuffle<i32>(sum, sum, 1, 2, 3, 0);
      }
    }
  }
}
