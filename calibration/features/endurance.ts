import { median } from '../../core/index.js';
import {
  type Estimate,
  effectiveCount,
  exactly,
  LEVEL,
  lagOne,
  summarise,
  Z_975,
} from '../estimates/index.js';
import {
  type ColumnRole,
  columnOf,
  type MeasuredColumn,
  type MeasuredFile,
  type MeasuredSeries,
} from '../measured/index.js';
import type { FeatureSummary } from './summaries.js';

/** What a table of cycles shows: one row a cycle, states and thresholds as the instrument read them. */
export interface EnduranceFeatures {
  readonly series: string;
  readonly cell?: string;
  /** The last cycle. */
  readonly cycles: number;
  /** Rows of the table. */
  readonly reads: number;
  /** The cycle of each row, where they are not 1, 2, 3 …, `[reads]`. */
  readonly numbers?: Float64Array;
  /** Of every column that holds a state or a threshold, and of the windows. */
  readonly summaries: readonly FeatureSummary[];
  /** Change of ln of each quantity over a thousand cycles, by its name: a straight line, errors widened by the lag-1 correlation of residuals. */
  readonly trends: readonly { readonly name: string; readonly lnPerThousandCycles: Estimate }[];
  /** On over off conductance (of currents at one voltage the same), row by row, `[reads]`, of each pair of columns. */
  readonly windows: readonly EnduranceWindow[];
}

/** The window of a pair of columns, and where it failed. */
export interface EnduranceWindow {
  /** Columns that it is of. */
  readonly on: string;
  readonly off: string;
  /** What is over what: conductances or currents on over off, resistances off over on. */
  readonly ratio: string;
  readonly window: Float64Array;
  /** A window below that counts as a failure. */
  readonly failsBelow: number;
  /** Cycles that failed: as the file numbers them, else from 1. */
  readonly failures: readonly number[];
  /** Rows that failed. */
  readonly failedReads: number;
  /** First cycle from which all failed; absent: still working at the end, right-censored there. */
  readonly failedFrom?: number;
  /** First failure from which most reads failed, though some did not. */
  readonly mostlyFrom?: number;
}

/** Below a factor of two, nobody calls them two states. */
const FAILS_BELOW = 2;

const summarised = new Set<ColumnRole>([
  'setVoltage_V',
  'resetVoltage_V',
  'lowResistanceCurrent_A',
  'highResistanceCurrent_A',
  'resetCurrent_A',
  'resistance_Ohm',
  'conductance_S',
  'current_A',
]);

const ofLowState = /lrs|\b[rgi]? ?on\b|low/i;

/** Every endurance table of a file. */
export const enduranceFeatures = (file: MeasuredFile, options: { failsBelow?: number; seed?: number } = {}) =>
  file.series
    .filter(({ kind }) => kind === 'endurance')
    .map((series) => featuresOfTable(series, options.failsBelow ?? FAILS_BELOW, options.seed));

function featuresOfTable(series: MeasuredSeries, failsBelow: number, seed?: number): EnduranceFeatures {
  const columns = series.columns.filter(
    ({ role, values }) => role !== undefined && summarised.has(role) && values.some(Number.isFinite),
  );
  const reads = Math.max(0, ...columns.map(({ values }) => values.length));
  const numbers = numbersOf(series);
  const windows = pairsOf(columns).map((pair) => windowOf(...pair, failsBelow, numbers));
  const quantities = [
    ...columns.map(({ name, unit, values }) => ({ name, unit, values })),
    ...windows.map(({ ratio, window }) => ({ name: ratio, unit: '', values: window })),
  ];
  return {
    series: series.name,
    ...(series.cell !== undefined && { cell: series.cell }),
    cycles: numbers?.at(-1) ?? reads,
    reads,
    ...(numbers !== undefined && { numbers }),
    summaries: quantities.map(({ name, unit, values }) => {
      const observations = exactly(magnitudes(values));
      return { name, unit, observations, ...signOf(values), ...summarise(observations, seed) };
    }),
    trends: quantities.flatMap(({ name, values }) => {
      const trend = trendOf(values, numbers);
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

/** Columns of the low and of the high resistance that belong together. */
function pairsOf(columns: readonly MeasuredColumn[]): [on: MeasuredColumn, off: MeasuredColumn][] {
  const named = (role: ColumnRole) => columns.filter((column) => column.role === role);
  const offs = named('highResistanceCurrent_A');
  const pairs = named('lowResistanceCurrent_A').flatMap((on, k): [MeasuredColumn, MeasuredColumn][] =>
    offs[k] === undefined ? [] : [[on, offs[k]]],
  );
  const states = (['resistance_Ohm', 'conductance_S', 'current_A'] as const).map(named);
  for (const both of states) {
    if (both.length !== 2) continue;
    const low = both.filter(({ name }) => ofLowState.test(name.replaceAll('_', ' ')));
    // of one heading that says so, or none, the larger current is the on state
    const [on] = low.length === 1 ? low : [...both].sort((a, b) => typical(b) - typical(a));
    pairs.push([on, both[0] === on ? both[1] : both[0]]);
  }
  return pairs;
}

/** How well a column conducts, whatever it is in. */
const conductanceOf = ({ role, values }: MeasuredColumn): Float64Array =>
  role === 'resistance_Ohm' ? values.map((r) => 1 / r) : values;
const typical = (column: MeasuredColumn): number =>
  median(conductanceOf(column).filter(Number.isFinite).map(Math.abs));

/** The cycles of the rows, where the file numbers them otherwise than 1, 2, 3 …; numbers that fall say nothing. */
function numbersOf(series: MeasuredSeries): Float64Array | undefined {
  const values = columnOf(series, 'cycle')?.values;
  if (values === undefined || values.every((number, k) => number === k + 1)) return undefined;
  return values.every((number, k) => Number.isFinite(number) && (k === 0 || number >= values[k - 1]))
    ? values
    : undefined;
}

function windowOf(
  on: MeasuredColumn,
  off: MeasuredColumn,
  failsBelow: number,
  numbers: Float64Array | undefined,
): EnduranceWindow {
  const low = conductanceOf(off);
  const window = conductanceOf(on).map((value, k) => Math.abs(value / low[k]));
  const failed = new Set<number>();
  let [failedReads, readsSince] = [0, 0];
  let failedFrom: number | undefined;
  window.forEach((value, k) => {
    if (Number.isNaN(value)) return;
    if (failedReads > 0) readsSince++;
    const cycle = numbers?.[k] ?? k + 1;
    if (value < failsBelow) {
      failed.add(cycle);
      failedReads++;
      failedFrom ??= cycle;
    } else failedFrom = undefined;
  });
  const [first] = failed;
  const mostly = failedFrom === undefined && failedReads > 0 && failedReads - 1 > readsSince / 2;
  return {
    on: on.name,
    off: off.name,
    ratio: on.role === 'resistance_Ohm' ? `${off.name} / ${on.name}` : `${on.name} / ${off.name}`,
    window,
    failsBelow,
    failures: [...failed],
    failedReads,
    ...(failedFrom !== undefined && { failedFrom }),
    ...(mostly && { mostlyFrom: first }),
  };
}

const MIN_FOR_TREND = 8;

/** Slope of ln |value| over the cycle, by least squares. */
function trendOf(values: Float64Array, numbers: Float64Array | undefined): Estimate | undefined {
  const known = Array.from(values.keys()).filter((k) => Number.isFinite(values[k]) && values[k] !== 0);
  const n = known.length;
  if (n < MIN_FOR_TREND) return undefined;
  const y = known.map((k) => Math.log(Math.abs(values[k])));
  const x = known.map((k) => numbers?.[k] ?? k);
  const meanX = x.reduce((sum, at) => sum + at, 0) / n;
  const meanY = y.reduce((sum, value) => sum + value, 0) / n;
  let [sxx, sxy] = [0, 0];
  x.forEach((at, j) => {
    sxx += (at - meanX) ** 2;
    sxy += (at - meanX) * (y[j] - meanY);
  });
  if (sxx === 0) return undefined;
  const slope = sxy / sxx;
  const residuals = x.map((at, j) => y[j] - meanY - slope * (at - meanX));
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
