import type { SeriesKind } from '../measured/index.js';

/** One table of a file as it stands there, before anybody says what its columns are. */
export interface RawTable {
  /** `sheet Data`, `exp_LTP_raw`; empty where the file has one table and no name for it. */
  readonly name: string;
  readonly columns: readonly RawColumn[];
  /** Line, or row of a sheet, that each row stands in, counted from 1. */
  readonly lines: readonly number[];
  /** Keys and values before the table, from the top of the file or the end of the table before. */
  readonly entries: readonly RawEntry[];
  /** The table before went on in this one: same columns, no heading of its own. */
  readonly goesOn?: boolean;
  /** The device that its rows are of, where a column tells. */
  readonly cell?: string;
}

export interface RawColumn {
  /** Of the line of names; empty where there is none. */
  readonly heading: string;
  /** Of a line above it that names groups of columns: test, device, curve. */
  readonly group?: string;
  /** Of a line of units below the names. */
  readonly unit?: string;
  /** As they stand there; NaN where there is no number. */
  readonly values: Float64Array;
  /** Most of its numbers are written with exponents: `1.6E-03`. */
  readonly exponents?: true;
  /** Cells that are no numbers, where the column has any: text, dates, quantities as they stand there. */
  readonly texts?: readonly string[];
}

/** What stands before, between or after tables: `Read Voltage (V): 0.05`. */
export interface RawEntry {
  readonly key: string;
  readonly values: readonly string[];
  readonly line: number;
}

/** What a reader of one format finds in a file. */
export interface RawFile {
  /** In words, for people: `Keithley 4200 Clarius run`. */
  readonly format: string;
  readonly tables: readonly RawTable[];
  /** Keys and values that hold for the whole file. */
  readonly entries: readonly RawEntry[];
  /** What was left out and why; what a reader supplied by itself. */
  readonly remarks: readonly string[];
  /** Whether the format itself says that bare numbers are in SI units. */
  readonly siUnits?: boolean;
  /** What its series are, where the format says it. */
  readonly kind?: SeriesKind;
}
