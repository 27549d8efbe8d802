/**
 * Dense LU with row pivoting (Golub & Van Loan, Matrix Computations, alg. 3.4.1), for up to some dozen unknowns. Values are
 * written row-major into `values`; one more after them is a bin that nothing reads.
 */
export class DenseLu {
  readonly method = 'dense';
  readonly values: Float64Array;
  private readonly factors: Float64Array;
  private readonly pivots: Int32Array;

  constructor(readonly size: number) {
    this.values = new Float64Array(size * size + 1);
    this.factors = new Float64Array(size * size);
    this.pivots = new Int32Array(size);
  }

  valueIndex(row: number, column: number): number {
    return row * this.size + column;
  }

  /** @returns −1 when done, else the row at which the matrix is singular */
  factor(): number {
    const n = this.size;
    const lu = this.factors;
    const values = this.values;
    for (let k = 0; k < n * n; k++) lu[k] = values[k];
    for (let k = 0; k < n; k++) {
      let pivot = k;
      let largest = Math.abs(lu[k * n + k]);
      for (let i = k + 1; i < n; i++) {
        const size = Math.abs(lu[i * n + k]);
        if (size > largest) {
          largest = size;
          pivot = i;
        }
      }
      if (!(largest > 0) || largest === Number.POSITIVE_INFINITY) return k;
      this.pivots[k] = pivot;
      if (pivot !== k) {
        for (let j = 0; j < n; j++) {
          const held = lu[k * n + j];
          lu[k * n + j] = lu[pivot * n + j];
          lu[pivot * n + j] = held;
        }
      }
      const inverse = 1 / lu[k * n + k];
      lu[k * n + k] = inverse;
      for (let i = k + 1; i < n; i++) {
        const factor = lu[i * n + k] * inverse;
        if (factor === 0) continue;
        lu[i * n + k] = factor;
        for (let j = k + 1; j < n; j++) lu[i * n + j] -= factor * lu[k * n + j];
      }
    }
    return -1;
  }

  /** Solves A·x = b in place. */
  solve(b: Float64Array): void {
    const n = this.size;
    const lu = this.factors;
    for (let k = 0; k < n; k++) {
      const pivot = this.pivots[k];
      if (pivot !== k) {
        const held = b[k];
        b[k] = b[pivot];
        b[pivot] = held;
      }
    }
    for (let i = 1; i < n; i++) {
      let sum = b[i];
      for (let j = 0; j < i; j++) sum -= lu[i * n + j] * b[j];
      b[i] = sum;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = b[i];
      for (let j = i + 1; j < n; j++) sum -= lu[i * n + j] * b[j];
      b[i] = sum * lu[i * n + i];
    }
  }

  /** Solves Aᵀ·x = b in place. */
  solveTransposed(b: Float64Array): void {
    const n = this.size;
    const lu = this.factors;
    for (let i = 0; i < n; i++) {
      let sum = b[i];
      for (let j = 0; j < i; j++) sum -= lu[j * n + i] * b[j];
      b[i] = sum * lu[i * n + i];
    }
    for (let i = n - 2; i >= 0; i--) {
      let sum = b[i];
      for (let j = i + 1; j < n; j++) sum -= lu[j * n + i] * b[j];
      b[i] = sum;
    }
    for (let k = n - 1; k >= 0; k--) {
      const pivot = this.pivots[k];
      if (pivot === k) continue;
      const held = b[k];
      b[k] = b[pivot];
      b[pivot] = held;
    }
  }
}
