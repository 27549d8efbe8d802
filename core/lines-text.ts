import { inField, inputError } from './errors.js';
import { quoted } from './shown.js';

/** Lines that one list may name. */
const MAX_LINES = 1_000_000;

/**
 * Reads numbers of lines, from 0: `3,5-7` is 3, 5, 6, 7.
 * @param field what is being read, before what is said of it; empty where the caller says that
 * @throws OhmpropError `lines.unreadable`
 */
export function readLineList(text: string, field = ''): number[] {
  const lines: number[] = [];
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,9})(?:\s*-\s*(\d{1,9}))?\s*$/.exec(part);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? first);
    if (match === null || last < first || lines.length + last - first >= MAX_LINES) {
      throw inputError(
        'lines.unreadable',
        inField(
          field,
          `${quoted(text)} is no list of lines; write numbers from 0, ranges from low to high: 3,5-7`,
        ),
      );
    }
    for (let line = first; line <= last; line++) lines.push(line);
  }
  return lines;
}

/**
 * Reads the place of a cell: `row,column`, both from 0.
 * @throws OhmpropError `cell.unreadable`
 */
export function readCellPlace(text: string, field = ''): { readonly row: number; readonly column: number } {
  const match = /^\s*(\d{1,9})\s*,\s*(\d{1,9})\s*$/.exec(text);
  if (match !== null) return { row: Number(match[1]), column: Number(match[2]) };
  throw inputError(
    'cell.unreadable',
    inField(field, `${quoted(text)} is no cell; write row,column, both from 0: 3,5`),
  );
}
