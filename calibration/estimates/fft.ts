/**
 * Discrete Fourier transform in place, X_k = Σ x_j e^(−2πi jk/n), by halving (Cooley and Tukey 1965).
 * @param re real parts, `[n]`, n a power of two @param im imaginary parts, `[n]`
 */
export function fourierTransform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const angle = (-2 * Math.PI * k) / size;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let at = k; at < n; at += size) {
        const other = at + half;
        const real = re[other] * c - im[other] * s;
        const imaginary = re[other] * s + im[other] * c;
        re[other] = re[at] - real;
        im[other] = im[at] - imaginary;
        re[at] += real;
        im[at] += imaginary;
      }
    }
  }
}
