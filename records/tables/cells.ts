import { inputError, knownUnit, type OhmpropError, printableLine, readQuantity } from '../../core/index.js';

/** What a message shows of a name. */
const MAX_SHOWN = 80;

/** Where something stands in a file: `f.csv: line 3, column 2 (up)`; lines and columns count from 1. */
export function placeIn(file: string, line: number, column?: number, name?: string): string {
  const called = name ? ` (${printableLine(name, MAX_SHOWN)})` : '';
  const inLine = column === undefined ? '' : `, column ${column}${called}`;
  return `${file}: line ${line}${inLine}`;
}

/** What is wrong at a place in a table, which its message begins with. */
export function tableError(
  code: string,
  { file, path, line, column, name }: TablePlace,
  message: string,
  cause?: unknown,
): OhmpropError {
  const where = { file: path ?? file, line, ...(column && { column }), ...(name ? { field: name } : {}) };
  return inputError(code, `${placeIn(file, line, column, name)}: ${message}`, cause, where);
}

/** A line of a table or a cell in it, the column by number and name; counted from 1. */
export interface TablePlace {
  /** As messages call it. */
  readonly file: string;
  /** The file alone, where `file` says more. */
  readonly path?: string | undefined;
  readonly line: number;
  readonly column?: number;
  readonly name?: string | undefined;
}

/** A column's heading, taken apart: `up (uS)`, `up [uS]` and `up_uS` are all `up` in `uS`. */
export interface Heading {
  readonly name: string;
  /** As written; what stands in brackets need not be a unit that is known. */
  readonly unit?: string;
}

/** Takes a heading apart. A name that ends in `_` and no known unit is all name. */
export function readHeading(text: string): Heading {
  const bracketed = /^(.*?)\s*[([]\s*([^)\]]+?)\s*[)\]]\s*$/.exec(text);
  if (bracketed !== null) return { name: bracketed[1], unit: bracketed[2] };
  const at = text.lastIndexOf('_');
  if (at > 0 && knownUnit(text.slice(at + 1)) !== undefined) {
    return { name: text.slice(0, at), unit: text.slice(at + 1) };
  }
  return { name: text };
}

const plain = /^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The number in a cell, finite or not as written: undefined where there is none.
 * @param decimalComma a single comma is a point: never where commas separate cells
 */
export function readNumber(cell: string, decimalComma = false): number | undefined {
  const text = decimalComma ? cell.replace(',', '.') : cell;
  return plain.test(text) ? Number(text) : undefined;
}

/**
 * The quantity in a cell: a bare number is in the column's unit, one with a unit (`1.2 mV`) brings its own.
 * @param unit SI unit, `1` where there is none
 * @param factor of bare numbers: SI units in one unit of the column
 * @throws OhmpropError `quantity.unreadable`, `quantity.unit`, `quantity.not-finite`
 */
export function readQuantityCell(
  cell: string,
  unit: string,
  factor: number,
  decimalComma: boolean,
  place: string,
): number {
  const bare = readNumber(cell, decimalComma);
  if (bare !== undefined && Number.isFinite(bare)) return bare * factor;
  const { value, hadUnit } = readQuantity(decimalComma ? cell.replace(',', '.') : cell, unit, place);
  return hadUnit ? value : value * factor;
}
