/**
 * A square system of fixed pattern whose values change: where its entries stand is asked for once, values are written there,
 * then factored and solved again and again.
 */
export interface LinearSystem {
  readonly size: number;
  /** One value an entry; the last is a bin for what lies outside the system. */
  readonly values: Float64Array;
  readonly method: 'dense' | 'sparse';
  /** @returns −1 when done, else the row or column at which the matrix is singular */
  factor(): number;
  /** Solves A·x = b in place. */
  solve(b: Float64Array): void;
}

/** Dense LU with row pivoting (Golub & Van Loan, Matrix Computations, alg. 3.4.1), for small circuits. */
export class DenseSystem implements LinearSystem {
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
}
