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
  /** Solves Aᵀ·x = b in place: how one number of the solution follows from every entry of the right-hand side. */
  solveTransposed(b: Float64Array): void;
}
