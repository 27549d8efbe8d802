/** A symmetric positive matrix factored once, its rows and columns scaled to a diagonal of 1 first: Cholesky (Golub and Van Loan, 4.2.5). */
export class PositiveFactor {
  private constructor(
    private readonly n: number,
    private readonly lower: Float64Array,
    private readonly scale: Float64Array,
  ) {}

  /** @param matrix `[n × n]`, its lower half is read @returns undefined where it is not positive to working precision */
  static of(matrix: Float64Array, n: number): PositiveFactor | undefined {
    const scale = Float64Array.from({ length: n }, (_, j) => 1 / Math.sqrt(matrix[j * n + j]));
    if (!scale.every(Number.isFinite)) return undefined;
    const lower = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = matrix[i * n + j] * scale[i] * scale[j];
        for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
        if (i !== j) lower[i * n + j] = sum / lower[j * n + j];
        else if (sum > 1e-15) lower[i * n + i] = Math.sqrt(sum);
        else return undefined;
      }
    }
    return new PositiveFactor(n, lower, scale);
  }

  /** A⁻¹·b `[n]`. */
  solve(right: ArrayLike<number>): Float64Array {
    const { n, lower, scale } = this;
    const x = Float64Array.from(scale, (v, i) => right[i] * v);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) x[i] -= lower[i * n + k] * x[k];
      x[i] /= lower[i * n + i];
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) x[i] -= lower[k * n + i] * x[k];
      x[i] /= lower[i * n + i];
    }
    return x.map((v, i) => v * scale[i]);
  }

  /** A⁻¹ `[n × n]`. */
  inverse(): Float64Array {
    const { n } = this;
    const inverse = new Float64Array(n * n);
    for (let j = 0; j < n; j++) {
      const unit = new Float64Array(n);
      unit[j] = 1;
      this.solve(unit).forEach((v, i) => {
        inverse[i * n + j] = v;
      });
    }
    return inverse;
  }
}

/**
 * Solves A·x = b for a symmetric positive matrix.
 * @param matrix `[n × n]` @param right `[n]` @returns undefined where the matrix is not positive to working precision
 */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  return PositiveFactor.of(matrix, right.length)?.solve(right);
}

/** Inverse of a symmetric positive matrix `[n × n]`, or undefined. */
export function invertPositive(matrix: Float64Array, n: number): Float64Array | undefined {
  return PositiveFactor.of(matrix, n)?.inverse();
}

/** Ratio of the largest to the least eigenvalue of JᵀJ scaled to a diagonal of 1, square root: the condition of the scaled J. */
export function scaledCondition(matrix: Float64Array, n: number): number {
  const a = Float64Array.from(matrix, (v, i) => {
    const [r, c] = [Math.floor(i / n), i % n];
    return v / Math.sqrt(matrix[r * n + r] * matrix[c * n + c] || Number.MIN_VALUE);
  });
  const values = eigenvalues(a, n);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least > 0 ? Math.sqrt(most / least) : Number.POSITIVE_INFINITY;
}

/** Of a symmetric matrix, by Jacobi's rotations. */
function eigenvalues(matrix: Float64Array, n: number): Float64Array {
  const a = matrix.slice();
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q];
        off += apq * apq;
        if (Math.abs(apq) < 1e-300) continue;
        const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [a[k * n + p], a[k * n + q]];
          a[k * n + p] = c * kp - s * kq;
          a[k * n + q] = s * kp + c * kq;
        }
        for (let k = 0; k < n; k++) {
          const [pk, qk] = [a[p * n + k], a[q * n + k]];
          a[p * n + k] = c * pk - s * qk;
          a[q * n + k] = s * pk + c * qk;
        }
      }
    }
    if (off < 1e-24) break;
  }
  return Float64Array.from({ length: n }, (_, j) => a[j * n + j]);
}
