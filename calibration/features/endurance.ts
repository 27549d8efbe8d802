import {
  type Estimate,
  effectiveCount,
  exactly,
  LEVEL,
  lagOne,
  summarise,
  Z_975,
} from '../estimates/index.js';
import type { ColumnRole, MeasuredColumn, MeasuredFile, MeasuredSeries } from '../measured/index.js';
import type { FeatureSummary } from './summaries.js';

/** What a table of cycles shows: one row a cycle, states and thresholds as the instrument read them. */
export interface EnduranceFeatures {
  readonly series: string;
  readonly cell?: string;
  readonly cycles: number;
  /** Of every column that holds a state or a threshold, and of the windows. */
  readonly summaries: readonly FeatureSummary[];
  /** Change of ln of each quantity over a thousand cycles, by its name: a straight line, errors widened by the lag-1 correlation of residuals. */
  readonly trends: readonly { readonly name: string; readonly lnPerThousandCycles: Estimate }[];
  /** On over off current, cycle by cycle, `[cycles]`, of each pair of columns. */
  readonly windows: readonly EnduranceWindow[];
}

/** The window of a pair of columns, and where it failed. */
export interface EnduranceWindow {
  /** Columns that it is of. */
  readonly on: string;
  readonly off: string;
  readonly window: Float64Array;
  /** A window below that counts as a failure. */
  readonly failsBelow: number;
  /** Cycles (from 1) that failed. */
  readonly failures: readonly number[];
  /** First cycle from which all failed; absent: still working at the end, right-censored there. */
  readonly failedFrom?: number;
}

/** Below a factor of two, nobody calls them two states. */
const FAILS_BELOW = 2;

const summarised = new Set<ColumnRole>([
  'setVoltage_V',
  'resetVoltage_V',
  'lowResistanceCurrent_A',
  'highResistanceCurrent_A',
  'resetCurrent_A',
]);

/** Every endurance table of a file. */
export const enduranceFeatures = (file: MeasuredFile, options: { failsBelow?: number; seed?: number } = {}) =>
  file.series
    .filter(({ kind }) => kind === 'endurance')
    .map((series) => featuresOfTable(series, options.failsBelow ?? FAILS_BELOW, options.seed));

function featuresOfTable(series: MeasuredSeries, failsBelow: number, seed?: number): EnduranceFeatures {
  const columns = series.columns.filter(
    ({ role, values }) => role !== undefined && summarised.has(role) && values.some(Number.isFinite),
  );
  const named = (role: ColumnRole) => columns.filter((column) => column.role === role);
  const offs = named('highResistanceCurrent_A');
  const windows = named('lowResistanceCurrent_A').flatMap((on, k) =>
    offs[k] === undefined ? [] : [windowOf(on, offs[k], failsBelow)],
  );
  const quantities = [
    ...columns.map(({ name, unit, values }) => ({ name, unit, values })),
    ...windows.map(({ on, off, window }) => ({ name: `${on} / ${off}`, unit: '', values: window })),
  ];
  return {
    series: series.name,
    ...(series.cell !== undefined && { cell: series.cell }),
    cycles: Math.max(0, ...columns.map(({ values }) => values.length)),
    summaries: quantities.map(({ name, unit, values }) => {
      const observations = exactly(magnitudes(values));
      return { name, unit, observations, ...signOf(values), ...summarise(observations, seed) };
    }),
    trends: quantities.flatMap(({ name, values }) => {
      const trend = trendOf(values);
      return trend === undefined ? [] : [{ name, lnPerThousandCycles: trend }];
    }),
    windows,
  };
}

/** Thresholds and currents of either sign, where all are of one; mixed signs stay. */
function magnitudes(values: Float64Array): Float64Array {
  const finite = values.filter(Number.isFinite);
  return finite.every((value) => value <= 0) ? finite.map((value) => -value) : finite;
}

function signOf(values: Float64Array): { sign?: 1 | -1 } {
  const finite = values.filter(Number.isFinite);
  if (finite.length > 0 && finite.every((value) => value < 0)) return { sign: -1 };
  return finite.every((value) => value > 0) ? { sign: 1 } : {};
}

function windowOf(on: MeasuredColumn, off: MeasuredColumn, failsBelow: number): EnduranceWindow {
  const window = on.values.map((value, k) => Math.abs(value / off.values[k]));
  const failures: number[] = [];
  let failedFrom: number | undefined;
  window.forEach((value, k) => {
    if (Number.isNaN(value)) return;
    if (value < failsBelow) {
      failures.push(k + 1);
      failedFrom ??= k + 1;
    } else failedFrom = undefined;
  });
  return {
    on: on.name,
    off: off.name,
    window,
    failsBelow,
    failures,
    ...(failedFrom !== undefined && { failedFrom }),
  };
}

const MIN_FOR_TREND = 8;

/** Slope of ln |value| over the cycle, by least squares. */
function trendOf(values: Float64Array): Estimate | undefined {
  const known = Array.from(values.keys()).filter((k) => Number.isFinite(values[k]) && values[k] !== 0);
  const n = known.length;
  if (n < MIN_FOR_TREND) return undefined;
  const y = known.map((k) => Math.log(Math.abs(values[k])));
  const meanX = known.reduce((sum, k) => sum + k, 0) / n;
  const meanY = y.reduce((sum, value) => sum + value, 0) / n;
  let [sxx, sxy] = [0, 0];
  known.forEach((k, j) => {
    sxx += (k - meanX) ** 2;
    sxy += (k - meanX) * (y[j] - meanY);
  });
  const slope = sxy / sxx;
  const residuals = known.map((k, j) => y[j] - meanY - slope * (k - meanX));
  const squares = residuals.reduce((sum, value) => sum + value * value, 0);
  const nEffective = Math.max(3, effectiveCount(n, lagOne(residuals)));
  const error = Math.sqrt(squares / (n - 2) / sxx) * Math.sqrt(n / nEffective);
  return {
    value: 1000 * slope,
    low: 1000 * (slope - Z_975 * error),
    high: 1000 * (slope + Z_975 * error),
    level: LEVEL,
    identifiable: true,
    n,
    nEffective,
    method:
      'least squares, straight line of ln over the cycle, error widened by the lag-1 correlation of residuals',
  };
}
