// Left-looking refactorisation of a sparse LU whose pattern and pivot order are known, and its triangular solves.
// `lu` is a record of byte offsets (i32 indices, f64 values) in the order of sparseLuFields, kernels/sparse-lu.ts.

// @ts-ignore: decorator
@inline
function int(base: usize, k: i32): i32 {
  return load<i32>(base + ((<usize>k) << 2));
}

// @ts-ignore: decorator
@inline
function real(base: usize, k: i32): f64 {
  return load<f64>(base + ((<usize>k) << 3));
}

// @ts-ignore: decorator
@inline
function put(base: usize, k: i32, value: f64): void {
  store<f64>(base + ((<usize>k) << 3), value);
}

/**
 * Computes L, U and the inverse pivots of P·A·Q. Column j is gathered in x, then updated by the columns of L that U
 * names: four, two or one at a time where they nest, so that x is read and written once for all of them.
 * Returns −1, or the first column whose pivot is below `share` of the largest entry under it, or not finite.
 */
export function refactor(lu: usize, share: f64): i32 {
  const size = load<i32>(lu);
  const columnStart: usize = load<u32>(lu, 4);
  const rowPlace: usize = load<u32>(lu, 8);
  const entry: usize = load<u32>(lu, 12);
  const values: usize = load<u32>(lu, 16);
  const lowerStart: usize = load<u32>(lu, 20);
  const lowerRow: usize = load<u32>(lu, 24);
  const lower: usize = load<u32>(lu, 28);
  const upperStart: usize = load<u32>(lu, 32);
  const upperRow: usize = load<u32>(lu, 36);
  const upper: usize = load<u32>(lu, 40);
  const inversePivot: usize = load<u32>(lu, 44);
  const nested: usize = load<u32>(lu, 48);
  const x: usize = load<u32>(lu, 52);
  for (let j: i32 = 0; j < size; j++) {
    const entryEnd = int(columnStart, j + 1);
    for (let p = int(columnStart, j); p < entryEnd; p++) put(x, int(rowPlace, p), real(values, int(entry, p)));
    const upperEnd = int(upperStart, j + 1);
    let q = int(upperStart, j);
    while (q < upperEnd) {
      const k = int(upperRow, q);
      const run = int(nested, k);
      if (run >= 4 && q + 3 < upperEnd && int(upperRow, q + 3) == k + 3) {
        const l0 = int(lowerStart, k);
        const l1 = int(lowerStart, k + 1);
        const l2 = int(lowerStart, k + 2);
        const l3 = int(lowerStart, k + 3);
        const u0 = real(x, k);
        const u1 = real(x, k + 1) - real(lower, l0) * u0;
        const u2 = real(x, k + 2) - real(lower, l0 + 1) * u0 - real(lower, l1) * u1;
        const u3 = real(x, k + 3) - real(lower, l0 + 2) * u0 - real(lower, l1 + 1) * u1 - real(lower, l2) * u2;
        put(upper, q, u0);
        put(upper, q + 1, u1);
        put(upper, q + 2, u2);
        put(upper, q + 3, u3);
        put(x, k, 0);
        put(x, k + 1, 0);
        put(x, k + 2, 0);
        put(x, k + 3, 0);
        const count = int(lowerStart, k + 4) - l3;
        let a0 = lower + ((<usize>(l0 + 3)) << 3);
        let a1 = lower + ((<usize>(l1 + 2)) << 3);
        let a2 = lower + ((<usize>(l2 + 1)) << 3);
        let a3 = lower + ((<usize>l3) << 3);
        let r = lowerRow + ((<usize>l3) << 2);
        const end = r + ((<usize>count) << 2);
        while (r < end) {
          const at = x + ((<usize>load<i32>(r)) << 3);
          store<f64>(
            at,
            load<f64>(at) - (load<f64>(a0) * u0 + load<f64>(a1) * u1) - (load<f64>(a2) * u2 + load<f64>(a3) * u3),
          );
          a0 += 8;
          a1 += 8;
          a2 += 8;
          a3 += 8;
          r += 4;
        }
        q += 4;
      } else if (run >= 2 && q + 1 < upperEnd && int(upperRow, q + 1) == k + 1) {
        const l0 = int(lowerStart, k);
        const l1 = int(lowerStart, k + 1);
        const u0 = real(x, k);
        const u1 = real(x, k + 1) - real(lower, l0) * u0;
        put(upper, q, u0);
        put(upper, q + 1, u1);
        put(x, k, 0);
        put(x, k + 1, 0);
        const count = int(lowerStart, k + 2) - l1;
        let a0 = lower + ((<usize>(l0 + 1)) << 3);
        let a1 = lower + ((<usize>l1) << 3);
        let r = lowerRow + ((<usize>l1) << 2);
        const end = r + ((<usize>count) << 2);
        while (r < end) {
          const at = x + ((<usize>load<i32>(r)) << 3);
          store<f64>(at, load<f64>(at) - (load<f64>(a0) * u0 + load<f64>(a1) * u1));
          a0 += 8;
          a1 += 8;
          r += 4;
        }
        q += 2;
      } else {
        const u0 = real(x, k);
        put(upper, q, u0);
        put(x, k, 0);
        if (u0 != 0) {
          const start = int(lowerStart, k);
          let a0 = lower + ((<usize>start) << 3);
          let r = lowerRow + ((<usize>start) << 2);
          const end = lowerRow + ((<usize>int(lowerStart, k + 1)) << 2);
          while (r < end) {
            const at = x + ((<usize>load<i32>(r)) << 3);
            store<f64>(at, load<f64>(at) - load<f64>(a0) * u0);
            a0 += 8;
            r += 4;
          }
        }
        q++;
      }
    }
    const pivot = real(x, j);
    put(x, j, 0);
    const inverse = 1.0 / pivot;
    put(inversePivot, j, inverse);
    const start = int(lowerStart, j);
    const end = int(lowerStart, j + 1);
    let largest: f64 = 0;
    for (let p = start; p < end; p++) {
      const i = int(lowerRow, p);
      const value = real(x, i);
      put(x, i, 0);
      put(lower, p, value * inverse);
      const size = Math.abs(value);
      if (size > largest) largest = size;
    }
    // Also true for a pivot that is zero or not a number.
    if (!(Math.abs(pivot) >= share * largest) || pivot == 0 || !isFinite(inverse)) {
      return j;
    }
  }
  return -1;
}

/** y ← U⁻¹·L⁻¹·y. */
export function substitute(lu: usize): void {
  const size = load<i32>(lu);
  const lowerStart: usize = load<u32>(lu, 20);
  const lowerRow: usize = load<u32>(lu, 24);
  const lower: usize = load<u32>(lu, 28);
  const upperStart: usize = load<u32>(lu, 32);
  const upperRow: usize = load<u32>(lu, 36);
  const upper: usize = load<u32>(lu, 40);
  const inversePivot: usize = load<u32>(lu, 44);
  const y: usize = load<u32>(lu, 56);
  for (let k: i32 = 0; k < size; k++) {
    const t = real(y, k);
    if (t == 0) continue;
    const end = int(lowerStart, k + 1);
    for (let p = int(lowerStart, k); p < end; p++) {
      const at = y + ((<usize>int(lowerRow, p)) << 3);
      store<f64>(at, load<f64>(at) - real(lower, p) * t);
    }
  }
  for (let j: i32 = size - 1; j >= 0; j--) {
    const t = real(y, j) * real(inversePivot, j);
    put(y, j, t);
    if (t == 0) continue;
    const end = int(upperStart, j + 1);
    for (let q = int(upperStart, j); q < end; q++) {
      const at = y + ((<usize>int(upperRow, q)) << 3);
      store<f64>(at, load<f64>(at) - real(upper, q) * t);
    }
  }
}

/** y ← L⁻ᵀ·U⁻ᵀ·y. */
export function substituteTransposed(lu: usize): void {
  const size = load<i32>(lu);
  const lowerStart: usize = load<u32>(lu, 20);
  const lowerRow: usize = load<u32>(lu, 24);
  const lower: usize = load<u32>(lu, 28);
  const upperStart: usize = load<u32>(lu, 32);
  const upperRow: usize = load<u32>(lu, 36);
  const upper: usize = load<u32>(lu, 40);
  const inversePivot: usize = load<u32>(lu, 44);
  const y: usize = load<u32>(lu, 56);
  for (let j: i32 = 0; j < size; j++) {
    let sum = real(y, j);
    const end = int(upperStart, j + 1);
    for (let q = int(upperStart, j); q < end; q++) sum -= real(upper, q) * real(y, int(upperRow, q));
    put(y, j, sum * real(inversePivot, j));
  }
  for (let k: i32 = size - 1; k >= 0; k--) {
    let sum = real(y, k);
    const end = int(lowerStart, k + 1);
    for (let p = int(lowerStart, k); p < end; p++) sum -= real(lower, p) * real(y, int(lowerRow, p));
    put(y, k, sum);
  }
}
