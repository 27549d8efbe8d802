import { RandomStream } from '../../core/index.js';
import { checkCount, type DataSet, type Samples } from './data-set.js';
import { drawDigit } from './digit-drawing.js';
import { digitGlyphs } from './digit-glyphs.js';

const side = 16;
const classes = digitGlyphs.length;
const features = side * side;

/**
 * Handwriting-like digits drawn by the program itself: 16 × 16 bytes, 0 (paper) … 255 (ink).
 * The n-th digit depends only on the seed and n, so a smaller training set is the beginning of a larger one; the test
 * digits come from a stream of their own. Every ten in a row hold each class once.
 * @throws {OhmpropError} `data.bad-count` unless `train` and `test` are positive integers
 */
export function digits({
  seed,
  train = 10_000,
  test = 2_000,
}: {
  seed: number;
  train?: number;
  test?: number;
}): DataSet {
  checkCount(train, 'training digits', 1);
  checkCount(test, 'test digits', 1);
  return {
    name: 'digits',
    features,
    classes,
    classNames: digitGlyphs.map((_, digit) => String(digit)),
    featureRange: [0, 255],
    imageShape: [side, side],
    train: draw(train, new RandomStream(seed, 'digits-train')),
    test: draw(test, new RandomStream(seed, 'digits-test')),
    sources: [],
  };
}

function draw(count: number, stream: RandomStream): Samples {
  const values = new Uint8Array(count * features);
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    if (n % classes === 0) {
      const order = stream.at(n, 1).permutation(classes);
      labels.set(order.subarray(0, Math.min(classes, count - n)), n);
    }
    const random = stream.at(n);
    const styles = digitGlyphs[labels[n]];
    const image = values.subarray(n * features, (n + 1) * features);
    drawDigit(styles[random.integer(styles.length)], side, random, image);
  }
  return { count, features, classes, values, labels };
}
