import { CsvError, parse } from 'csv-parse/sync';
import { inputError, printableLine, quoted } from '../../core/index.js';
import { tableError } from './cells.js';

/** What may stand between two cells; ' ' is any run of blanks. */
export type Delimiter = ',' | ';' | '\t' | ' ';

/** How a table of text is read. */
export interface RowOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** The file alone, where `file` says more. */
  readonly path?: string;
  /** Codes of the two errors that a text as a whole may have. */
  readonly codes: { readonly encoding: string; readonly syntax: string };
  /** What to say of a file that is not text, after its name. */
  readonly notText?: string;
  /** What is tried; default comma, semicolon and tab. */
  readonly delimiters?: readonly Delimiter[];
  /** Whether # begins a remark: nowhere, at the beginning of a line (default), or anywhere outside quotes. */
  readonly remarks?: 'nowhere' | 'lines' | 'anywhere';
  /** Numbers may have decimal commas: a semicolon or tab in the first row is what separates, however many commas there are. */
  readonly decimalComma?: boolean;
}

/** The cells of one row, blanks around them removed, and the line of the file that it ends in, counted from 1. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Told row after row, so that a large file's cells need not all be held as text. */
export type TakeRow = (row: TableRow, delimiter: Delimiter) => void;

/**
 * Reads separated values in UTF-8, with or without its mark: the one reader under all tables. Empty lines and remarks are left
 * out, and are counted as lines. Rows may differ in length: what that means, the caller says.
 * @throws OhmpropError with the caller's codes: text that is not UTF-8, quotes that do not close
 */
export function forEachRow(bytes: Uint8Array, options: RowOptions, take: TakeRow): void {
  const { file, path, codes, remarks = 'lines' } = options;
  requireText(bytes, options);
  const delimiter = delimiterOf(bytes, options);
  let rows = 0;
  let columns: number | undefined;
  let odd = 0;
  const takeRow = (row: TableRow): void => {
    columns ??= row.cells.length;
    if (row.cells.length !== columns && ++odd > MAX_ODD_ROWS) {
      throw tableError(
        codes.syntax,
        { file, path, line: row.line },
        `more than ${MAX_ODD_ROWS} rows have another number of cells than the first, ${columns}; end rows that are shorter with empty cells`,
      );
    }
    if (++rows > MAX_ROWS) {
      throw inputError(codes.syntax, `${file}: more than ${MAX_ROWS} rows; keep a part of them`);
    }
    const long = row.cells.findIndex((cell) => cell.length > MAX_CELL_CHARACTERS);
    if (long >= 0) {
      throw tableError(
        codes.syntax,
        { file, path, line: row.line, column: long + 1 },
        `the cell has ${row.cells[long].length} characters, ${MAX_CELL_CHARACTERS} are the most; is a quote not closed? It begins ${quoted(row.cells[long])}`,
      );
    }
    take(row, delimiter);
  };
  if (delimiter === ' ') {
    splitAtBlanks(bytes, options, takeRow);
    return;
  }
  // The parser makes an error of every row of another length, with its stack, and throws none of them.
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 0;
    parse(asInput(bytes), {
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: MAX_LINE_BYTES,
      comment: remarks === 'nowhere' ? null : '#',
      comment_no_infix: remarks === 'lines',
      on_record: (cells: string[], { lines }) => {
        takeRow({ cells, line: lines });
        return null;
      },
    });
  } catch (cause) {
    Error.stackTraceLimit = stackTraceLimit;
    if (!(cause instanceof CsvError)) throw cause;
    throw inputError(
      codes.syntax,
      `${file}: not CSV: ${printableLine(cause.message, MAX_SHOWN)}; correct the quotes of that line`,
      cause,
    );
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** All rows at once. */
export function readRows(
  bytes: Uint8Array,
  options: RowOptions,
): { readonly rows: readonly TableRow[]; readonly delimiter: Delimiter } {
  const rows: TableRow[] = [];
  let used: Delimiter = ',';
  forEachRow(bytes, options, (row, delimiter) => {
    rows.push(row);
    used = delimiter;
  });
  return { rows, delimiter: used };
}

/** A table has fewer rows, or it is not read into memory. */
const MAX_ROWS = 5_000_000;
/** The parser takes long over each. */
const MAX_ODD_ROWS = 20_000;
/** Half a million columns of 30 characters. */
const MAX_LINE_BYTES = 2 ** 24;
/** A number has twenty, a label some more. */
const MAX_CELL_CHARACTERS = 2 ** 16;
/** What a message shows of what the parser says. */
const MAX_SHOWN = 200;

/** Bytes looked at together. */
const CHUNK = 1 << 20;

const notUtf8 =
  'the file is not UTF-8 text; save the table as CSV in UTF-8 (a µ of another encoding does this too: write u)';

function requireText(bytes: Uint8Array, { file, codes, notText = notUtf8 }: RowOptions): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      decoder.decode(bytes.subarray(at, at + CHUNK), { stream: true });
    }
    decoder.decode();
    if (!bytes.includes(0)) return;
  } catch {
    // said below
  }
  throw inputError(codes.encoding, `${file}: ${notText}`);
}

/**
 * What separates: in the first row, outside quotes, whichever occurs most often; if as often, semicolon and tab before the comma,
 * which may belong to a number. Blanks separate where nothing else does.
 */
function delimiterOf(
  bytes: Uint8Array,
  { delimiters = [',', ';', '\t'], remarks = 'lines', decimalComma = false }: RowOptions,
): Delimiter {
  const beginning = new TextDecoder().decode(bytes.subarray(0, 1 << 16));
  const first = beginning
    .split(/[\r\n]+/)
    .find((line) => line.trim() !== '' && (remarks === 'nowhere' || !line.trimStart().startsWith('#')));
  const bare = (first ?? '').replace(/"[^"]*"/g, '');
  const occurrences = (mark: string) => bare.split(mark).length - 1;
  const order: readonly Delimiter[] = [';', '\t', ','];
  const found = order.filter((mark) => delimiters.includes(mark) && occurrences(mark) > 0);
  if (found.length === 0) return delimiters.includes(' ') && /\S\s+\S/.test(bare) ? ' ' : delimiters[0];
  if (decimalComma) return found[0];
  return found.reduce((best, other) => (occurrences(other) > occurrences(best) ? other : best));
}

function splitAtBlanks(
  bytes: Uint8Array,
  { file, codes, remarks = 'lines' }: RowOptions,
  take: (row: TableRow) => void,
): void {
  const decoder = new TextDecoder();
  let line = 0;
  for (const text of linesOf(bytes)) {
    line++;
    if (text.length > MAX_LINE_BYTES) {
      throw inputError(codes.syntax, `${file}: line ${line} has more than ${MAX_LINE_BYTES} bytes`);
    }
    const whole = decoder.decode(text);
    const rest = remarks === 'anywhere' ? whole.replace(/#.*/, '') : whole;
    const cells = rest.trim().split(/\s+/);
    if (cells[0] === '' || (remarks === 'lines' && cells[0].startsWith('#'))) continue;
    take({ cells, line });
  }
}

const CARRIAGE_RETURN = 13;
const NEWLINE = 10;

/** The lines of a text, which end in \n, \r\n or \r. One after the other: a list of them could be larger than the text. */
function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  let from = 0;
  for (let at = 0; at <= bytes.length; at++) {
    const byte = bytes[at];
    if (at < bytes.length && byte !== NEWLINE && byte !== CARRIAGE_RETURN) continue;
    yield bytes.subarray(from, at);
    if (byte === CARRIAGE_RETURN && bytes[at + 1] === NEWLINE) at++;
    from = at + 1;
  }
}

/** Node's parser takes buffers, a browser's text. */
function asInput(bytes: Uint8Array): Buffer | string {
  if (typeof Buffer === 'undefined') return new TextDecoder().decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
