import type { Estimate } from '../../calibration/estimates/index.js';
import { formatQuantity } from '../../core/index.js';

/** Of the width of an interval, and the most that are printed of any number. */
const [OF_WIDTH, MOST] = [2, 10];
const FEWEST = 3;

/** Significant digits with which value and ends of an interval are told apart: two of its width, three at least. */
function digitsOf({ value, low, high }: Pick<Estimate, 'value' | 'low' | 'high'>, fewest = FEWEST): number {
  const ends = [low, high].filter(Number.isFinite);
  const width = Math.max(...ends.map((end) => Math.abs(end - value)));
  const size = Math.max(Math.abs(value), ...ends.map(Math.abs));
  if (!(width > 0) || !Number.isFinite(width)) return fewest;
  const needed = Math.floor(Math.log10(size)) - Math.floor(Math.log10(width)) + OF_WIDTH;
  return Math.min(MOST, Math.max(fewest, needed));
}

/**
 * A fitted number with its interval, both with as many digits as the interval needs.
 * @param unit SI unit with a fitting prefix, `/V` and `1/s` as they stand, empty where there is none
 */
export function estimateText(estimate: Estimate, unit: string): string {
  const { value, low, high, identifiable, method } = estimate;
  const plain = unit === '' || unit.includes('/');
  const digits = digitsOf(estimate, plain ? 4 : FEWEST);
  const show = (v: number): string => {
    if (!Number.isFinite(v)) return v > 0 ? '∞' : '−∞';
    if (plain) return `${v.toPrecision(digits)}${unit === '' ? '' : ` ${unit}`}`;
    return formatQuantity(v, unit, digits);
  };
  if (method.endsWith(' held')) return `${show(value)} (given)`;
  const interval = `95 % interval ${show(low)} to ${show(high)}`;
  return identifiable ? `${show(value)} (${interval})` : `not identifiable (${interval})`;
}
