import { parse } from 'csv-parse/sync';
import { type CellClass, classOf } from './cell-text.js';

/** What stands between two cells of a line; `blanks` is any run of blanks and tabs. */
export type Separator = '\t' | ';' | ',' | '|' | 'blanks' | 'wide blanks';

/** More is no line of a table. */
const MAX_CELLS = 100_000;

/** The cells of a line, blanks around them removed. Quotes hold cells together. */
export function splitLine(line: string, separator: Separator): string[] {
  const text = line.replace(/[\r\f]/g, '');
  if (separator === 'blanks' || separator === 'wide blanks') {
    const trimmed = text.trim();
    if (trimmed === '') return [];
    if (separator === 'blanks' && trimmed.includes('"'))
      return quotedCells(trimmed.replace(/\s+/g, ' '), ' ');
    return trimmed.split(separator === 'blanks' ? /\s+/ : /\s{2,}|\t/);
  }
  if (text.includes('"')) return quotedCells(text, separator);
  const cells = text.split(separator, MAX_CELLS);
  for (let at = 0; at < cells.length; at++) cells[at] = cells[at].trim();
  return cells;
}

function quotedCells(line: string, delimiter: string): string[] {
  try {
    const rows: string[][] = parse(line, {
      delimiter,
      trim: true,
      relax_quotes: true,
      relax_column_count: true,
    });
    return (rows[0] ?? []).map((cell) => cell.trim());
  } catch {
    return line.split(delimiter, MAX_CELLS).map((cell) => cell.replaceAll('"', '').trim());
  }
}

/** What a line of a table is made of, cell by cell. */
export interface ClassifiedLine {
  readonly cells: readonly string[];
  readonly classes: readonly CellClass[];
  readonly numbers: number;
  /** Cells that are neither a number nor empty. */
  readonly others: number;
}

/** A line taken apart by a separator. */
export function classify(line: string, separator: Separator): ClassifiedLine {
  return classifyCells(splitLine(line, separator), separator !== ',');
}

/** Cells with their classes. @param commas whether a comma in them may be a decimal mark */
export function classifyCells(cells: readonly string[], commas: boolean): ClassifiedLine {
  let numbers = 0;
  let others = 0;
  const classes = cells.map((cell) => {
    const is = classOf(cell, commas);
    if (is === 'number') numbers++;
    else if (is !== 'empty') others++;
    return is;
  });
  return { cells, classes, numbers, others };
}
