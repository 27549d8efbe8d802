import { median } from '../../core/index.js';

/** A point that many σ off its neighbours … */
const SIGMAS = 10;
/** … and by that share of them is no noise. */
const SHARE = 0.3;
/** Points to either side that it is held against. */
const NEAR = 2;
/** More than that share of a record are not outliers but how it is. */
const MOST = 0.05;

/**
 * Single points of a record that lie far off two neighbours to either side: ten σ of what points differ from such neighbours by, and
 * by a third. The first and the last point never are; nor is any where more than a twentieth would be.
 * @returns their places, ascending
 */
export function outliersOf(values: Float64Array): number[] {
  const n = values.length;
  const off = (k: number): readonly [number, number] => {
    const around = [...values.subarray(Math.max(0, k - NEAR), k), ...values.subarray(k + 1, k + 1 + NEAR)];
    const usual = median(around);
    return [Math.abs(values[k] - usual), Math.abs(usual)];
  };
  const inner = Array.from({ length: Math.max(0, n - 2) }, (_, k) => k + 1);
  const sigma = 1.4826 * median(inner.map((k) => off(k)[0]));
  const found = inner.filter((k) => {
    const [distance, usual] = off(k);
    return distance > Math.max(SIGMAS * sigma, SHARE * usual);
  });
  const alone = found.filter((k) => !found.includes(k - 1) && !found.includes(k + 1));
  return found.length <= Math.max(1, MOST * n) ? alone : [];
}
