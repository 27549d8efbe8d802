/** Median of the ratios, and the order statistics that hold the true one with at least 95 % (binomial, p = ½). */
export function medianInterval(ratios: readonly number[]): { low: number; median: number; high: number } {
  const sorted = [...ratios].sort((a, b) => a - b);
  const n = sorted.length;
  let tail = 0;
  let term = 0.5 ** n;
  let rank = 0;
  while (tail + term <= 0.025) {
    tail += term;
    term *= (n - rank) / (rank + 1);
    rank++;
  }
  const low = Math.max(0, rank - 1);
  return {
    low: sorted[low],
    median: 0.5 * (sorted[(n - 1) >> 1] + sorted[n >> 1]),
    high: sorted[n - 1 - low],
  };
}
