import { inputError } from '../../core/index.js';
import { forEachRow, placeIn, readNumber } from '../../records/tables/index.js';

/** Labelled rows of numbers out of CSV text. */
export interface CsvTable {
  /** Features a row. */
  readonly features: number;
  /** [rows], each [features] */
  readonly rows: readonly Float64Array[];
  /** [rows], as written. */
  readonly labels: readonly string[];
}

const labelNames: ReadonlySet<string> = new Set(['label', 'class', 'species']);
/** What programs write for a number that is none: such a cell belongs to data, not to a header. */
const notFinitePattern = /^[+-]?(nan|inf|infinity|na|null|-1\.#ind|1\.#inf)$/i;

/**
 * Reads rows of numeric features and one label, separated by commas, semicolons or tabs. The first row is a header if
 * one of its cells is `label`, `class` or `species`, or if none is a number. The label's column is the one of that
 * name, else the last.
 * @param bytes UTF-8 text
 * @param file name for messages
 * @throws {OhmpropError} `csv.*` naming file, line and column
 */
export function parseCsvTable(bytes: Uint8Array, file: string): CsvTable {
  const rows: Float64Array[] = [];
  const labels: string[] = [];
  let layout: Layout | undefined;
  const codes = { encoding: 'csv.encoding', syntax: 'csv.syntax' };
  forEachRow(bytes, { file, codes, remarks: 'nowhere' }, ({ cells, line }) => {
    if (layout === undefined) {
      layout = layoutOf(cells, line, file);
      if (layout.names) return;
    }
    if (cells.length !== layout.columns) {
      throw inputError(
        'csv.ragged',
        `${file}: line ${line} has ${cells.length} columns, line ${layout.line} has ${layout.columns}; every row needs as many`,
      );
    }
    const numbers = new Float64Array(layout.columns - 1);
    for (let c = 0, f = 0; c < cells.length; c++) {
      const name = layout.names?.[c];
      const where = () => placeIn(file, line, c + 1, name);
      if (c === layout.labelColumn) labels.push(readLabel(cells[c], where));
      else numbers[f++] = readFeature(cells[c], where);
    }
    rows.push(numbers);
  });
  if (layout === undefined || rows.length === 0) {
    const found = layout ? 'a header and no rows' : 'no rows';
    throw inputError(
      'csv.empty',
      `${file}: the file holds ${found}; rows of features and a label are needed`,
    );
  }
  return { features: layout.columns - 1, rows, labels };
}

/** What the first row says of all. */
interface Layout {
  readonly columns: number;
  readonly line: number;
  /** [columns]; absent without a header. */
  readonly names?: readonly string[];
  readonly labelColumn: number;
}

function layoutOf(cells: readonly string[], line: number, file: string): Layout {
  const names = headerOf(cells, line, file);
  const columns = cells.length;
  if (columns < 2) {
    throw inputError(
      'csv.columns',
      `${file}: line ${line} has one column; at least one feature and a label are needed, separated by "," ";" or a tab`,
    );
  }
  return { columns, line, labelColumn: labelColumnOf(names, columns, file), ...(names && { names }) };
}

function headerOf(cells: readonly string[], line: number, file: string): readonly string[] | undefined {
  // a number with a decimal comma is a wrong number, not a name
  const looksNumeric = (cell: string) => readNumber(cell, true) !== undefined || notFinitePattern.test(cell);
  const isHeader = cells.some((cell) => labelNames.has(cell.toLowerCase())) || !cells.some(looksNumeric);
  if (!isHeader) return undefined;
  const unnamed = cells.indexOf('');
  if (unnamed >= 0) {
    throw inputError(
      'csv.unnamed-column',
      `${placeIn(file, line, unnamed + 1)}: the header has no name here; name the column, or drop it if it only counts rows`,
    );
  }
  return cells;
}

function labelColumnOf(header: readonly string[] | undefined, columns: number, file: string): number {
  const named = (header ?? []).flatMap((name, c) => (labelNames.has(name.toLowerCase()) ? [c] : []));
  if (named.length > 1) {
    throw inputError(
      'csv.label-columns',
      `${file}: columns ${named.map((c) => `${c + 1} (${header?.[c]})`).join(' and ')} are both named like a label; rename all but one`,
    );
  }
  return named[0] ?? columns - 1;
}

function readLabel(cell: string, where: () => string): string {
  if (cell !== '') return cell;
  throw inputError('csv.empty-cell', `${where()}: the label is empty; name a class or drop the row`);
}

function readFeature(cell: string, where: () => string): number {
  if (cell === '') {
    throw inputError(
      'csv.empty-cell',
      `${where()}: the cell is empty; a number is needed, fill it in or drop the row`,
    );
  }
  const value = readNumber(cell);
  if (value !== undefined && Number.isFinite(value)) return value;
  if (value !== undefined || notFinitePattern.test(cell)) {
    throw inputError(
      'csv.not-finite',
      `${where()}: got ${cell}; a finite number is needed, fill it in or drop the row`,
    );
  }
  throw inputError(
    'csv.not-a-number',
    `${where()}: "${cell}" is not a number; features must be numbers like 5.1 or 2e-3`,
  );
}
