import { inputError } from '../../core/index.js';
import type { DataSet, LabelColumn, Range, Samples, SourceFile } from './data-set.js';
import { measureRanges, noSamples, pickSamples } from './data-set.js';
import { classFinder, type KnownData, presentAs, shortened } from './known-data.js';
import { identitiesOf, type Part, partFinder } from './sample-identities.js';
import { splitOrder, stratifiedSplit } from './stratified-split.js';

/** Rows of a user's own file: which of them are for testing it does not say. */
export interface LabelledRows {
  /** Specification of the data, for messages. */
  readonly name: string;
  readonly features: number;
  /** Row-major [rows × features]. */
  readonly values: Samples['values'];
  /** [rows], as written. */
  readonly labels: readonly string[];
  /** In their order, where the file says them. */
  readonly classNames?: readonly string[];
  readonly featureNames?: readonly string[];
  readonly labelColumn?: LabelColumn;
  /** Numbers that are asked for in place of classes, row-major [rows × names]. */
  readonly targets?: { readonly names: readonly string[]; readonly values: Float64Array };
  readonly imageShape?: readonly [rows: number, columns: number];
  /** The range of every feature that the file declares; else that of the training samples. */
  readonly featureRange?: Range;
  readonly sources: readonly SourceFile[];
  readonly remarks?: readonly string[];
}

/** What rows are for: split by us, all for training, or all for testing. */
export type Use = 'split' | 'train' | 'test';

/** How rows become a data set. */
export interface SplitOptions {
  /** Of the stream `split`. */
  readonly seed: number;
  readonly use?: Use;
  /** Of each class that goes to the test set; at least one sample of a class that has two. */
  readonly testShare?: number;
  /** What a run knows: rows that it trained on are not tested. */
  readonly known?: KnownData;
  /** Columns of numbers that are asked for in place of a class, by name or by place from 1; none for the last one. */
  readonly targets?: readonly string[];
}

/** Labels are stored in 16 bits. */
const MAX_CLASSES = 2 ** 16;

/**
 * A data set of a user's rows. Where they are split, each class gives its share to the test set; a file that changed since a
 * run split it keeps every row where it was, and new ones are for training.
 * @throws {OhmpropError} `csv.classes`, `csv.too-few`, `data.*`
 */
export function dataSetOf(rows: LabelledRows, options: SplitOptions): DataSet {
  const { name, features, values, labels, sources } = rows;
  const { known, use = 'split' } = options;
  const ordered = rows.classNames ?? orderClasses(labels);
  if (known === undefined && rows.targets === undefined) checkClasses(ordered, labels, name);
  const classOf = classFinder(ordered);
  const all: Samples = {
    count: labels.length,
    features,
    classes: ordered.length,
    values,
    labels: Uint16Array.from(labels, (label) => classOf(label) ?? 0),
    ...(rows.targets && { targets: rows.targets.values }),
  };
  const { featureNames, labelColumn, imageShape } = rows;
  const whole: DataSet = {
    name,
    features,
    classes: ordered.length,
    classNames: ordered,
    featureRange: rows.featureRange ?? [],
    ...(featureNames && { featureNames }),
    ...(labelColumn && { labelColumn }),
    ...(imageShape && { imageShape }),
    train: all,
    test: noSamples(all),
    splitDrawn: true,
    sources,
    remarks: [...(rows.remarks ?? []), ...takenTogether(labels, ordered, name)],
  };
  const presented = known === undefined ? whole : presentAs(whole, known);
  const parts = divide(presented, use, options);
  const ranges =
    known?.featureRange ?? rows.featureRange ?? measuredRange(parts.train, imageShape !== undefined);
  if (rows.targets === undefined) return { ...presented, ...parts, featureRange: ranges };
  const { names } = rows.targets;
  const asked = parts.train.targets ?? new Float64Array(0);
  const shown = measureRanges({ ...parts.train, features: names.length, values: asked });
  return {
    ...presented,
    ...parts,
    featureRange: ranges,
    targets: known?.targets ?? { names, ranges: shown },
  };
}

/** Numbers by size, words as they first appear. Numbers that are written in two ways are one class. */
function orderClasses(labels: readonly string[]): string[] {
  const names = [...new Set(labels)];
  if (!names.every((name) => Number.isFinite(Number(name)))) return names;
  const byValue = new Map<number, string>();
  for (const name of names) if (!byValue.has(Number(name))) byValue.set(Number(name), name);
  return [...byValue.keys()].sort((a, b) => a - b).map((value) => byValue.get(value) ?? '');
}

function takenTogether(labels: readonly string[], classNames: readonly string[], name: string): string[] {
  const written = new Set(labels);
  for (const className of classNames) written.delete(className);
  if (written.size === 0) return [];
  const [other] = written;
  const as = classNames[classFinder(classNames)(other) ?? 0];
  return [
    `${name}: labels ${shortened(as)} and ${shortened(other)} are one number and are taken for one class`,
  ];
}

function checkClasses(names: readonly string[], labels: readonly string[], name: string): void {
  const samples = labels.length;
  const file = name.slice(name.indexOf(':') + 1);
  const written = new Set(labels);
  if (names.length < 2 && written.size > 1) {
    throw inputError(
      'csv.classes',
      `${file}: labels ${shortened([...written].join(', '))} are one number and are taken for one class; at least two classes are needed, write them as words (c${[...written].slice(0, 2).join(', c')}) if they are`,
    );
  }
  if (names.length < 2) {
    throw inputError(
      'csv.classes',
      `${file}: every label is "${shortened(names[0] ?? '')}"; at least two classes are needed`,
    );
  }
  if (names.length > MAX_CLASSES || (samples >= 20 && names.length > samples / 2)) {
    throw inputError(
      'csv.classes',
      `${file}: ${samples} samples have ${names.length} different labels; this looks like a measured quantity, not a class: ` +
        'put the label last or name its column "label"',
    );
  }
}

type Parts = Pick<DataSet, 'train' | 'validation' | 'test'> & Partial<Pick<DataSet, 'remarks'>>;

function divide(dataSet: DataSet, use: Use, options: SplitOptions): Parts {
  const { seed, testShare = 0.2, known } = options;
  const { train: all, test: none, name } = dataSet;
  const split = known?.split;
  const same = sameSources(dataSet.sources, known?.sources);
  if (use === 'train') return { train: stratifiedSplit(all, seed, () => 0).train, test: none };
  if (use === 'test' && !(same && split !== undefined && split.test.length > 0)) {
    return { train: none, test: all, ...trainedAmong(dataSet, all, split) };
  }
  if (!same && split !== undefined) return divideAsBefore(dataSet, split, seed);
  const parts = stratifiedSplit(all, seed, (n) => (n < 2 ? 0 : Math.max(1, Math.round(testShare * n))));
  if (parts.test.count === 0) {
    throw inputError(
      'csv.too-few',
      `${name.slice(name.indexOf(':') + 1)}: ${all.targets ? 'there are not two samples' : 'no class has two samples'}, so none can be kept for testing; give more samples${all.targets ? '' : ' of each class'}`,
    );
  }
  if (use === 'split') return parts;
  return {
    ...parts,
    remarks: [
      ...(dataSet.remarks ?? []),
      `${name} is what the run was trained on: its ${parts.test.count} samples kept for testing are tested, not all ${all.count}`,
    ],
  };
}

function divideAsBefore(dataSet: DataSet, split: NonNullable<KnownData['split']>, seed: number): Parts {
  const { train: all, classNames, name } = dataSet;
  const identities = identitiesOf(all, classNames);
  const partOf = partFinder(split);
  const indices: Record<Part, number[]> = { train: [], validation: [], test: [] };
  for (const index of splitOrder(all.count, seed)) indices[partOf(identities[index])].push(index);
  if (indices.test.length === 0) {
    throw inputError(
      'data.no-test-left',
      `${name}: none of the ${split.test.length} rows that the run kept for testing is in the file any more; give it as it was, ` +
        'or, to test another file whole, under another name (--data)',
    );
  }
  const parts = { train: pickSamples(all, indices.train), test: pickSamples(all, indices.test) };
  const lost = split.test.length - parts.test.count;
  return {
    ...parts,
    ...(split.validation.length > 0 && { validation: pickSamples(all, indices.validation) }),
    ...(lost > 0 && {
      remarks: [
        ...(dataSet.remarks ?? []),
        `${name}: ${lost} of the ${split.test.length} rows kept for testing are no longer in the file`,
      ],
    }),
  };
}

/** Rows of a file to be tested whole that the run has learnt by heart. */
function trainedAmong(
  dataSet: DataSet,
  all: Samples,
  split: KnownData['split'],
): Partial<Pick<DataSet, 'remarks'>> {
  if (split === undefined) return {};
  const trained = new Set(Array.from(split.train));
  const count = identitiesOf(all, dataSet.classNames).filter((identity) => trained.has(identity)).length;
  if (count === 0) return {};
  return {
    remarks: [
      ...(dataSet.remarks ?? []),
      `${dataSet.name}: ${count} of its ${all.count} samples are among those that the run was trained on`,
    ],
  };
}

/** Whether data were read from files of the very same content. */
export function sameSources(
  now: readonly SourceFile[],
  then: readonly Pick<SourceFile, 'sha256'>[] | undefined,
): boolean {
  return (
    then !== undefined &&
    now.length === then.length &&
    now.every(({ sha256 }, k) => sha256 === then[k].sha256)
  );
}

/** Of an image's pixels all together: one that never changes would else be amplified without bound. */
function measuredRange(train: Samples, isImage: boolean): Range | readonly Range[] {
  const ranges = measureRanges(train);
  if (!isImage) return ranges;
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}
