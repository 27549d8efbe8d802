/**
 * A smooth curve through points that does not overshoot them: cubics with slopes of Fritsch & Butland (SIAM J. Sci. Stat.
 * Comput. 5:300, 1984).
 */
export class MonotoneCurve {
  constructor(
    private readonly times: ArrayLike<number>,
    private readonly values: ArrayLike<number>,
  ) {}

  /** Between points k − 1 and k, at a share of the way. */
  between(k: number, share: number): number {
    const { times, values } = this;
    const width = times[k] - times[k - 1];
    const [a, b] = [values[k - 1], values[k]];
    const [left, right] = [this.slope(k - 1) * width, this.slope(k) * width];
    const rest = 1 - share;
    // Hermite's form
    return (
      a * rest * rest * (1 + 2 * share) +
      b * share * share * (3 - 2 * share) +
      left * share * rest * rest -
      right * share * share * rest
    );
  }

  private secant(k: number): number {
    return (this.values[k] - this.values[k - 1]) / (this.times[k] - this.times[k - 1]);
  }

  private slope(k: number): number {
    const last = this.times.length - 1;
    if (k === 0 || k === last) return this.secant(k === 0 ? 1 : last);
    const [before, after] = [this.secant(k), this.secant(k + 1)];
    if (!(before * after > 0)) return 0;
    const [h0, h1] = [this.times[k] - this.times[k - 1], this.times[k + 1] - this.times[k]];
    const share = (h0 + 2 * h1) / (3 * (h0 + h1));
    return (before * after) / (share * after + (1 - share) * before);
  }
}
