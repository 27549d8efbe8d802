import { printableLine } from '../../core/index.js';
import type { CurrentRange } from '../measured/index.js';
import type { NamedColumn } from './table-columns.js';

/** Names of columns that say in which range a current was measured. */
const rangeName = /\b(?:current|i|meas\w*)[ _-]*range\b|^range$/i;
/** No instrument has more ranges; what has is no range. */
const MOST_RANGES = 30;

/**
 * The ranges that a series was measured in, each with the row from which it holds: a current near a change of range carries a step
 * of the instrument, and none of the cell.
 * @param rows of the table that the series has, in order
 * @returns undefined where no column tells
 */
export function currentRanges(
  columns: readonly NamedColumn[],
  rows: readonly number[],
): CurrentRange[] | undefined {
  const column = columns.find(
    ({ role, name, label }) => role === undefined && (rangeName.test(name) || rangeName.test(label)),
  );
  if (column === undefined) return undefined;
  const found: CurrentRange[] = [];
  const seen = new Set<string>();
  for (const [at, r] of rows.entries()) {
    const range = textAt(column, r);
    if (range === '' || range === found.at(-1)?.range) continue;
    seen.add(range);
    if (seen.size > MOST_RANGES) return undefined;
    found.push({ row: at + 1, range });
  }
  return found.length === 0 ? undefined : found;
}

function textAt({ values, texts, given }: NamedColumn, r: number): string {
  const text = texts?.[r] ?? '';
  if (text !== '') return text;
  if (Number.isNaN(values[r])) return '';
  return given === undefined ? String(values[r]) : `${values[r] * given.factor} ${given.unit}`;
}

/** Changes of range that are told one by one. */
const MOST_TOLD = 8;

/** The changes of range in words. */
export function rangesTold(ranges: readonly CurrentRange[]): string {
  const told = ranges
    .slice(0, MOST_TOLD)
    .map(({ row, range }) => `${printableLine(range, 20)} from row ${row}`);
  const rest = ranges.length - told.length;
  return `the range of the current changes: ${told.join(', ')}${rest > 0 ? ` and ${rest} more times` : ''}`;
}
