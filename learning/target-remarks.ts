import type { DataSet, Samples } from './data/index.js';

/** Left out at either end of a column's training samples to see what most of them span. */
const SHARE_AT_ENDS = 0.05;
/** Of the whole range: where most samples span less, voltages hardly tell them apart. */
const LEAST_SPAN = 0.01;
const LEAST_SAMPLES = 5;

/**
 * What columns of numbers as targets do not bear: a few values far off, which the range of voltages goes to, and so all others lie at one
 * of its ends; and test samples among which a column does not vary, so that its R² says nothing. Nothing is said of classes.
 */
export function targetRemarks({ name, targets, train, test }: DataSet): string[] {
  if (targets === undefined || train.count === 0) return [];
  return targets.names.flatMap((column, k) => {
    const trained = sortedColumn(train, targets.names.length, k);
    const tested = sortedColumn(test, targets.names.length, k);
    return [...farOff(`${name}: column ${column}`, trained), ...still(`${name}: column ${column}`, tested)];
  });
}

function farOff(column: string, sorted: Float64Array): string[] {
  const count = sorted.length;
  if (count < LEAST_SAMPLES) return [];
  const cut = Math.max(1, Math.floor(SHARE_AT_ENDS * count));
  const [lowest, low, high, highest] = [0, cut, count - 1 - cut, count - 1].map((at) => sorted[at]);
  const span = high / (highest - lowest) - low / (highest - lowest);
  // rare events: most samples have one number, and that is told apart from others
  if (high === low || !(span < LEAST_SPAN)) return [];
  return [
    `${column} goes from ${short(lowest)} to ${short(highest)} over the training samples, and all but ${2 * cut} of ${count} lie between ${short(low)} and ${short(high)}, ${short(100 * span)} % of that: outputs span the whole range, and hardly tell these apart. Look at its extreme values, or give its logarithm`,
  ];
}

function still(column: string, sorted: Float64Array): string[] {
  if (sorted.length < 2 || sorted[0] !== sorted[sorted.length - 1]) return [];
  return [`${column} is ${short(sorted[0])} in every test sample: its R² on them says nothing`];
}

function sortedColumn({ count, targets }: Samples, columns: number, k: number): Float64Array {
  return Float64Array.from({ length: count }, (_, s) => targets?.[s * columns + k] ?? Number.NaN).sort();
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
