import { RandomStream } from '../../core/index.js';
import type { Samples } from './data-set.js';
import { pickSamples } from './data-set.js';

/**
 * Splits so that every class gives its share to the test set. Both parts come out shuffled, so that any first few
 * training samples are a fair draw.
 * @param seed of the stream `split`
 * @param testOf how many of a class's samples (given their number) go to the test set
 */
export function stratifiedSplit(
  samples: Samples,
  seed: number,
  testOf: (inClass: number) => number,
): { train: Samples; test: Samples } {
  const order = splitOrder(samples.count, seed);
  const inClass = new Uint32Array(samples.classes);
  for (const label of samples.labels) inClass[label]++;
  const stillToTest = Uint32Array.from(inClass, (count) => testOf(count));
  const train: number[] = [];
  const test: number[] = [];
  for (const index of order) {
    const label = samples.labels[index];
    if (stillToTest[label] > 0) {
      stillToTest[label]--;
      test.push(index);
    } else {
      train.push(index);
    }
  }
  return { train: pickSamples(samples, train), test: pickSamples(samples, test) };
}

/** The order in which samples are dealt to the parts. */
export function splitOrder(count: number, seed: number): ArrayLike<number> & Iterable<number> {
  return new RandomStream(seed, 'split').permutation(count);
}
