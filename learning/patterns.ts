import { inputError } from '../core/index.js';
import type { TargetCoding } from '../devices/contract/index.js';
import { type DataSet, featureRanges } from './data/index.js';

/**
 * The pattern of each class, [features] each: the mean of its training samples, every feature's range mapped to `off` … `on`.
 * @throws OhmpropError `coding.pattern` for a class that no training sample shows
 */
export function patternsOf(dataSet: DataSet, { off, on }: TargetCoding): Float64Array[] {
  const { train, classes, features, classNames } = dataSet;
  const ranges = featureRanges(dataSet);
  const sums = Array.from({ length: classes }, () => new Float64Array(features));
  const counts = new Float64Array(classes);
  for (let s = 0; s < train.count; s++) {
    const label = train.labels[s];
    counts[label]++;
    for (let f = 0; f < features; f++) sums[label][f] += train.values[s * features + f];
  }
  const missing = counts.indexOf(0);
  if (missing >= 0) {
    throw inputError(
      'coding.pattern',
      `${dataSet.name}: "pattern" targets are what training samples show, and none shows ${classNames[missing]}; give each class one at least, and look at a run with its own data`,
    );
  }
  return sums.map((sum, label) =>
    sum.map((total, f) => {
      const [low, high] = ranges[f];
      return high > low ? off + ((on - off) * (total / counts[label] - low)) / (high - low) : (off + on) / 2;
    }),
  );
}

/** Squared distance of outputs `from` … to each pattern. */
export function distancesTo(
  patterns: readonly Float64Array[],
  outputs: Float64Array,
  from: number,
): number[] {
  return patterns.map((pattern) => pattern.reduce((sum, y, k) => sum + (outputs[from + k] - y) ** 2, 0));
}
