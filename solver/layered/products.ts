// Plain products of a conductance matrix with a batch of node voltages. Nodes at exactly 0 V are skipped: behind an
// ideal diode half of them are.

/** Σ over all layers of a·b, [n_l] a layer each. */
export function dot(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  let sum = 0;
  for (const [l, values] of a.entries()) for (let j = 0; j < values.length; j++) sum += values[j] * b[l][j];
  return sum;
}

/** sums[s][j] += Σ_i v[s][i]·g[i][j]; v [batch × rows], g [rows × columns], sums [batch × columns]. */
export function addForward(
  v: Float64Array,
  g: Float64Array,
  sums: Float64Array,
  batch: number,
  rows: number,
): void {
  const columns = sums.length / batch;
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    for (let s = 0; s < batch; s++) {
      const value = v[s * rows + i];
      if (value === 0) continue;
      const out = s * columns;
      for (let j = 0; j < columns; j++) sums[out + j] += value * g[row + j];
    }
  }
}

/** sums[s][i] += Σ_j g[i][j]·v[s][j]; v [batch × columns], g [rows × columns], sums [batch × rows]. */
export function addBackward(
  v: Float64Array,
  g: Float64Array,
  sums: Float64Array,
  batch: number,
  rows: number,
): void {
  const columns = v.length / batch;
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    for (let s = 0; s < batch; s++) {
      const from = s * columns;
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += g[row + j] * v[from + j];
      sums[s * rows + i] += sum;
    }
  }
}
