import { CsvError, parse } from 'csv-parse/sync';
import { inputError } from '../../core/index.js';

/** What may stand between two cells; ' ' is any run of blanks. */
export type Delimiter = ',' | ';' | '\t' | ' ';

/** How a table of text is read. */
export interface RowOptions {
  /** Name of the file, for messages. */
  readonly file: string;
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
  const { file, codes, remarks = 'lines' } = options;
  requireText(bytes, options);
  const delimiter = delimiterOf(bytes, options);
  if (delimiter === ' ') {
    splitAtBlanks(bytes, remarks, (row) => take(row, delimiter));
    return;
  }
  try {
    parse(asInput(bytes), {
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      comment: remarks === 'nowhere' ? null : '#',
      comment_no_infix: remarks === 'lines',
      on_record: (cells: string[], { lines }) => {
        take({ cells, line: lines }, delimiter);
        return null;
      },
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw inputError(
      codes.syntax,
      `${file}: not CSV: ${cause.message}; correct the quotes of that line`,
      cause,
    );
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
  remarks: RowOptions['remarks'],
  take: (row: TableRow) => void,
): void {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\n|\r/);
  for (const [k, line] of lines.entries()) {
    const rest = remarks === 'anywhere' ? line.replace(/#.*/, '') : line;
    const cells = rest.trim().split(/\s+/);
    if (cells[0] === '' || (remarks === 'lines' && cells[0].startsWith('#'))) continue;
    take({ cells, line: k + 1 });
  }
}

/** Node's parser takes buffers, a browser's text. */
function asInput(bytes: Uint8Array): Buffer | string {
  if (typeof Buffer === 'undefined') return new TextDecoder().decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
