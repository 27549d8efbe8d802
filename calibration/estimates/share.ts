import { Z_975 } from './student.js';

/** A share of `n` with its 95 % interval (Wilson, J. Am. Stat. Assoc. 22, 209, 1927). @param count of those that are counted */
export function shareOf(
  count: number,
  n: number,
): { readonly share: number; readonly low: number; readonly high: number } {
  const share = count / n;
  const z2 = Z_975 ** 2;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const reach = (Z_975 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  // All and none are ends of their own intervals, which rounding would take from them.
  return { share, low: count === 0 ? 0 : centre - reach, high: count === n ? 1 : centre + reach };
}
