import { isPointGrouped } from './cell-text.js';
import type { Section } from './sections.js';

/** What commas in numbers are. */
export type Commas = 'none' | 'decimal' | 'unknown';

/** What commas in the numbers of a section are. With three digits after each, and no other sign, nobody knows. */
export function commaMarks({ separator, rows }: Section): Commas {
  if (separator === ',') return 'none';
  let found = false;
  for (const { cells } of rows) {
    for (const cell of cells) {
      const at = cell.indexOf(',');
      if (at > 0 && isPointGrouped(cell)) return 'decimal';
      if (at < 0 || !/^[+-]?\d*,\d*(?:[eEdD]|$)/.test(cell)) continue;
      found = true;
      if (!/^[+-]?[1-9]\d{0,2},\d{3}$/.test(cell)) return 'decimal';
    }
  }
  return found ? 'unknown' : 'none';
}

/** A whole number of a thousand and more without a mark, where semicolons part columns as they do beside decimal commas. */
export function unmarkedThousand({ separator, rows }: Section): string | undefined {
  if (separator !== ';') return undefined;
  for (const { cells } of rows) {
    const found = cells.find((cell) => /^[+-]?[1-9]\d{3,8}$/.test(cell));
    if (found !== undefined) return found;
  }
  return undefined;
}
