import { inputError, knownUnit, printableLine, quoted, readQuantity } from '../../core/index.js';
import { type Heading, placeIn, readHeading, readQuantityCell, tableError } from './cells.js';
import { type RowOptions, readRows, type TableRow } from './rows.js';

/** One column of numbers, in SI units. */
export interface NumericColumn {
  readonly name: string;
  /** SI unit of the values; `1` where the heading has none. */
  readonly unit: string;
  /** Down to the last cell that is not empty. */
  readonly values: Float64Array;
}

/** A table of numbers with the places that it was read from, for messages. */
export interface NumericTable {
  readonly file: string;
  /** Line of the heading, counted from 1. */
  readonly headingLine: number;
  readonly columns: readonly NumericColumn[];
  /** Line of each row. */
  readonly lines: readonly number[];
}

/** What a table must look like, and how its errors are called. */
export interface NumericTableOptions extends Omit<RowOptions, 'codes' | 'decimalComma'> {
  /** Errors are `<code>.encoding`, `.csv`, `.empty`, `.columns`, `.unit`, `.number`, `.gap`. */
  readonly code: string;
  /** What the columns are: there must be as many, whatever they are headed. */
  readonly names?: readonly string[];
  /** What to do with a table of more columns than those. */
  readonly moreHint?: string;
  /** SI unit that every column must be headed with; without it each has its own or none. */
  readonly unit?: string;
  /** What to say of a heading without that unit, or with another. */
  readonly unitHint?: string;
}

/**
 * Reads a table of numbers with a heading: `time (ms),current (uA)`, or `time_ms`. Cells are bare numbers in the column's unit,
 * or quantities with their own (`1.2 mA`). Where commas do not separate, they may be decimal commas. A column may be shorter
 * than the others: it ends with empty cells.
 * @throws OhmpropError with the caller's codes, naming file, line and column
 */
export function readNumericTable(bytes: Uint8Array, options: NumericTableOptions): NumericTable {
  const { file, code } = options;
  const { rows, delimiter } = readRows(bytes, {
    ...options,
    decimalComma: true,
    codes: { encoding: `${code}.encoding`, syntax: `${code}.csv` },
  });
  const [heading, ...body] = rows;
  requireColumns(heading?.cells.length ?? 0, options);
  for (const { cells, line } of body) {
    const more = cells.findIndex((cell, c) => c >= heading.cells.length && cell !== '');
    if (more < 0) continue;
    throw tableError(
      `${code}.columns`,
      { file, line, column: more + 1 },
      `${quoted(cells[more])} is one too many; there are ${countOf(heading.cells.length)}`,
    );
  }
  return {
    file,
    headingLine: heading.line,
    columns: heading.cells.map((text, c) => {
      const { name, unit, factor } = unitOf(text, c, options);
      const values = readColumn(body, c, { name, unit, factor }, delimiter !== ',', options);
      return { name, unit, values: Float64Array.from(values) };
    }),
    lines: body.map(({ line }) => line),
  };
}

function requireColumns(count: number, { file, code, names, moreHint = '' }: NumericTableOptions): void {
  if (names !== undefined && count !== names.length) {
    throw inputError(
      `${code}.columns`,
      `${file}: ${countOf(names.length)} are needed, ${names.join(' and ')}, got ${count}${count > names.length ? moreHint : ''}`,
    );
  }
  if (count > 0) return;
  throw inputError(
    `${code}.columns`,
    `${file}: the table is empty; a heading with units and rows are needed`,
  );
}

/**
 * The column of that name.
 * @throws OhmpropError `<code>.columns` where the table has no column of that name
 * @throws `<code>.columns` (exit code 2), which lists those that there are
 */
export function columnOf(table: NumericTable, name: string, code: string): NumericColumn {
  const found = table.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw tableError(
    `${code}.columns`,
    { file: table.file, line: table.headingLine },
    `there is no column "${name}"; got ${listed(table.columns.map((column) => column.name))}`,
  );
}

interface ColumnUnit {
  readonly name: string;
  readonly unit: string;
  /** SI units in one unit of the heading. */
  readonly factor: number;
}

function unitOf(text: string, c: number, options: NumericTableOptions): ColumnUnit {
  const { file, code, unit: wanted, unitHint = '' } = options;
  const heading: Heading = Number.isFinite(Number(text)) ? { name: text } : readHeading(text);
  if (heading.unit === undefined) {
    if (wanted === undefined) return { name: text, unit: '1', factor: 1 };
    throw inputError(
      `${code}.unit`,
      `${file}: column ${c + 1} is headed ${quoted(text)}; give its unit there, for instance ${quoted(`${heading.name} (u${wanted})`)}`,
    );
  }
  const unit = wanted ?? knownUnit(heading.unit)?.unit;
  // brackets may hold something else than a unit
  if (unit === undefined) return { name: text, unit: '1', factor: 1 };
  try {
    return { name: heading.name, unit, factor: readQuantity(`1 ${heading.unit}`, unit, file).value };
  } catch (cause) {
    throw inputError(
      `${code}.unit`,
      `${file}: unit of column ${c + 1}: ${quoted(heading.unit)} ${unitHint || `is no unit of ${unit}`}`,
      cause,
    );
  }
}

function readColumn(
  body: readonly TableRow[],
  c: number,
  { name, unit, factor }: ColumnUnit,
  decimalComma: boolean,
  { file, code }: NumericTableOptions,
): number[] {
  const values: number[] = [];
  let gap: number | undefined;
  for (const { cells, line } of body) {
    const cell = cells[c] ?? '';
    if (cell === '') {
      gap ??= line;
      continue;
    }
    if (gap !== undefined) {
      throw inputError(
        `${code}.gap`,
        `${file}: column ${c + 1} is empty in line ${gap} and goes on in line ${line}; every row up to its last needs a number`,
        undefined,
        { file, line: gap, column: c + 1 },
      );
    }
    const place = { file, line, column: c + 1 };
    try {
      values.push(readQuantityCell(cell, unit, factor, decimalComma, placeIn(file, line, c + 1)));
    } catch (cause) {
      throw tableError(
        `${code}.number`,
        place,
        `${quoted(cell)} is not a number${unit === '1' ? '' : `, with or without a unit of ${unit}`}${name === '' ? '' : ` (${printableLine(name, MAX_SHOWN)})`}`,
        cause,
      );
    }
  }
  return values;
}

/** What a message shows of a name, and of how many. */
const MAX_SHOWN = 80;
const MAX_NAMES = 20;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map(quoted);
  return names.length > MAX_NAMES
    ? `${shown.join(', ')} and ${names.length - MAX_NAMES} more`
    : shown.join(', ');
}

function countOf(columns: number): string {
  return columns === 1 ? 'one column' : columns === 2 ? 'two columns' : `${columns} columns`;
}
