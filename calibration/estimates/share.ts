import { type Estimate, LEVEL } from './estimate.js';
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

/** The same as an estimate. @param what is counted, for people */
export function shareEstimate(count: number, n: number, what: string): Estimate {
  const { share, low, high } = shareOf(count, n);
  return {
    value: share,
    low,
    high,
    level: LEVEL,
    identifiable: n > 0,
    n,
    method: `share of ${what}, interval of Wilson`,
  };
}
