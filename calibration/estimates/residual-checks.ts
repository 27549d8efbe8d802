/** What the order of residuals says: whether a curve fits, or is wrong in a way that repeats. */
export interface ResidualChecks {
  /** Σ r_t·r_{t+1} / Σ r_t². */
  readonly lag1: number;
  /** Stretches of one sign, and how many there would be on the average if signs came by chance. */
  readonly runs: number;
  readonly expectedRuns: number;
  /** Fewer runs than chance gives in 1 of 1000 cases: the curve is not of the data's shape (or the noise is correlated). */
  readonly systematic: boolean;
}

/** Wald and Wolfowitz (1940): runs of signs about zero. @param residuals in the order measured; NaN are left out */
export function residualChecks(residuals: ArrayLike<number>): ResidualChecks {
  const r = Array.from(residuals).filter(Number.isFinite);
  const n = r.length;
  let square = 0;
  let product = 0;
  let runs = n > 0 ? 1 : 0;
  let positive = 0;
  for (let i = 0; i < n; i++) {
    square += r[i] * r[i];
    if (r[i] > 0) positive++;
    if (i === 0) continue;
    product += r[i] * r[i - 1];
    if (r[i] > 0 !== r[i - 1] > 0) runs++;
  }
  const negative = n - positive;
  const expectedRuns = n === 0 ? 0 : 1 + (2 * positive * negative) / n;
  const variance = n < 2 ? 0 : ((expectedRuns - 1) * (expectedRuns - 2)) / (n - 1);
  return {
    lag1: square > 0 ? product / square : 0,
    runs,
    expectedRuns,
    systematic: variance > 0 && (runs - expectedRuns) / Math.sqrt(variance) < -3.09,
  };
}

/** Σ r_t·r_{t+k} / Σ r_t² for k = 0 … `lags`; a pair with one that is no number does not count. */
export function autocorrelation(residuals: ArrayLike<number>, lags: number): Float64Array {
  const r = Float64Array.from(residuals);
  const square = r.reduce((sum, v) => sum + (Number.isFinite(v) ? v * v : 0), 0);
  return Float64Array.from({ length: Math.min(lags, r.length - 1) + 1 }, (_, k) => {
    let product = 0;
    for (let i = 0; i + k < r.length; i++) {
      const pair = r[i] * r[i + k];
      if (Number.isFinite(pair)) product += pair;
    }
    return square > 0 ? product / square : k === 0 ? 1 : 0;
  });
}
