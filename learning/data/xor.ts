import type { DataSet, Samples } from './data-set.js';

/** Exclusive or: the four points of {0, 1}², which no linear network separates. Train and test are the same. */
export function xor(): DataSet {
  const samples: Samples = {
    count: 4,
    features: 2,
    classes: 2,
    values: Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1),
    labels: Uint8Array.of(0, 1, 1, 0),
  };
  return {
    name: 'xor',
    features: 2,
    classes: 2,
    classNames: ['equal', 'different'],
    featureRange: [0, 1],
    train: samples,
    test: samples,
    sources: [],
  };
}
