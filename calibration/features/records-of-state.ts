import { columnOf, type MeasuredColumn, type MeasuredSeries } from '../measured/index.js';

/** One state read over time: points with both numbers, in the order of time. */
export interface StateRecord {
  readonly time: Float64Array;
  /** Unit of the column. */
  readonly state: Float64Array;
  /** Programmed level, where the file has a column of it. */
  readonly level?: number;
}

const stateRoles = ['conductance_S', 'current_A', 'resistance_Ohm'] as const;

/** Columns of the state that a series holds: conductances before currents before resistances. */
export function stateColumns(series: MeasuredSeries): MeasuredColumn[] {
  const role = stateRoles.find((each) => columnOf(series, each) !== undefined);
  return series.columns.filter((column) => role !== undefined && column.role === role);
}

/**
 * The records of a column: a new one begins where time comes back to the first of the record, or the level changes (cells one after another
 * in one table). Within a record, rows need not be in order.
 */
export function recordsOf(
  series: MeasuredSeries,
  time: MeasuredColumn,
  state: MeasuredColumn,
): StateRecord[] {
  const level = columnOf(series, 'level')?.values;
  const records: { time: number[]; state: number[]; level?: number }[] = [];
  for (let row = 0; row < state.values.length; row++) {
    if (!Number.isFinite(time.values[row]) || !Number.isFinite(state.values[row])) continue;
    const before = records[records.length - 1];
    const again = before === undefined || time.values[row] <= before.time[0] || level?.[row] !== before.level;
    if (again) records.push({ time: [], state: [], ...(level !== undefined && { level: level[row] }) });
    const record = records[records.length - 1];
    record.time.push(time.values[row]);
    record.state.push(state.values[row]);
  }
  return records.map((record) => {
    const order = record.time.map((_, k) => k).sort((a, b) => record.time[a] - record.time[b]);
    return {
      ...record,
      time: Float64Array.from(order, (k) => record.time[k]),
      state: Float64Array.from(order, (k) => record.state[k]),
    };
  });
}
