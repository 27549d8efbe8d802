import { inputError } from '../../core/index.js';

/** Labelled samples in their stored form: bytes stay bytes; how they become voltages is a coding's business. */
export interface Samples {
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  /** Row-major [count × features], in the unit of the source. */
  readonly values: Uint8Array | Float32Array | Float64Array;
  /** [count], each 0 … classes − 1. */
  readonly labels: Uint8Array | Uint16Array;
}

/** A file that a data set was read from, for the manifest of a run. */
export interface SourceFile {
  readonly file: string;
  /** Of the bytes as they lie on disk, lower-case hexadecimal. */
  readonly sha256: string;
}

export type Range = readonly [low: number, high: number];

/** What a network is trained and tested on. */
export interface DataSet {
  readonly name: string;
  readonly features: number;
  readonly classes: number;
  /** [classes] */
  readonly classNames: readonly string[];
  /** Range declared by the source, of all features alike or one a feature; a sample may lie outside a measured one. */
  readonly featureRange: Range | readonly Range[];
  /** Rows and columns of a sample that is an image. */
  readonly imageShape?: readonly [rows: number, columns: number];
  readonly train: Samples;
  /** Held out of `train` for choosing settings, where asked for. */
  readonly validation?: Samples;
  readonly test: Samples;
  /** Empty for data that is built in. */
  readonly sources: readonly SourceFile[];
}

/** The range of every feature, [features], whichever way it was declared. */
export function featureRanges(dataSet: DataSet): readonly Range[] {
  const { featureRange, features } = dataSet;
  return isOneRange(featureRange) ? Array.from({ length: features }, () => featureRange) : featureRange;
}

function isOneRange(range: Range | readonly Range[]): range is Range {
  return typeof range[0] === 'number';
}

/** Samples `from` … `to` − 1 as a view: nothing is copied. */
export function sliceSamples(samples: Samples, from: number, to: number): Samples {
  const { features, classes } = samples;
  const values = samples.values.subarray(from * features, to * features);
  const labels = samples.labels.subarray(from, to);
  return { count: labels.length, features, classes, values, labels };
}

/** The samples at `indices`, in that order, copied. */
export function pickSamples(samples: Samples, indices: ArrayLike<number>): Samples {
  const { features, classes } = samples;
  const count = indices.length;
  const values = new (samples.values.constructor as Float64ArrayConstructor)(count * features);
  const labels = new (samples.labels.constructor as Uint16ArrayConstructor)(count);
  for (let i = 0; i < count; i++) {
    const row = indices[i];
    values.set(samples.values.subarray(row * features, (row + 1) * features), i * features);
    labels[i] = samples.labels[row];
  }
  return { count, features, classes, values, labels };
}

/**
 * Only the first `count` training samples (all of them where there are fewer); validation and test stay whole.
 * @throws {OhmpropError} `data.bad-count` unless `count` is a positive integer
 */
export function limitTraining(dataSet: DataSet, count: number): DataSet {
  checkCount(count, 'training samples', 1);
  if (count >= dataSet.train.count) return dataSet;
  return { ...dataSet, train: sliceSamples(dataSet.train, 0, count) };
}

/**
 * Takes the last `count` training samples away as validation, as in the 50k/10k/10k split of MNIST.
 * @throws {OhmpropError} `data.bad-count` unless 0 ≤ `count` < training samples
 */
export function holdOutValidation(dataSet: DataSet, count: number): DataSet {
  checkCount(count, 'validation samples', 0);
  if (count === 0) return dataSet;
  const { train } = dataSet;
  if (count >= train.count) {
    throw inputError(
      'data.bad-count',
      `${dataSet.name}: ${count} validation samples were asked for, but there are only ${train.count} training ` +
        `samples to take them from; set validation to 0 … ${train.count - 1}`,
    );
  }
  const split = train.count - count;
  const validation = sliceSamples(train, split, train.count);
  return { ...dataSet, train: sliceSamples(train, 0, split), validation };
}

/** @throws {OhmpropError} `data.bad-count` unless `count` is an integer of at least `least` */
export function checkCount(count: number, what: string, least: number): void {
  if (!Number.isInteger(count) || count < least) {
    throw inputError(
      'data.bad-count',
      `${what}: got ${count}; a whole number of at least ${least} is needed`,
    );
  }
}
