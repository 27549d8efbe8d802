import { type CsvTable, parseCsvTable } from './csv-table.js';
import type { DataSet, Samples } from './data-set.js';
import type { KnownData } from './known-data.js';
import { dataSetOf, type SplitOptions } from './labelled-rows.js';
import { readSourceFile, unpack } from './source-file.js';

/**
 * A data set out of a CSV file (plain or gzip), split class by class by the stream `split` of `seed`. The declared
 * range of a feature is the one that the training samples show.
 * @throws {OhmpropError} `csv.*`, `data.*`
 */
export async function csv(file: string, options: SplitOptions & { signal?: AbortSignal }): Promise<DataSet> {
  const { signal, known, targets } = options;
  const { bytes, source } = await readSourceFile(file, signal);
  const table = parseCsvTable(await unpack(bytes, file), file, {
    ...(known && { known }),
    ...(targets && { targets }),
  });
  const { names, features, label, remarks } = table.columns;
  return dataSetOf(
    {
      name: `csv:${file}`,
      features: table.features,
      values: valuesOf(table),
      labels: table.labels,
      ...(names && { featureNames: features.map((c) => names[c]) }),
      ...(label && { labelColumn: label }),
      ...(table.columns.targets && {
        targets: {
          names: table.columns.targets.map((c) => names?.[c] ?? `column_${c + 1}`),
          values: Float64Array.from(table.targets.flatMap((row) => [...row])),
        },
      }),
      sources: [source],
      remarks,
    },
    options,
  );
}

/** Rows of a CSV file to be predicted: with all their own cells, labels or none. */
export async function csvRows(file: string, known: KnownData, signal?: AbortSignal): Promise<UnlabelledRows> {
  const { bytes } = await readSourceFile(file, signal);
  const options = { known, unlabelled: true, keepCells: true };
  const table = parseCsvTable(await unpack(bytes, file), file, options);
  const { names, count, label } = table.columns;
  return {
    columns: names ?? Array.from({ length: count }, (_, c) => `column_${c + 1}`),
    cells: table.cells,
    samples: {
      count: table.rows.length,
      features: table.features,
      classes: known.classNames.length,
      values: valuesOf(table),
      labels: new Uint16Array(table.rows.length),
    },
    ...(label && { labels: table.labels }),
    remarks: table.columns.remarks,
  };
}

/** Samples whose classes are asked for, with what stood beside them. */
export interface UnlabelledRows {
  /** Names of the file's own columns. */
  readonly columns: readonly string[];
  /** [rows], each [columns], as written. */
  readonly cells: readonly (readonly string[])[];
  /** Their labels mean nothing. */
  readonly samples: Samples;
  /** [rows], as written, where there is a column of labels. */
  readonly labels?: readonly string[];
  /** To be told: columns that are not used, or taken by place. */
  readonly remarks?: readonly string[];
}

function valuesOf({ rows, features }: CsvTable): Float64Array {
  const values = new Float64Array(rows.length * features);
  for (const [i, row] of rows.entries()) values.set(row, i * features);
  return values;
}
