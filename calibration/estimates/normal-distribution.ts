/** ln of the probability that a normal number lies beyond z, to 13 digits in the far tail too. */
export function lnNormalTail(z: number): number {
  return z >= 0 ? lnUpper(z) : Math.log1p(-Math.exp(lnUpper(-z)));
}

const LN_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** From there on the continued fraction of so many terms is exact to the last digits. */
const FAR = 2.5;
const TERMS = 80;

/** For z ≥ 0. */
function lnUpper(z: number): number {
  const lnDensity = -(z * z) / 2 - LN_ROOT_TWO_PI;
  if (z >= FAR) {
    // Q(z) = φ(z)/(z + 1/(z + 2/(z + 3/…))) (Abramowitz & Stegun 26.2.14).
    let below = z;
    for (let k = TERMS; k > 0; k--) below = z + k / below;
    return lnDensity - Math.log(below);
  }
  // Φ(z) − 1/2 = φ(z)·(z + z³/3 + z⁵/(3·5) + …) (26.2.11).
  let [sum, term] = [z, z];
  for (let odd = 3; term > 1e-17 * sum; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return Math.log(0.5 - Math.exp(lnDensity) * sum);
}
