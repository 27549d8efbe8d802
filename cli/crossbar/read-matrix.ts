import { inputError, OhmpropError, quoted } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import type { ShapedArray } from '../../records/index.js';
import { readQuantityCell, readRows, type TableRow } from '../../records/tables/index.js';
import type { Io } from '../io.js';

/** Numbers from a file, row-major. */
export interface Matrix {
  /** Matrices one after another, where a file of three axes may be given; else 1. */
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** What the text of one CSV field is worth; undefined if it is nothing. Where commas do not separate, they may be decimal ones. */
export type ReadField = (text: string, decimalComma: boolean) => number | undefined;

const NPY_MAGIC = 0x93;
/** 16,000 × 16,000 doubles; more than a crossbar that is solved here. */
const MAX_FILE_BYTES = 2 ** 31;

/** `W.npz:name`: one array of a file of several. */
const inArchive = /^(.+\.npz):([^:]+)$/;

/**
 * Reads a matrix from CSV (comma, semicolon or tab), NPY or an array of an NPZ (`W.npz:name`). One axis in NPY is one column.
 * @param axes the most axes that an array may have: three for a stack of matrices
 * @param needed what a field has to be: `a voltage in V is needed`
 * @throws OhmpropError `crossbar.file`, with row and column counting from 0
 */
export async function readMatrix(
  file: string,
  what: string,
  readField: ReadField,
  needed: string,
  axes: 2 | 3 = 2,
): Promise<Matrix> {
  const [, archive, name] = inArchive.exec(file) ?? [];
  if (archive !== undefined && name !== undefined) {
    const { readNpz } = await import('../../records/index.js');
    const arrays = await readNpz(archive, { names: [name] });
    if (arrays[name] === undefined) {
      const all = Object.keys(await readNpz(archive));
      throw inputError(
        'crossbar.file',
        `${what}: ${archive} has no array ${quoted(name)}; it has ${all.map(quoted).join(', ')}`,
      );
    }
    return requireNumbers(shaped(arrays[name], file, what, axes), file, what);
  }
  let bytes: Uint8Array;
  try {
    bytes = await readRegularFile(file, { most_bytes: MAX_FILE_BYTES });
  } catch (cause) {
    throw inputError('crossbar.file', `${what}: ${file} cannot be read (${(cause as Error).message})`, cause);
  }
  const matrix =
    bytes[0] === NPY_MAGIC
      ? await fromNpy(bytes, file, what, axes)
      : fromCsv(bytes, file, what, readField, needed);
  return requireNumbers(matrix, file, what);
}

function requireNumbers(matrix: Matrix, file: string, what: string): Matrix {
  if (matrix.values.length === 0) {
    throw inputError(
      'crossbar.file',
      `${what}: ${file} is empty: there is nothing at row 0, column 0; give one line a row`,
    );
  }
  return matrix;
}

async function fromNpy(bytes: Uint8Array, file: string, what: string, axes: 2 | 3): Promise<Matrix> {
  const { decodeNpy } = await import('../../records/index.js');
  return shaped(decodeNpy(bytes, file), file, what, axes);
}

function shaped({ shape, data }: ShapedArray, file: string, what: string, axes: 2 | 3): Matrix {
  if (shape.length < 1 || shape.length > axes) {
    throw inputError(
      'crossbar.file',
      `${what}: ${file} has ${shape.length} axes; ${axes === 2 ? 'one or two are needed' : 'rows × columns, or arrays × rows × columns, are needed'}`,
    );
  }
  const values = Float64Array.from(data);
  if (shape.length === 3) return { count: shape[0], rows: shape[1], columns: shape[2], values };
  return { count: 1, rows: shape[0], columns: shape[1] ?? 1, values };
}

function fromCsv(
  bytes: Uint8Array,
  file: string,
  what: string,
  readField: ReadField,
  needed: string,
): Matrix {
  const { rows, delimiter } = readRows(bytes, {
    file: `${what}: ${file}`,
    path: file,
    decimalComma: true,
    codes: { encoding: 'crossbar.file', syntax: 'crossbar.file' },
    notText: 'the file is neither CSV in UTF-8 nor NPY; numpy.save writes NPY',
    remarks: 'anywhere',
  });
  const columns = rows[0]?.cells.length ?? 0;
  const values = new Float64Array(rows.length * columns);
  for (const [i, { cells, line }] of rows.entries()) {
    const row = `${what}: ${file}, line ${line}: row ${i}`;
    if (cells.length !== columns) {
      throw inputError(
        'crossbar.file',
        `${row} (from 0): got ${cells.length} columns, row 0 has ${columns}; ${cells.length < columns ? `column ${cells.length} is missing` : `column ${columns} is one too many`}`,
        undefined,
        { file, line },
      );
    }
    for (const [j, cell] of cells.entries()) {
      const value = readField(cell, delimiter !== ',');
      if (value === undefined) {
        throw inputError(
          'crossbar.file',
          `${row}, column ${j} (from 0): got ${quoted(cell)}; ${needed} (no header line)${/\S\s+\S/.test(cell) ? '; fields are separated by commas, semicolons or tabs, in numpy.savetxt by delimiter=","' : ''}`,
          undefined,
          { file, line, column: j + 1 },
        );
      }
      values[i * columns + j] = value;
    }
  }
  requireNoEmptyLine(rows, columns, `${what}: ${file}`);
  return { count: 1, rows: rows.length, columns, values };
}

/**
 * A separator at the end of every line would make a column of open cells, without a word.
 * @throws OhmpropError `crossbar.file`
 */
function requireNoEmptyLine(rows: readonly TableRow[], columns: number, where: string): void {
  const hint = 'write open in its cells, or take the separators away that make it';
  for (let j = 0; j < columns; j++) {
    if (rows.some(({ cells }) => cells[j] !== '')) continue;
    throw inputError(
      'crossbar.file',
      `${where}: column ${j} (from 0) is empty in every line${j === columns - 1 ? ', as each ends with a separator' : ''}; ${hint}`,
    );
  }
  for (const [i, { cells, line }] of rows.entries()) {
    if (cells.some((cell) => cell !== '')) continue;
    throw inputError(
      'crossbar.file',
      `${where}, line ${line}: row ${i} (from 0) holds only separators; ${hint}`,
    );
  }
}

/** A finite number, with or without its unit: `0.2`, `200mV`. */
export function readNumber(text: string, unit: string, decimalComma: boolean): number | undefined {
  try {
    return readQuantityCell(text, unit, 1, decimalComma, 'cell');
  } catch (error) {
    if (error instanceof OhmpropError) return undefined;
    throw error;
  }
}

const infiniteWords = ['inf', '+inf', 'infinity'];
/** An infinite resistance is open. As a word it is so among conductances too, with a warning: there it could mean a short. */
const openWords = new Set(['', 'open', ...infiniteWords]);

/** Conductances from a file of conductances [S] or resistances [Ω]; open and shorted cells by word. */
export async function readCells(
  io: Io,
  file: string,
  kind: 'conductances' | 'resistances',
  short_ohm: number,
): Promise<Matrix> {
  const short_S = 1 / short_ohm;
  const resistances = kind === 'resistances';
  // words become what the file could have said by a number: a resistance of 0 or ∞, a conductance of 0 or of a short
  const [open, short] = resistances ? [Number.POSITIVE_INFINITY, 0] : [0, short_S];
  let infinite: string | undefined;
  const readCell: ReadField = (text, decimalComma) => {
    const word = text.toLowerCase();
    if (infiniteWords.includes(word)) infinite = text;
    if (openWords.has(word)) return open;
    return word === 'short' ? short : readNumber(text, resistances ? 'ohm' : 'S', decimalComma);
  };
  const needed = `a cell is a number in ${resistances ? 'Ω' : 'S'} of 0 or more, open, or short`;
  const matrix = await readMatrix(file, `--${kind}`, readCell, needed, 3);
  const cells = matrix.rows * matrix.columns;
  const array = (k: number) => (matrix.count === 1 ? '' : `array ${Math.floor(k / cells)}, `);
  const values = matrix.values.map((value, k) => {
    if (!(value >= 0) || (value === Number.POSITIVE_INFINITY && !resistances)) {
      throw inputError(
        'crossbar.conductance',
        `--${kind}: ${file}, ${array(k)}row ${Math.floor((k % cells) / matrix.columns)}, column ${k % matrix.columns} (from 0): got ${value}; ${needed}`,
      );
    }
    if (!resistances) return value;
    return value === 0 ? short_S : 1 / value;
  });
  if (infinite !== undefined && !resistances) {
    io.stderr.write(
      `warning: --conductances: ${file}: "${infinite}" is taken for an open cell; write open, or short for one of --short-ohm\n`,
    );
  }
  return { ...matrix, values };
}
