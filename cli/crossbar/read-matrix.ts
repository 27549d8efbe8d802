import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { inputError } from '../../core/index.js';
import { decodeNpy } from '../../records/index.js';

/** Numbers from a file, row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** What the text of one CSV field is worth; undefined if it is nothing. */
export type ReadField = (text: string) => number | undefined;

const NPY_MAGIC = 0x93;

/**
 * Reads a matrix from CSV (comma, semicolon or tab) or NPY. One axis in NPY is one column.
 * @param needed what a field has to be: `a voltage in V is needed`
 * @throws OhmpropError `crossbar.file`, with row and column counting from 0
 */
export function readMatrix(file: string, what: string, readField: ReadField, needed: string): Matrix {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw inputError('crossbar.file', `${what}: ${file} cannot be read (${(cause as Error).message})`, cause);
  }
  const matrix =
    bytes[0] === NPY_MAGIC ? fromNpy(bytes, file, what) : fromCsv(bytes, file, what, readField, needed);
  if (matrix.values.length === 0) {
    throw inputError(
      'crossbar.file',
      `${what}: ${file} is empty: there is nothing at row 0, column 0; give one line a row`,
    );
  }
  return matrix;
}

function fromNpy(bytes: Uint8Array, file: string, what: string): Matrix {
  const { shape, data } = decodeNpy(bytes, file);
  if (shape.length < 1 || shape.length > 2) {
    throw inputError('crossbar.file', `${what}: ${file} has ${shape.length} axes; one or two are needed`);
  }
  return { rows: shape[0], columns: shape[1] ?? 1, values: Float64Array.from(data) };
}

function fromCsv(bytes: Buffer, file: string, what: string, readField: ReadField, needed: string): Matrix {
  const text = bytes.toString('utf8');
  const delimiter = [',', ';', '\t'].find((mark) => text.includes(mark)) ?? ',';
  let records: string[][];
  try {
    records = parse(text, {
      delimiter,
      bom: true,
      trim: true,
      comment: '#',
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch (cause) {
    throw inputError('crossbar.file', `${what}: ${file}: ${(cause as Error).message}`, cause);
  }
  const columns = records[0]?.length ?? 0;
  const values = new Float64Array(records.length * columns);
  for (const [i, record] of records.entries()) {
    if (record.length !== columns) {
      throw inputError(
        'crossbar.file',
        `${what}: ${file}, row ${i} (from 0): got ${record.length} columns, row 0 has ${columns}; ${record.length < columns ? `column ${record.length} is missing` : `column ${columns} is one too many`}`,
      );
    }
    for (const [j, field] of record.entries()) {
      const value = readField(field);
      if (value === undefined) {
        throw inputError(
          'crossbar.file',
          `${what}: ${file}, row ${i}, column ${j} (from 0): got "${field}"; ${needed} (no header line)`,
        );
      }
      values[i * columns + j] = value;
    }
  }
  return { rows: records.length, columns, values };
}

/** A plain finite number. */
export function readNumber(text: string): number | undefined {
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const openWords = new Set(['', 'open', 'inf', '+inf', 'infinity']);

/** Conductances from a file of conductances [S] or resistances [Ω]; open and shorted cells by word. */
export function readCells(file: string, kind: 'conductances' | 'resistances', short_ohm: number): Matrix {
  const short_S = 1 / short_ohm;
  // words are marked by values that no cell has, so that numbers of both kinds of file go one way
  const SHORT = Number.NEGATIVE_INFINITY;
  const OPEN = Number.POSITIVE_INFINITY;
  const readCell: ReadField = (text) => {
    const word = text.toLowerCase();
    if (openWords.has(word)) return OPEN;
    return word === 'short' ? SHORT : readNumber(text);
  };
  const unit = kind === 'conductances' ? 'S' : 'Ω';
  const matrix = readMatrix(file, `--${kind}`, readCell, `a cell is a number in ${unit}, open, or short`);
  const values = matrix.values.map((value, k) => {
    if (value === OPEN) return 0;
    if (value === SHORT) return short_S;
    if (!(value >= 0)) {
      throw inputError(
        'crossbar.conductance',
        `--${kind}: ${file}, row ${Math.floor(k / matrix.columns)}, column ${k % matrix.columns} (from 0): got ${value}; a cell is a number of 0 or more, open, or short`,
      );
    }
    if (kind === 'conductances') return value;
    return value === 0 ? short_S : 1 / value;
  });
  return { ...matrix, values };
}
