import { inputError } from '../../core/index.js';
import { parseCsvTable } from './csv-table.js';
import type { DataSet, Range, Samples } from './data-set.js';
import { readSourceFile, unpack } from './source-file.js';
import { stratifiedSplit } from './stratified-split.js';

/** Labels are stored in 16 bits. */
const mostClasses = 2 ** 16;

/**
 * A data set out of a CSV file (plain or gzip), split class by class by the stream `split` of `seed`. The declared
 * range of a feature is the one that the training samples show.
 * @param testShare of each class that goes to the test set (at least one sample of a class that has two)
 * @throws {OhmpropError} `csv.*`, `data.*`
 */
export async function csv(
  file: string,
  { seed, testShare = 0.2, signal }: { seed: number; testShare?: number; signal?: AbortSignal },
): Promise<DataSet> {
  const { bytes, source } = await readSourceFile(file, signal);
  const table = parseCsvTable(await unpack(bytes, file), file);
  const classNames = orderClasses(table.labels);
  checkClasses(classNames, table.labels.length, file);
  const classOf = new Map(classNames.map((name, k) => [name, k]));
  const { features } = table;
  const values = new Float64Array(table.rows.length * features);
  table.rows.forEach((row, i) => {
    values.set(row, i * features);
  });
  const all: Samples = {
    count: table.rows.length,
    features,
    classes: classNames.length,
    values,
    labels: Uint16Array.from(table.labels, (label) => classOf.get(label) ?? 0),
  };
  const { train, test } = stratifiedSplit(all, seed, (n) =>
    n < 2 ? 0 : Math.max(1, Math.round(testShare * n)),
  );
  if (test.count === 0) {
    throw inputError(
      'csv.too-few',
      `${file}: no class has two samples, so none can be kept for testing; give more samples of each class`,
    );
  }
  return {
    name: `csv:${file}`,
    features,
    classes: classNames.length,
    classNames,
    featureRange: measureRanges(train),
    train,
    test,
    sources: [source],
  };
}

/** Numbers by size, words as they first appear. */
function orderClasses(labels: readonly string[]): string[] {
  const names = [...new Set(labels)];
  return names.every((name) => Number.isFinite(Number(name)))
    ? names.sort((a, b) => Number(a) - Number(b))
    : names;
}

function checkClasses(names: readonly string[], samples: number, file: string): void {
  if (names.length < 2) {
    throw inputError('csv.classes', `${file}: every label is "${names[0]}"; at least two classes are needed`);
  }
  if (names.length > mostClasses || (samples >= 20 && names.length > samples / 2)) {
    throw inputError(
      'csv.classes',
      `${file}: ${samples} samples have ${names.length} different labels; this looks like a measured quantity, not a class: ` +
        'put the label last or name its column "label"',
    );
  }
}

function measureRanges({ count, features, values }: Samples): Range[] {
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
