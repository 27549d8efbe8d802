import type { RawColumn, RawEntry, RawTable } from './raw-table.js';

/** An array with a name, as containers hold them (npz, mat, HDF5). */
export interface NamedArray {
  /** Path in the container: `device1/V`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: ArrayLike<number>;
  readonly unit?: string;
}

/** Columns of one matrix are few: more are a picture or a batch. */
const MOST_COLUMNS = 1024;

/**
 * Tables of named arrays: vectors of one length in one folder of the container are columns of one table, called by their names; a
 * matrix is a table of its own, its longer axis the rows. Of more than two axes none is made.
 */
export function tablesOfArrays(
  arrays: readonly NamedArray[],
  entries: readonly RawEntry[],
  remarks: string[],
): RawTable[] {
  const vectors = new Map<string, RawColumn[]>();
  const tables: RawTable[] = [];
  for (const { name, shape, data, unit } of arrays) {
    const axes = shape.filter((length) => length !== 1);
    const folder = name.split('/').slice(0, -1).join('/');
    const heading = name.split('/').at(-1) ?? name;
    const given = unit === undefined || unit === '' ? {} : { unit };
    if (axes.length === 0) {
      // A single number is a setting.
      continue;
    }
    if (axes.length === 1) {
      const key = `${folder}\n${axes[0]}`;
      vectors.set(key, [...(vectors.get(key) ?? []), { heading, ...given, values: Float64Array.from(data) }]);
    } else if (axes.length === 2 && Math.min(...axes) <= MOST_COLUMNS) {
      tables.push(tableOfMatrix(name, axes[0], axes[1], data));
    } else remarks.push(`${name} has the shape ${shape.join(' × ')} and is not used`);
  }
  return [
    ...[...vectors].map(
      ([key, columns]): RawTable => ({
        name: key.split('\n')[0],
        columns,
        lines: rowsUpTo(columns[0].values.length),
        entries,
      }),
    ),
    ...tables.map((table) => ({ ...table, entries })),
  ].filter(({ columns }) => columns[0].values.length > 1);
}

/** Settings in a container: arrays of one number. */
export function entriesOfArrays(arrays: readonly NamedArray[]): RawEntry[] {
  return arrays.flatMap(({ name, data, unit }) => {
    if (data.length !== 1) return [];
    const key = name.split('/').at(-1) ?? name;
    return [{ key: unit === undefined ? key : `${key} (${unit})`, values: [String(data[0])], line: 0 }];
  });
}

function tableOfMatrix(name: string, rows: number, columns: number, data: ArrayLike<number>): RawTable {
  const across = rows < columns;
  const [length, count] = across ? [columns, rows] : [rows, columns];
  return {
    name,
    columns: Array.from({ length: count }, (_, c) => ({
      heading: '',
      values: Float64Array.from({ length }, (_row, r) => data[across ? c * columns + r : r * columns + c]),
    })),
    lines: rowsUpTo(length),
    entries: [],
  };
}

const rowsUpTo = (length: number): number[] => Array.from({ length }, (_, r) => r + 1);
