/** 97.5 % quantile of the normal distribution. */
export const Z_975 = 1.959963984540054;

/** Of Student's t with 1 and 2 degrees of freedom, where the expansion below is coarse. */
const FEW = [12.706204736432095, 4.302652729911275];

/**
 * 97.5 % quantile of Student's t, to 3 digits from 3 degrees of freedom on (Cornish and Fisher 1937, Abramowitz & Stegun 26.7.5).
 */
export function student975(degrees: number): number {
  if (degrees < 3) return FEW[Math.max(0, Math.floor(degrees) - 1)];
  const z = Z_975;
  const [z3, z5, z7, z9] = [z ** 3, z ** 5, z ** 7, z ** 9];
  return (
    z +
    (z3 + z) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * degrees ** 3) +
    (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / (92160 * degrees ** 4)
  );
}

/**
 * How far twice the log-likelihood may fall inside a 95 % interval: 3.84 for many numbers. For n numbers and p parameters it is
 * n·ln(1 + t²/(n − p)), which makes the interval of a linear model with normal errors the exact one by Student's t.
 */
export function likelihoodDrop(n: number, parameters: number): number {
  const degrees = n - parameters;
  return degrees < 1 ? Number.POSITIVE_INFINITY : n * Math.log1p(student975(degrees) ** 2 / degrees);
}
