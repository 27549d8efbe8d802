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
  /** Row-major [count × numbers], in the unit of the source, where numbers are asked for and not classes; labels are then all 0. */
  readonly targets?: Float64Array;
}

/** Columns of numbers that are to be learned. */
export interface TargetColumns {
  readonly names: readonly string[];
  /** What the training samples show of each: what voltages they become. */
  readonly ranges: readonly Range[];
}

/** A file that a data set was read from, for the manifest of a run. */
export interface SourceFile {
  readonly file: string;
  readonly bytes: number;
  /** Of the bytes as they lie on disk, lower-case hexadecimal. */
  readonly sha256: string;
}

export type Range = readonly [low: number, high: number];

/** Mean and standard deviation of every feature over the training samples, [features] each. */
export interface Moments {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Which column of a table holds the labels: its place, counted from 0, and its name where there is a header. */
export interface LabelColumn {
  readonly index: number;
  readonly name?: string;
}

/** What a network is trained and tested on. */
export interface DataSet {
  readonly name: string;
  readonly features: number;
  readonly classes: number;
  /** [classes] */
  readonly classNames: readonly string[];
  /** Range declared by the source, of all features alike or one a feature; a sample may lie outside a measured one. */
  readonly featureRange: Range | readonly Range[];
  /** What the samples that a run was trained on showed, where that is not `featureRange`, by which features are scaled. */
  readonly trainedRange?: Range | readonly Range[];
  /** [features], of a table with a header. */
  readonly featureNames?: readonly string[];
  readonly labelColumn?: LabelColumn;
  /** Where numbers are asked for and not classes; there is then one class, without a name. */
  readonly targets?: TargetColumns;
  /** By which features are scaled to z-scores, where that is not what `train` shows: data presented as those of a run. */
  readonly moments?: Moments;
  /** Which samples are for testing was drawn by us, not said by the source. */
  readonly splitDrawn?: boolean;
  /** To be told to people once: what was left out, taken together or not found. */
  readonly remarks?: readonly string[];
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
export function featureRanges({
  featureRange,
  features,
}: Pick<DataSet, 'featureRange' | 'features'>): readonly Range[] {
  return isOneRange(featureRange) ? Array.from({ length: features }, () => featureRange) : featureRange;
}

function isOneRange(range: Range | readonly Range[]): range is Range {
  return typeof range[0] === 'number';
}

/** No samples, of the same kind. */
export function noSamples(samples: Samples): Samples {
  return sliceSamples(samples, 0, 0);
}

/** Mean and standard deviation of every feature; exactly 0 where a feature does not vary, which sums of 0.1 would miss by rounding. */
export function momentsOf(samples: Samples): Moments {
  const { count, features, values } = samples;
  const ranges = measureRanges(samples);
  const mean = new Array<number>(features);
  const deviation = new Array<number>(features);
  for (let f = 0; f < features; f++) {
    const [low, high] = ranges[f];
    if (low === high) {
      mean[f] = low;
      deviation[f] = 0;
      continue;
    }
    let sum = 0;
    for (let s = 0; s < count; s++) sum += values[s * features + f];
    mean[f] = sum / count;
    let squares = 0;
    for (let s = 0; s < count; s++) squares += (values[s * features + f] - mean[f]) ** 2;
    deviation[f] = Math.sqrt(squares / count);
  }
  return { mean, deviation };
}

/** The range that every feature shows, [features]. */
export function measureRanges({ count, features, values }: Samples): Range[] {
  return Array.from({ length: features }, (_, f) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      low = Math.min(low, values[i * features + f]);
      high = Math.max(high, values[i * features + f]);
    }
    return [low, high];
  });
}

/** Samples `from` … `to` − 1 as a view: nothing is copied. */
export function sliceSamples(samples: Samples, from: number, to: number): Samples {
  const { features, classes } = samples;
  const values = samples.values.subarray(from * features, to * features);
  const labels = samples.labels.subarray(from, to);
  const numbers = numbersOf(samples);
  const targets = samples.targets?.subarray(from * numbers, to * numbers);
  return { count: labels.length, features, classes, values, labels, ...(targets && { targets }) };
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
  const numbers = numbersOf(samples);
  const targets = samples.targets && new Float64Array(count * numbers);
  for (let i = 0; i < count; i++) {
    const row = indices[i] * numbers;
    targets?.set((samples.targets as Float64Array).subarray(row, row + numbers), i * numbers);
  }
  return { count, features, classes, values, labels, ...(targets && { targets }) };
}

/** Numbers that are asked for of a sample; 0 where classes are. */
function numbersOf({ targets, count }: Samples): number {
  return targets === undefined || count === 0 ? 0 : targets.length / count;
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
 * Takes the last `amount` training samples away as validation, as in the 50k/10k/10k split of MNIST.
 * @param amount how many, or below 1 the share of them
 * @throws {OhmpropError} `data.bad-count` unless 0 ≤ `amount` < training samples
 */
export function holdOutValidation(dataSet: DataSet, amount: number): DataSet {
  const { train } = dataSet;
  const isShare = amount > 0 && amount < 1;
  const count = isShare ? Math.round(amount * train.count) : amount;
  checkCount(count, 'validation samples', 0);
  if (count === 0 && !isShare) return dataSet;
  if (count === 0 || count >= train.count) {
    throw inputError(
      'data.bad-count',
      `${dataSet.name}: ${count} validation samples were asked for, but there are only ${train.count} training ` +
        `samples to take them from; set validation to 0 … ${train.count - 1}, or to a share that leaves some of both`,
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
