/** A cell of a table that is written. */
export type TableCell = string | number;

/**
 * CSV text: a heading, whose names carry units (`current_A`), and rows. Numbers are written so that reading them gives the same
 * bits; text with a comma, a quote or a line break is quoted.
 */
export function csvText(names: readonly string[], rows: Iterable<readonly TableCell[]>): string {
  const lines = [lineOf(names)];
  for (const row of rows) lines.push(lineOf(row));
  return `${lines.join('\n')}\n`;
}

function lineOf(cells: readonly TableCell[]): string {
  return cells.map(textOf).join(',');
}

function textOf(cell: TableCell): string {
  if (typeof cell === 'number') return Object.is(cell, -0) ? '-0' : String(cell);
  return /[",\r\n]/.test(cell) || cell.trim() !== cell ? `"${cell.replaceAll('"', '""')}"` : cell;
}
