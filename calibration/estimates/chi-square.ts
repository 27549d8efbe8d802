import { lnGamma } from '../../core/index.js';

/** Quantile of χ² with that many degrees of freedom: the value that a share of draws lies below. */
export function chiSquareQuantile(share: number, degrees: number): number {
  // The distribution function rises: halve between ends that hold the quantile.
  let [low, high] = [0, degrees + 10];
  while (gammaShare(degrees / 2, high / 2) < share) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2;
    if (gammaShare(degrees / 2, middle / 2) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The regularised incomplete gamma function P(a, x): its series below a + 1 (Abramowitz & Stegun 6.5.29), above it the continued fraction (6.5.31). */
function gammaShare(a: number, x: number): number {
  if (!(x > 0)) return 0;
  const front = Math.exp(a * Math.log(x) - x - lnGamma(a));
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let n = 1; n < 10000 && term > 1e-17 * sum; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return front * sum;
  }
  // Evaluated from far behind: 1/(x + (1 − a)/(1 + 1/(x + (2 − a)/(1 + 2/(x + …))))).
  let below = x;
  for (let n = 400 + Math.ceil(2 * Math.sqrt(a)); n > 0; n--) below = x + (n - a) / (1 + n / below);
  return 1 - front / below;
}
