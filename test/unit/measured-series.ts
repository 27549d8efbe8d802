import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ColumnRole,
  MeasuredFile,
  MeasuredSeries,
  MeasuredSetting,
} from '../../calibration/measured/index.js';

const unitOf = (role: ColumnRole): string => /_(\w+)$/.exec(role)?.[1].replace('Ohm', 'Ω') ?? '1';

/** A series built by hand: columns by role. */
export function series(
  kind: MeasuredSeries['kind'],
  columns: Partial<Record<ColumnRole, ArrayLike<number>>>,
  more: Partial<MeasuredSeries> = {},
): MeasuredSeries {
  const made = Object.entries(columns).map(([role, values]) => ({
    name: role,
    role: role as ColumnRole,
    unit: unitOf(role as ColumnRole),
    values: Float64Array.from(values),
  }));
  return { name: 'drawn', kind, columns: made, lines: [1, made[0].values.length], ...more };
}

/** A file of such series. */
export const file = (
  all: readonly MeasuredSeries[],
  settings: readonly MeasuredSetting[] = [],
): MeasuredFile => ({
  path: 'drawn.csv',
  sha256: '',
  bytes: 0,
  format: 'drawn',
  series: all,
  settings,
  questions: [],
  remarks: [],
});

/** Path of others' measurements below `OHMPROP_DATA`, or undefined where they are not at hand. */
export function dataPath(path: string): string | undefined {
  const folder = process.env.OHMPROP_DATA;
  const whole = folder === undefined ? undefined : join(folder, path);
  return whole !== undefined && existsSync(whole) ? whole : undefined;
}

/** Numbers of a text table, row by row; blank and unreadable fields NaN. */
export function rowsOf(path: string, separator: string | RegExp, skip = 1): number[][] {
  return readFileSync(path, 'utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .slice(skip)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.split(separator).map((field) => (field.trim() === '' ? Number.NaN : Number(field))));
}

export const column = (rows: readonly number[][], index: number, factor = 1): Float64Array =>
  Float64Array.from(rows, (row) => row[index] * factor);
