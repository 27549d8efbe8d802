/** Two phases of the same inputs at their states, [batch × n_l] a layer. */
export interface PhasePair {
  readonly batch: number;
  readonly inputs: Float64Array;
  readonly first: readonly Float64Array[];
  readonly second: readonly Float64Array[];
  /** second.beta − first.beta. */
  readonly betaSpan: number;
}

/**
 * The gradient of the weights into layer l, batch mean, by products of activities (Scellier & Bengio 2017, eq. 13):
 *   ∂C/∂W_ij ≈ −mean[s_i s_j|second − s_i s_j|first] / betaSpan = −mean[δ_i m_j + m_i δ_j] / betaSpan
 * with δ = s|second − s|first and m their mean, so that nothing large cancels; δ = 0 at the clamped input.
 * @returns row-major [units before × n_l]
 */
export function weightGradient(pair: PhasePair, l: number): Float64Array {
  const { batch } = pair;
  const columns = pair.first[l].length / batch;
  const before = l === 0 ? pair.inputs : undefined;
  const rows = (before ?? pair.first[l - 1]).length / batch;
  const gradient = new Float64Array(rows * columns);
  const scale = -1 / (batch * pair.betaSpan);
  for (let s = 0; s < batch; s++) {
    for (let i = 0; i < rows; i++) {
      const low = before?.[s * rows + i] ?? pair.first[l - 1][s * rows + i];
      const high = before?.[s * rows + i] ?? pair.second[l - 1][s * rows + i];
      const difference = scale * (high - low);
      const mean = scale * 0.5 * (high + low);
      if (difference === 0 && mean === 0) continue;
      for (let j = 0; j < columns; j++) {
        const from = pair.first[l][s * columns + j];
        const to = pair.second[l][s * columns + j];
        gradient[i * columns + j] += difference * 0.5 * (to + from) + mean * (to - from);
      }
    }
  }
  return gradient;
}

/** ∂C/∂b_j ≈ −mean[δ_j] / betaSpan, [n_l]. */
export function biasGradient(pair: PhasePair, l: number): Float64Array {
  const columns = pair.first[l].length / pair.batch;
  const gradient = new Float64Array(columns);
  const scale = -1 / (pair.batch * pair.betaSpan);
  for (let e = 0; e < pair.first[l].length; e++) {
    gradient[e % columns] += scale * (pair.second[l][e] - pair.first[l][e]);
  }
  return gradient;
}

/** The estimate of the whole gradient, by group. */
export function gradientOf(pair: PhasePair): Record<string, Float64Array> {
  return Object.fromEntries(
    pair.first.flatMap((_, l): [string, Float64Array][] => [
      [`w${l + 1}`, weightGradient(pair, l)],
      [`b${l + 1}`, biasGradient(pair, l)],
    ]),
  );
}
