import { inputError, nearestWord, printableLine } from '../../core/index.js';
import type { DataSet, LabelColumn, Moments, Range, Samples, SourceFile, TargetColumns } from './data-set.js';
import { featureRanges, noSamples } from './data-set.js';

/**
 * What a run knows of the data that it was trained on, as plain data: enough to present others, or the same in another
 * order, as those were. Of an old run perhaps no more than the classes.
 */
export interface KnownData {
  /** [classes], in the order of the outputs. */
  readonly classNames: readonly string[];
  readonly features?: number;
  readonly featureNames?: readonly string[];
  readonly labelColumn?: LabelColumn;
  readonly targets?: TargetColumns;
  /** By which features were scaled. */
  readonly featureRange?: Range | readonly Range[];
  /** What training samples showed, where that is not `featureRange`. */
  readonly trainedRange?: Range | readonly Range[];
  readonly moments?: Moments;
  readonly sources?: readonly SourceFile[];
  /** Which rows went where, where we drew that. */
  readonly split?: KnownSplit;
}

/** Identities of rows (`sample-identities.ts`), one a row. */
export interface KnownSplit {
  readonly train: ArrayLike<number>;
  readonly validation: ArrayLike<number>;
  readonly test: ArrayLike<number>;
}

/** What there is to know of a data set. @param moments where features were scaled by them */
export function knownData(dataSet: DataSet, moments: Moments | undefined = dataSet.moments): KnownData {
  const { classNames, features, featureNames, labelColumn, targets, featureRange, trainedRange, sources } =
    dataSet;
  return {
    classNames,
    features,
    featureRange,
    sources,
    ...(trainedRange && { trainedRange }),
    ...(featureNames && { featureNames }),
    ...(labelColumn && { labelColumn }),
    ...(targets && { targets }),
    ...(moments && { moments }),
  };
}

/**
 * Data as a run presents them: labels by the names of its classes, features scaled as its own were.
 * @throws {OhmpropError} `data.features`, `data.unknown-class`
 */
export function presentAs(dataSet: DataSet, known: KnownData): DataSet {
  const { features = dataSet.features, featureRange = dataSet.featureRange, classNames } = known;
  if (dataSet.features !== features) {
    throw inputError(
      'data.features',
      `${dataSet.name}: ${dataSet.features} features a sample, the run was trained on ${features}; give data with the same ones`,
    );
  }
  const { train, validation, test } = dataSet;
  const labelOf = matchClasses(dataSet, classNames);
  return {
    ...dataSet,
    classes: classNames.length,
    classNames,
    featureRange,
    train: relabel(train, labelOf, classNames.length),
    test: relabel(test, labelOf, classNames.length),
    ...(validation && { validation: relabel(validation, labelOf, classNames.length) }),
    ...(known.featureNames && { featureNames: known.featureNames }),
    ...(known.targets && { targets: known.targets }),
    ...(known.trainedRange && { trainedRange: known.trainedRange }),
    ...(known.moments && { moments: known.moments }),
  };
}

/** Samples whose labels mean nothing, presented as a run's data. */
export function unlabelledData(name: string, samples: Samples, known: KnownData): DataSet {
  const { classNames, featureRange = [], featureNames, targets, trainedRange, moments } = known;
  return {
    name,
    features: samples.features,
    classes: classNames.length,
    classNames,
    featureRange,
    ...(featureNames && { featureNames }),
    ...(targets && { targets }),
    ...(trainedRange && { trainedRange }),
    ...(moments && { moments }),
    train: noSamples(samples),
    test: samples,
    sources: [],
  };
}

/** Label of the run by label of the data, [classes of the data]; only classes that samples have need be known. */
function matchClasses({ name, classNames, ...parts }: DataSet, known: readonly string[]): Uint16Array {
  const used = new Set<number>();
  for (const part of [parts.train, parts.validation, parts.test]) {
    for (const label of part?.labels ?? []) used.add(label);
  }
  const placeOf = classFinder(known);
  const unknown: string[] = [];
  const labels = Uint16Array.from(classNames, (className, label) => {
    const place = placeOf(className);
    if (place === undefined && used.has(label)) unknown.push(className);
    return place ?? 0;
  });
  if (unknown.length === 0) return labels;
  const shown = unknown.slice(0, 5).map(shortened).join(', ');
  // of a few, each is seen at once
  const near = unknown.length === 1 && known.length > 8 ? nearestWord(unknown[0], known) : undefined;
  throw inputError(
    'data.unknown-class',
    `${name}: the run knows no class ${shown}${unknown.length > 5 ? `, … (${unknown.length} in all)` : ''}${near ? `; did you mean ${near}?` : ''}; ` +
      `it was trained on ${shortened(known.join(', '))}`,
  );
}

/** The place of a class among those of a run: by its very name, or, where all are numbers, by the same number. */
export function classFinder(known: readonly string[]): (name: string) => number | undefined {
  const byName = new Map(known.map((name, k) => [name, k]));
  const numbers = known.map(Number);
  const byNumber = numbers.every(Number.isFinite)
    ? new Map(numbers.map((value, k) => [value, k]))
    : new Map<number, number>();
  return (name) => byName.get(name) ?? (name === '' ? undefined : byNumber.get(Number(name)));
}

function relabel(samples: Samples, labelOf: Uint16Array, classes: number): Samples {
  return { ...samples, classes, labels: Uint16Array.from(samples.labels, (label) => labelOf[label]) };
}

/**
 * Which samples lie outside the ranges that the run was trained on.
 * @returns by sample, and what to say of it: nothing where none does
 */
export function outsideRange(
  dataSet: DataSet,
  samples: Samples,
): { readonly outside: readonly boolean[]; readonly text?: string } {
  const { features: inAll, featureRange, trainedRange = featureRange } = dataSet;
  const ranges = featureRanges({ features: inAll, featureRange: trainedRange });
  const { count, features, values } = samples;
  const outside = new Array<boolean>(count).fill(false);
  let worst: { feature: number; value: number; beyond: number } | undefined;
  for (let s = 0; s < count; s++) {
    for (let f = 0; f < features; f++) {
      const value = values[s * features + f];
      const [low, high] = ranges[f];
      if (value >= low && value <= high) continue;
      outside[s] = true;
      const beyond = Math.max(low - value, value - high) / (high - low || 1);
      if (worst === undefined || beyond > worst.beyond) worst = { feature: f, value, beyond };
    }
  }
  if (worst === undefined) return { outside };
  const [low, high] = ranges[worst.feature];
  const name = dataSet.featureNames?.[worst.feature] ?? `feature ${worst.feature + 1}`;
  const number = (value: number) => Number(value.toPrecision(6));
  return {
    outside,
    text:
      `${dataSet.name}: ${outside.filter(Boolean).length} of ${count} samples lie outside the ranges of the training samples ` +
      `(${shortened(name)} is ${number(worst.value)}, it was ${number(low)} to ${number(high)}): their answers are extrapolated`,
  };
}

/** Text of a file in a message: cut, control characters escaped. */
export function shortened(text: string): string {
  return printableLine(text, MAX_SHOWN);
}

const MAX_SHOWN = 80;
