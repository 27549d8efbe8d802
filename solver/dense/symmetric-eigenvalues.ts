/** Sweeps after which rounding is all that is left; seven are usual. */
const MAX_SWEEPS = 60;

/**
 * Eigenvalues of a symmetric matrix in rising order, by cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations,
 * alg. 8.5.3): error a few last bits of the largest. Of order n³ a sweep: for some hundred rows at most.
 * @param matrix row-major [size × size], left as it is
 */
export function symmetricEigenvalues(matrix: ArrayLike<number>, size: number): Float64Array {
  const a = Float64Array.from(matrix);
  const whole = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const apq = a[p * size + q];
        off += apq * apq;
        if (apq !== 0) rotate(a, size, p, q);
      }
    }
    if (!(off > 1e-34 * whole)) break;
  }
  return Float64Array.from({ length: size }, (_, k) => a[k * size + k]).sort();
}

/** The rotation in rows and columns p and q that makes the entry between them 0. */
function rotate(a: Float64Array, size: number, p: number, q: number): void {
  const tau = (a[q * size + q] - a[p * size + p]) / (2 * a[p * size + q]);
  const t = tau === 0 ? 1 : Math.sign(tau) / (Math.abs(tau) + Math.hypot(1, tau));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  for (const [row, column] of [
    [1, size],
    [size, 1],
  ]) {
    for (let k = 0; k < size; k++) {
      const [i, j] = [p * row + k * column, q * row + k * column];
      const [x, y] = [a[i], a[j]];
      a[i] = c * x - s * y;
      a[j] = s * x + c * y;
    }
  }
}
