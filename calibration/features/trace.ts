import { columnOf, type MeasuredSeries } from '../measured/index.js';

/** Current over voltage in the order measured, rows without either left out. */
export interface Trace {
  readonly series: string;
  /** Row of the series (from 0) behind each point, `[points]`. */
  readonly rows: Uint32Array;
  /** Voltage at the device [V], `[points]`. */
  readonly voltage_V: Float64Array;
  /** What was driven [V], `[points]`; turning points are looked for here, since a device that sets takes voltage off itself. */
  readonly drive_V: Float64Array;
  /** Current [A], `[points]`, positive where it flows with the voltage. */
  readonly current_A: Float64Array;
  /** Time [s], `[points]`, where the file has it. */
  readonly time_s?: Float64Array;
  /** 1 at the instrument's compliance, `[points]`. */
  readonly censored: Uint8Array;
  /** What was done to the signs, in words for the reader. */
  readonly remarks: readonly string[];
}

/** Fewer points make no curve. */
export const MIN_POINTS = 8;

/**
 * The trace of a series, or undefined where it has no voltage or no current, or too few rows with both. A current of the
 * opposite sign throughout (measured at the other terminal) is turned; a magnitude (`absI`) gets the sign of the voltage.
 */
export function traceOf(series: MeasuredSeries): Trace | undefined {
  const applied = columnOf(series, 'appliedVoltage_V');
  const measured = columnOf(series, 'voltage_V') ?? applied;
  const current = columnOf(series, 'current_A');
  if (measured === undefined || current === undefined) return undefined;
  const time = columnOf(series, 'time_s');
  const rows: number[] = [];
  for (let row = 0; row < current.values.length; row++) {
    const drive = applied?.values[row] ?? 0;
    if (
      Number.isFinite(measured.values[row]) &&
      Number.isFinite(current.values[row]) &&
      Number.isFinite(drive)
    )
      rows.push(row);
  }
  if (rows.length < MIN_POINTS) return undefined;
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]);
  const voltage_V = pick(measured.values);
  const { current_A, remarks } = withTheVoltage(voltage_V, pick(current.values));
  return {
    series: series.name,
    rows: Uint32Array.from(rows),
    voltage_V,
    drive_V: pick((applied ?? measured).values),
    current_A,
    ...(time !== undefined && time.unit === 's' && { time_s: pick(time.values) }),
    censored: Uint8Array.from(rows, (row) => series.censored?.[row] ?? 0),
    remarks,
  };
}

/** The current with the sign of a passive element: most of what flows at large voltages flows with them. */
function withTheVoltage(voltage_V: Float64Array, current_A: Float64Array) {
  const amplitude = largest(voltage_V);
  let flows = 0;
  let against = 0;
  let negativeCurrents = 0;
  let negativeVoltages = 0;
  for (let k = 0; k < voltage_V.length; k++) {
    const product = voltage_V[k] * current_A[k];
    if (product > 0) flows += product;
    else against -= product;
    if (current_A[k] < 0) negativeCurrents++;
    if (voltage_V[k] < -0.1 * amplitude) negativeVoltages++;
  }
  if (negativeCurrents === 0 && negativeVoltages > 0 && against > 0 && flows > 0)
    return {
      current_A: current_A.map((value, k) => (voltage_V[k] < 0 ? -value : value)),
      remarks: ['the current is given without its sign: it was taken with that of the voltage'],
    };
  if (against > 10 * flows)
    return {
      current_A: current_A.map((value) => -value),
      remarks: ['the current is of the opposite sign of the voltage throughout: it was turned'],
    };
  return { current_A, remarks: [] };
}

/** Largest magnitude. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k]));
  return most;
}
