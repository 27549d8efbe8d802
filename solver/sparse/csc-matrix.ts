/** Where a square sparse matrix has entries: compressed columns, row indices ascending in each, no duplicates. */
export interface CscPattern {
  readonly size: number;
  /** [size + 1] */
  readonly columnStart: Int32Array;
  readonly rowIndex: Int32Array;
}

/** A pattern from entries in any order, and for each entry where its value goes. Duplicates share one place. */
export function patternOfEntries(
  size: number,
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
): { pattern: CscPattern; valueIndex: Int32Array } {
  const count = rows.length;
  // Two stable bucket sorts: by row, then by column.
  const byRow = bucketSort(
    size,
    rows,
    Int32Array.from({ length: count }, (_, k) => k),
  );
  const sorted = bucketSort(size, columns, byRow);
  const columnStart = new Int32Array(size + 1);
  const rowIndex = new Int32Array(count);
  const valueIndex = new Int32Array(count);
  let filled = 0;
  let lastRow = -1;
  let lastColumn = -1;
  for (const entry of sorted) {
    const row = rows[entry];
    const column = columns[entry];
    if (row !== lastRow || column !== lastColumn) {
      rowIndex[filled++] = row;
      columnStart[column + 1]++;
      lastRow = row;
      lastColumn = column;
    }
    valueIndex[entry] = filled - 1;
  }
  for (let j = 0; j < size; j++) columnStart[j + 1] += columnStart[j];
  return { pattern: { size, columnStart, rowIndex: rowIndex.slice(0, filled) }, valueIndex };
}

function bucketSort(size: number, keys: ArrayLike<number>, order: Int32Array): Int32Array {
  const start = new Int32Array(size + 1);
  for (let k = 0; k < order.length; k++) start[keys[k] + 1]++;
  for (let j = 0; j < size; j++) start[j + 1] += start[j];
  const sorted = new Int32Array(order.length);
  for (const entry of order) sorted[start[keys[entry]]++] = entry;
  return sorted;
}

/** The pattern of A + Aᵀ without its diagonal: each node's neighbours. */
export function symmetricNeighbours(pattern: CscPattern): { start: Int32Array; neighbour: Int32Array } {
  const { size, columnStart, rowIndex } = pattern;
  const rows: Int32Array = new Int32Array(2 * rowIndex.length);
  const columns: Int32Array = new Int32Array(2 * rowIndex.length);
  let count = 0;
  for (let j = 0; j < size; j++) {
    for (let p = columnStart[j]; p < columnStart[j + 1]; p++) {
      const i = rowIndex[p];
      if (i === j) continue;
      rows[count] = i;
      columns[count++] = j;
      rows[count] = j;
      columns[count++] = i;
    }
  }
  const { pattern: both } = patternOfEntries(size, rows.subarray(0, count), columns.subarray(0, count));
  return { start: both.columnStart, neighbour: both.rowIndex };
}
