/** ln Γ(x) for x > 0, ln (x − 1)! of a whole number: Stirling's series after raising x above ten by Γ(x + 1) = x Γ(x). */
export function lnGamma(x: number): number {
  let [at, product] = [x, 1];
  while (at < 10) product *= at++;
  const r = 1 / (at * at);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
