/**
 * Rows of texts as columns side by side, each as wide as its widest text.
 * @param right numbers: all columns but the first end, rather than begin, in line
 */
export function aligned(rows: readonly (readonly string[])[], { right = false } = {}): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((text, column) =>
        right && column > 0 ? text.padStart(widths[column]) : text.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  );
}
