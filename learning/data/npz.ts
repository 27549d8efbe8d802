import { inputError } from '../../core/index.js';
import type { MixedArray } from '../../records/index.js';
import type { UnlabelledRows } from './csv.js';
import type { DataSet, Range, Samples } from './data-set.js';
import { type KnownData, knownData, presentAs, shortened } from './known-data.js';
import { dataSetOf, type LabelledRows, type SplitOptions, sameSources } from './labelled-rows.js';
import { numbersOf } from './npz-targets.js';
import { readNamedArrays } from './platform.js';

const members = ['x', 'y', 'x_test', 'y_test', 'classes', 'targets'] as const;

/** Arrays of a file by name; what is not there is absent. */
type Arrays = Partial<Record<(typeof members)[number], MixedArray>>;

/**
 * A data set out of a NumPy archive: `x` [samples × features] or, of images, [samples × rows × columns]; `y` [samples], class
 * names or numbers; perhaps `x_test` and `y_test`, else split as a CSV file is; perhaps `classes`, the names of the numbers. Where
 * numbers are asked for, `y` is [samples] or [samples × columns] of them; perhaps `targets`, the names of these columns.
 * @throws {OhmpropError} `npz.*`, `npy.*`, `data.*`
 */
export async function npz(file: string, options: SplitOptions & { signal?: AbortSignal }): Promise<DataSet> {
  const { arrays, source } = await read(file, options.signal);
  const { known } = options;
  // all columns of a run's file are those by name of another
  const targets = options.targets?.length === 0 ? (known?.targets?.names ?? []) : options.targets;
  const train = partOf(arrays, 'x', 'y', file, targets);
  const rows = { name: `npz:${file}`, sources: [source] };
  if (arrays.x_test === undefined && arrays.y_test === undefined) {
    return dataSetOf({ ...rows, ...train }, options);
  }
  const test = partOf(arrays, 'x_test', 'y_test', file, targets);
  const ofRun = sameSources(rows.sources, known?.sources);
  // Another file is tested whole.
  if (options.use === 'test' && !ofRun) {
    const count = train.labels.length + test.labels.length;
    const remark = `${rows.name}: x and x_test are tested together, ${count} samples`;
    const labels = [...train.labels, ...test.labels];
    const values = bothValues(train, test, file);
    const both = { ...rows, ...train, values, labels, remarks: [remark], ...bothTargets(train, test) };
    return dataSetOf(both, options);
  }
  const first = dataSetOf({ ...rows, ...train }, { ...options, use: 'train' });
  // in the file's own order: who split the file shuffled it, or meant it so
  const asTrained: KnownData = known ?? knownData(first);
  const whole = (part: typeof train) =>
    dataSetOf({ ...rows, ...part }, { ...options, known: asTrained, use: 'test' }).test;
  const { splitDrawn: _, ...said } = first;
  const dataSet = { ...said, train: whole(train), test: whole(test), ...tested(options, rows.name, test) };
  return known === undefined ? dataSet : presentAs(dataSet, known);
}

/** What to say where a run's own file is to be tested. */
function tested({ use }: SplitOptions, name: string, { labels }: Pick<LabelledRows, 'labels'>) {
  if (use !== 'test') return {};
  return {
    remarks: [`${name} is what the run was trained on: only its ${labels.length} samples x_test are tested`],
  };
}

/** Numbers of two parts, one after the other. */
function bothTargets(first: Pick<LabelledRows, 'targets'>, second: Pick<LabelledRows, 'targets'>) {
  if (first.targets === undefined || second.targets === undefined) return {};
  const values = Float64Array.from([...first.targets.values, ...second.targets.values]);
  return { targets: { names: first.targets.names, values } };
}

/** Values of two parts, one after the other. */
function bothValues(
  first: Pick<LabelledRows, 'features' | 'values'>,
  second: Pick<LabelledRows, 'features' | 'values'>,
  file: string,
): Samples['values'] {
  if (first.features !== second.features) {
    throw inputError(
      'npz.shape',
      `${file}: x has ${first.features} features a sample, x_test ${second.features}`,
    );
  }
  const length = first.values.length + second.values.length;
  const alike = first.values.constructor === second.values.constructor;
  const values = alike
    ? new (first.values.constructor as Float64ArrayConstructor)(length)
    : new Float64Array(length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  return values;
}

/** Rows of an archive to be predicted: all of `x`, then all of `x_test` where there is one. */
export async function npzRows(file: string, known: KnownData, signal?: AbortSignal): Promise<UnlabelledRows> {
  const { arrays } = await read(file, signal);
  const x = inputsOf(arrays.x, 'x', file);
  const more = arrays.x_test === undefined ? undefined : inputsOf(arrays.x_test, 'x_test', file);
  const { features } = x;
  const values = more === undefined ? x.values : bothValues(x, more, file);
  if (known.features !== undefined && features !== known.features) {
    throw inputError(
      'npz.shape',
      `${file}: x has ${features} features a sample, the run was trained on ${known.features}`,
    );
  }
  const counts = [x.shape[0], more?.shape[0] ?? 0];
  const count = counts[0] + counts[1];
  const cells = counts.flatMap((rows, k) =>
    Array.from({ length: rows }, (_, row) => [...(more ? [['x', 'x_test'][k]] : []), String(row)]),
  );
  return {
    columns: more ? ['array', 'row'] : ['row'],
    cells,
    samples: { count, features, classes: known.classNames.length, values, labels: new Uint16Array(count) },
  };
}

async function read(file: string, signal: AbortSignal | undefined) {
  const { arrays, source, others } = await readNamedArrays(file, members, signal);
  if (arrays.x === undefined) {
    throw inputError(
      'npz.missing',
      `${file}: there is no array x${others.length === 0 ? '' : ` (it has ${shortened(others.join(', '))})`}; save it with numpy.savez(file, x=…, y=…)`,
    );
  }
  return { arrays: arrays as Arrays, source };
}

function partOf(
  arrays: Arrays,
  x: 'x' | 'x_test',
  y: 'y' | 'y_test',
  file: string,
  asked: readonly string[] | undefined,
): Omit<LabelledRows, 'name' | 'sources'> {
  const { values, features, shape } = inputsOf(arrays[x], x, file);
  const targets = asked && numbersOf(arrays[y], y, arrays.targets?.texts, asked, file);
  const classNames = targets ? undefined : textsOf(arrays.classes, 'classes', file);
  const labels = targets
    ? Array.from({ length: targets.count }, () => '')
    : labelsOf(arrays[y], y, classNames, file);
  if (labels.length !== shape[0]) {
    throw inputError(
      'npz.shape',
      `${file}: ${x} has ${shape[0]} samples, ${y} has ${labels.length} ${targets ? 'rows of numbers' : 'labels'}`,
    );
  }
  const images = shape.length === 3;
  const bytes: Range | undefined = images && values instanceof Uint8Array ? [0, 255] : undefined;
  return {
    features,
    values,
    labels,
    ...(targets && { targets }),
    ...(classNames && { classNames }),
    ...(images && { imageShape: [shape[1], shape[2]] as const }),
    ...(bytes && { featureRange: bytes }),
  };
}

function inputsOf(array: MixedArray | undefined, name: string, file: string) {
  if (array === undefined || array.data === undefined) {
    throw inputError('npz.missing', `${file}: ${name} must be an array of numbers, [samples × features]`);
  }
  const { shape, data } = array;
  if ((shape.length !== 2 && shape.length !== 3) || shape.includes(0)) {
    throw inputError(
      'npz.shape',
      `${file}: ${name} must be [samples × features] or, of images, [samples × rows × columns], got (${shape.join(', ')})`,
    );
  }
  const features = shape[1] * (shape[2] ?? 1);
  const values =
    data instanceof Uint8Array || data instanceof Float32Array || data instanceof Float64Array
      ? data
      : Float64Array.from(data);
  const wrong = values.findIndex((value: number) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw inputError(
      'npz.not-finite',
      `${file}: ${name}[${Math.floor(wrong / features)}, ${wrong % features}] is ${values[wrong]}; finite numbers are needed`,
    );
  }
  return { values, features, shape };
}

/** The class of every sample, by name. */
function labelsOf(
  array: MixedArray | undefined,
  name: string,
  classNames: readonly string[] | undefined,
  file: string,
): readonly string[] {
  const written = textsOf(array, name, file);
  if (written === undefined) throw inputError('npz.missing', `${file}: there is no array ${name} of labels`);
  if (classNames === undefined) return written;
  // numbers count the classes, texts name them
  return written.map((label, k) => {
    if (classNames.includes(label)) return label;
    const named = array?.texts === undefined ? classNames[Number(label)] : undefined;
    if (named !== undefined) return named;
    throw inputError(
      'npz.label',
      `${file}: ${name}[${k}] is ${shortened(label)}, which is none of the ${classNames.length} classes`,
    );
  });
}

function textsOf(array: MixedArray | undefined, name: string, file: string): readonly string[] | undefined {
  if (array === undefined) return undefined;
  if (array.texts !== undefined) return array.texts;
  if (array.shape.length !== 1) {
    throw inputError(
      'npz.shape',
      `${file}: ${name} must have one axis, got (${array.shape.join(', ')}); of one-hot labels take numpy.argmax(…, axis=1), or name columns of numbers that are to be learned with --targets`,
    );
  }
  const fraction = array.data?.findIndex((value: number) => !Number.isInteger(value)) ?? -1;
  if (fraction >= 0) {
    throw inputError(
      'npz.label',
      `${file}: ${name}[${fraction}] is ${array.data?.[fraction]}; labels are whole numbers or texts; numbers that are to be learned are named with --targets, or asked for by --cost regression`,
    );
  }
  return Array.from(array.data ?? [], String);
}
