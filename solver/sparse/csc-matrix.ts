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
  const asGiven = new Int32Array(count);
  for (let k = 0; k < count; k++) asGiven[k] = k;
  const [row, column] = [Int32Array.from(rows), Int32Array.from(columns)];
  const sorted = bucketSort(size, column, bucketSort(size, row, asGiven));
  const columnStart = new Int32Array(size + 1);
  const rowIndex = new Int32Array(count);
  const valueIndex = new Int32Array(count);
  let filled = 0;
  let lastRow = -1;
  let lastColumn = -1;
  for (let k = 0; k < count; k++) {
    const entry = sorted[k];
    if (row[entry] !== lastRow || column[entry] !== lastColumn) {
      lastRow = row[entry];
      lastColumn = column[entry];
      rowIndex[filled++] = lastRow;
      columnStart[lastColumn + 1]++;
    }
    valueIndex[entry] = filled - 1;
  }
  for (let j = 0; j < size; j++) columnStart[j + 1] += columnStart[j];
  return { pattern: { size, columnStart, rowIndex: rowIndex.slice(0, filled) }, valueIndex };
}

function bucketSort(size: number, keys: Int32Array, order: Int32Array): Int32Array {
  const start = new Int32Array(size + 1);
  for (let k = 0; k < order.length; k++) start[keys[k] + 1]++;
  for (let j = 0; j < size; j++) start[j + 1] += start[j];
  const sorted = new Int32Array(order.length);
  for (let k = 0; k < order.length; k++) sorted[start[keys[order[k]]]++] = order[k];
  return sorted;
}

/** The pattern of A + Aᵀ without its diagonal: those of node i are neighbour[start[i]] … neighbour[start[i+1] − 1]. */
export interface Neighbours {
  /** [size + 1] */
  readonly start: Int32Array;
  readonly neighbour: Int32Array;
}

/** Each node's neighbours. */
export function symmetricNeighbours(pattern: CscPattern): Neighbours {
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
