import { inputError, printableLine, quoted } from '../../core/index.js';
import { forEachRow, readNumber, type TablePlace, tableError } from '../../records/tables/index.js';
import { type ColumnOptions, type Columns, columnsOf, notFinitePattern } from './csv-columns.js';
import { WordCells } from './word-cells.js';

/** Rows of numbers out of CSV text, with their labels. */
export interface CsvTable {
  /** Features a row. */
  readonly features: number;
  /** [rows], each [features] */
  readonly rows: readonly Float64Array[];
  /** [rows], as written; '' where there is no column of labels. */
  readonly labels: readonly string[];
  /** [rows], each [targets], where numbers are asked for. */
  readonly targets: readonly Float64Array[];
  readonly columns: Columns;
  /** [rows], each [columns of the file], as written; only where asked for. */
  readonly cells: readonly (readonly string[])[];
}

/** How a table is read. */
export interface CsvTableOptions extends ColumnOptions {
  /** Keep the cells of every row, to be written again. */
  readonly keepCells?: boolean;
}

/**
 * Reads rows of numeric features and one label, separated by commas, semicolons or tabs; which column is which: `columnsOf`.
 * @param bytes UTF-8 text
 * @param file name for messages
 * @throws {OhmpropError} `csv.*` naming file, line and column
 */
export function parseCsvTable(bytes: Uint8Array, file: string, options: CsvTableOptions = {}): CsvTable {
  const rows: Float64Array[] = [];
  const labels: string[] = [];
  const targets: Float64Array[] = [];
  const kept: (readonly string[])[] = [];
  const words = new WordCells();
  let columns: Columns | undefined;
  const codes = { encoding: 'csv.encoding', syntax: 'csv.syntax' };
  forEachRow(bytes, { file, codes, remarks: 'nowhere' }, ({ cells, line }) => {
    if (columns === undefined) {
      columns = columnsOf(cells, line, file, options);
      if (columns.names) return;
    }
    const { count, names, features, label } = columns;
    if (cells.length !== count) {
      throw inputError(
        'csv.ragged',
        `${file}: line ${line} has ${cells.length} columns, line ${columns.line} has ${count}; every row needs as many`,
        undefined,
        { file, line },
      );
    }
    const where = (c: number): TablePlace => ({ file, line, column: c + 1, name: names?.[c] });
    // a label may be empty where it is not asked for
    labels.push(
      label === undefined
        ? ''
        : options.unlabelled
          ? cells[label.index]
          : readLabel(cells[label.index], () => where(label.index)),
    );
    const numbers = new Float64Array(features.length);
    for (const [f, c] of features.entries()) {
      numbers[f] = words.read(c, cells[c], () => readCell(cells[c], () => where(c), 'features'));
    }
    rows.push(numbers);
    if (columns.targets !== undefined) {
      const read = (c: number) =>
        words.read(c, cells[c], () => readCell(cells[c], () => where(c), 'targets'));
      targets.push(Float64Array.from(columns.targets, read));
    }
    if (options.keepCells) kept.push(cells);
  });
  if (columns === undefined || rows.length === 0) {
    const found = columns ? 'a header and no rows' : 'no rows';
    throw inputError(
      'csv.empty',
      `${file}: the file holds ${found}; rows of features${options.unlabelled ? '' : ' and a label'} are needed`,
    );
  }
  words.requireNone(file, rows.length, columns);
  return { features: columns.features.length, rows, labels, targets, columns, cells: kept };
}

function readLabel(cell: string, where: () => TablePlace): string {
  if (cell !== '') return cell;
  throw tableError('csv.empty-cell', where(), 'the label is empty; name a class or drop the row');
}

function readCell(cell: string, where: () => TablePlace, what: 'features' | 'targets'): number {
  if (cell === '') {
    throw tableError(
      'csv.empty-cell',
      where(),
      'the cell is empty; a number is needed, fill it in or drop the row',
    );
  }
  const value = readNumber(cell);
  if (value !== undefined && Number.isFinite(value)) return value;
  if (value !== undefined || notFinitePattern.test(cell)) {
    throw tableError(
      'csv.not-finite',
      where(),
      `got ${printableLine(cell, 80)}; a finite number is needed, fill it in or drop the row`,
    );
  }
  throw tableError(
    'csv.not-a-number',
    where(),
    `${quoted(cell)} is not a number; ${what} must be numbers like 5.1 or 2e-3`,
  );
}
