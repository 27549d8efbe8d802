/** A symmetric positive definite matrix, factored once: A = L Lᵀ (Cholesky; Golub and Van Loan, 4.2.5). */
export class PositiveMatrix {
  private readonly l: Float64Array;

  /** @param a row-major [n × n], its lower half is read */
  constructor(
    a: Float64Array,
    readonly n: number,
  ) {
    const l = a.slice();
    for (let j = 0; j < n; j++) {
      for (let i = j; i < n; i++) {
        let sum = l[i * n + j];
        for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
        if (i > j) l[i * n + j] = sum / l[j * n + j];
        else if (sum > 0) l[j * n + j] = Math.sqrt(sum);
        else throw new RangeError(`not positive definite at ${j}`);
      }
    }
    this.l = l;
  }

  /** A⁻¹ b. */
  solve(b: ArrayLike<number>): Float64Array {
    const { l, n } = this;
    const x = Float64Array.from(b);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
      x[i] /= l[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) x[i] -= l[k * n + i] * x[k];
      x[i] /= l[i * n + i];
    }
    return x;
  }

  /** A⁻¹, row-major. */
  inverse(): Float64Array {
    const { n } = this;
    const out = new Float64Array(n * n);
    for (let j = 0; j < n; j++) {
      const unit = new Float64Array(n);
      unit[j] = 1;
      out.set(this.solve(unit), j * n);
    }
    return out;
  }
}
