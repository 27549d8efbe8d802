import { formatQuantity } from '../../core/index.js';
import {
  type Comparison,
  compareModels,
  type Estimate,
  effectiveCount,
  fitEstimates,
  lagOne,
  type Parameter,
  type Problem,
  scatterOf,
} from '../estimates/index.js';
import { columnOf, type MeasuredColumn, type MeasuredFile, type MeasuredSeries } from '../measured/index.js';
import { oneStepIn } from './one-step.js';
import { outliersOf } from './outliers.js';
import { recordsOf, type StateRecord, stateColumns } from './records-of-state.js';
import { MIN_CELLS, type Relaxation, type RelaxationOptions, relaxationOf } from './relaxation.js';
import { type RecordSpan, type RetentionLaw, retentionLaws } from './retention-laws.js';

/** A state over time: which way it went, and which laws describe that. */
export interface RetentionFeatures {
  readonly series: string;
  /** Column of the state. */
  readonly column: string;
  readonly cell?: string;
  /** Programmed level, where the file has a column of it. */
  readonly level?: number;
  /** S, A or Ω: what `first` and `last` are in; laws are of value over first value. */
  readonly unit: string;
  /** False where nobody knows the unit of the time: numbers per time are then in the file's own. */
  readonly timeIsKnown: boolean;
  readonly points: number;
  readonly first: number;
  readonly last: number;
  /** last/first − 1. */
  readonly change: number;
  /** `wanders`: it moved far beyond the scatter of neighbours, and ends where no law says so, as up and down again. */
  readonly direction: 'rises' | 'falls' | 'steady' | 'wanders';
  /** The one step between two levels, as of a cell that fails: between those times (unit of the file's time), by that factor. No law has one. */
  readonly step?: { readonly after: number; readonly until: number; readonly ratio: number };
  /** Smallest and largest value, outliers left out. */
  readonly range: readonly [low: number, high: number];
  /** Of the points of the curves, outliers among them; unit of the file's time. */
  readonly times: Float64Array;
  /** By Akaike's criterion with the effective number of points, best first. */
  readonly laws: readonly RetentionFit[];
  readonly best: string;
  /** Others that the data cannot tell from the best. */
  readonly indistinguishable: readonly string[];
  /** Laws that the data rules out (ΔAIC from 10 on, effective n). */
  readonly rejected: readonly string[];
  /** Of the residuals of the best law. */
  readonly lag1: number;
  /** By what standard errors for independent reads are too small: √((1 + ρ)/(1 − ρ)). */
  readonly inflation: number;
  readonly nEffective: number;
  readonly method: string;
  readonly remarks: readonly string[];
}

/** One law fitted to a record. */
export interface RetentionFit {
  readonly name: string;
  readonly formula: string;
  /** Intervals widened for reads that depend on each other. */
  readonly parameters: Readonly<Record<string, Estimate>>;
  readonly r2: number;
  /** n ln(Σr²/n) + 2k, of reads taken for independent. */
  readonly aic: number;
  readonly deltaAic: number;
  readonly lag1: number;
  /** Curve of the least-squares fit at the points, outliers among them, y = value over first value. */
  readonly curve: Float64Array;
  readonly warnings: readonly string[];
}

const REJECTED = 10;
/** σ about one level over the scatter of neighbours that makes a record one that moved. */
const MOVED = 3;
/** Share of its movement (sum of squares) that a law leaves of a record that it follows. */
const FOLLOWED = 0.02;
/** Points that a record followed closely is worth at least, where it has so many. */
const LEAST_WORTH = 12;
/** Root mean square of value over first value below which a difference is rounding. */
const ROUNDING = 1e-9;
/** More points say no more of a law, and take their time. */
const MOST_POINTS = 1000;
const MIN_POINTS = 6;

/** Above that many records of a file, laws of each would be a list that nobody reads. */
const MOST_RECORDS = 24;

/** Every state over time that a file holds as retention, one a record; of many cells read a few times each none: see `relaxationFeatures`. */
export function retentionFeatures(file: MeasuredFile): RetentionFeatures[] {
  const all = recordsIn(file);
  if (all.length > MOST_RECORDS) return [];
  return all.flatMap(({ series, time, column, record }) => retentionOf(series, time, column, record) ?? []);
}

/** How many cells relaxed together: one for each unit of state of a file that holds at least eight records with times in common. */
export function relaxationFeatures(file: MeasuredFile, options: RelaxationOptions = {}): Relaxation[] {
  const kinds = new Map<string, ReturnType<typeof recordsIn>>();
  for (const one of recordsIn(file)) {
    const kind = `${one.column.name} ${one.column.unit}`;
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, [one]);
    else known.push(one);
  }
  return [...kinds.values()].flatMap((records) => {
    if (records.length < MIN_CELLS) return [];
    const [{ column, time }] = records;
    const about = { column: column.name, unit: column.unit, timeIsKnown: time.unit === 's' };
    const found = relaxationOf(
      records.map(({ record }) => record),
      about,
      options,
    );
    // One record a level is a table of statistics, not of cells.
    const spread = found.groups.some(({ cells }) => cells > 1);
    return found.times_s.length === 0 || !spread ? [] : [found];
  });
}

function recordsIn(file: MeasuredFile) {
  return file.series
    .filter(({ kind }) => kind === 'retention')
    .flatMap((series) => {
      const time = columnOf(series, 'time_s');
      if (time === undefined) return [];
      return stateColumns(series).flatMap((column) =>
        recordsOf(series, time, column).map((record) => ({ series, time, column, record })),
      );
    });
}

function retentionOf(
  series: MeasuredSeries,
  time: MeasuredColumn,
  state: MeasuredColumn,
  record: StateRecord,
): RetentionFeatures | undefined {
  const whole = recordOf(record.time, record.state);
  const { first } = whole;
  const outliers = outliersOf(whole.y);
  const kept = (_: number, k: number): boolean => !outliers.includes(k);
  const [t, y] = [whole.t.filter(kept), whole.y.filter(kept)];
  const unit = state.unit || '1';
  const remarks = [
    ...whole.remarks,
    ...outliers.map(
      (k) =>
        `point ${k + 1} at ${whole.t[k].toPrecision(4)}${time.unit === 's' ? ' s' : ''}, ${formatQuantity(first * whole.y[k], unit)}, lies far off its neighbours (${(whole.y[k] / ((whole.y[k - 1] + whole.y[k + 1]) / 2)).toPrecision(3)} times their mean): an outlier, left out of the laws`,
    ),
  ];
  if (t.length < MIN_POINTS || !(t[t.length - 1] > t[0])) return undefined;
  const span = spanOf(t, y);
  const fits = retentionLaws.map((law) => fitLaw(law, span, t, y));
  const plainest = fits.reduce((best, fit) => (fit.rss < best.rss ? fit : best));
  const n = t.length;
  const level = fits.find(({ law }) => law.name === 'constant') ?? plainest;
  // Neighbours agree far better than the record does with one level: it moved, whatever the few effective points say of laws.
  const moved = Math.sqrt(level.rss / n) > MOVED * scatterOf(y) && level.lag1 > 0.5;
  // What a law leaves of a record that it follows closely is a smooth misfit, no noise whose correlation could take points away.
  const followed = moved && plainest.rss <= FOLLOWED * level.rss;
  const nEffective = Math.max(effectiveCount(n, plainest.lag1), followed ? Math.min(n, LEAST_WORTH) : 0);
  // Of exact laws what rounding leaves says nothing.
  const least = n * ROUNDING ** 2;
  const comparison: Comparison = compareModels(
    fits.map(({ law, rss, size }) => ({ name: law.name, rss: Math.max(rss, least), parameters: size })),
    n,
    nEffective,
  );
  const best = fits.find(({ law }) => law.name === comparison.best) ?? plainest;
  const { lag1 } = best;
  const step = oneStepIn(y);
  const change = y[n - 1] - 1;
  const steady = [comparison.best, ...comparison.indistinguishable].includes('constant');
  if (followed && step === undefined) {
    const farthest = Math.max(...best.residuals.map(Math.abs));
    remarks.push(
      farthest < 1e-6
        ? `the law “${best.law.name}” describes it exactly`
        : `the law “${best.law.name}” follows it within ${(100 * farthest).toPrecision(2)} % of the first value`,
    );
  }
  if (steady && moved)
    remarks.push(
      'no law compared describes it: too few of its points are independent of each other to tell them apart',
    );
  const laws = comparison.rows.map(({ name, deltaAic }) => {
    const fit = fits.find(({ law }) => law.name === name) ?? best;
    return { ...shown(fit, n, y, outliers), deltaAic };
  });
  return {
    series: series.name,
    column: state.name,
    ...(series.cell !== undefined && { cell: series.cell }),
    ...(record.level !== undefined && { level: record.level }),
    unit: state.unit,
    timeIsKnown: time.unit === 's',
    points: n,
    times: whole.t,
    first,
    last: first * y[n - 1],
    change,
    direction: steady ? (moved ? 'wanders' : 'steady') : change > 0 ? 'rises' : 'falls',
    ...(step !== undefined && {
      step: { after: t[step.at - 1], until: t[step.at], ratio: step.ratio },
    }),
    range: rangeOf(y, first),
    laws,
    best: comparison.best,
    indistinguishable: comparison.indistinguishable,
    // Infinity: more parameters than effective points, of which nothing can be said.
    rejected: laws
      .filter(({ deltaAic }) => deltaAic >= REJECTED && deltaAic < Infinity)
      .map(({ name }) => name),
    lag1,
    inflation: inflationOf(lag1),
    nEffective,
    method: `least squares of value over first value; laws compared by Akaike's criterion with ${nEffective.toFixed(0)} effective of ${n} points (lag-1 correlation of residuals)`,
    remarks,
  };
}

type LawFit = ReturnType<typeof fitLaw>;

function fitLaw(law: RetentionLaw, span: RecordSpan, t: Float64Array, y: Float64Array) {
  const parameters = law.parameters(span);
  const size = parameters.length;
  // The direction rides along behind the parameters, for the law that needs it.
  const sign = span.end >= 1 ? 1 : -1;
  const p = new Float64Array(size + 1);
  const problem: Problem = {
    parameters,
    count: t.length,
    residuals(values, out) {
      p.set(values.subarray(0, size));
      p[3] = size === 3 ? sign : 0;
      for (let k = 0; k < t.length; k++) out[k] = y[k] - law.value(p, t[k]);
    },
  };
  const starts = law.starts(span);
  const fit = fitEstimates(problem, { starts, draws: 4, correlated: false });
  const lag1 = lagOne(fit.residuals);
  return {
    law,
    size,
    rss: fit.rmse ** 2 * t.length,
    residuals: fit.residuals,
    lag1,
    estimates: widened(law, fit.estimates, parameters, lag1),
    warnings: fit.warnings,
  };
}

/** Intervals for reads that depend on each other: wider by √((1 + ρ)/(1 − ρ)), and open where that takes them over a bound. */
function widened(
  { linked }: RetentionLaw,
  estimates: Readonly<Record<string, Estimate>>,
  parameters: readonly Parameter[],
  lag1: number,
): Record<string, Estimate> {
  const factor = inflationOf(lag1);
  const wide = parameters.map(({ name, low, high, spacing }) => {
    const estimate = estimates[name];
    const { value } = estimate;
    const away = (end: number) =>
      spacing === 'log' ? value * (end / value) ** factor : value + factor * (end - value);
    const ends = [away(estimate.low), away(estimate.high)];
    return {
      ...estimate,
      low: Math.max(low, ends[0]),
      high: Math.min(high, ends[1]),
      identifiable: estimate.identifiable && ends[0] > low && ends[1] < high,
      nEffective: effectiveCount(estimate.n, lag1),
      method: `least squares, profile-likelihood interval widened ${factor.toFixed(1)} times for the lag-1 correlation of residuals`,
    };
  });
  const all = wide.every(({ identifiable }) => identifiable);
  return Object.fromEntries(
    wide.map((estimate, k) => [
      parameters[k].name,
      linked === true ? { ...estimate, identifiable: all } : estimate,
    ]),
  );
}

const inflationOf = (lag1: number): number => Math.sqrt((1 + Math.max(0, lag1)) / (1 - Math.max(0, lag1)));

function shown(
  { law, size, rss, residuals, lag1, estimates, warnings }: LawFit,
  n: number,
  y: Float64Array,
  outliers: readonly number[],
) {
  const mean = y.reduce((sum, value) => sum + value, 0) / n;
  const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    name: law.name,
    formula: law.formula,
    parameters: estimates,
    r2: total > 0 ? 1 - rss / total : 0,
    aic: n * Math.log(rss / n) + 2 * size,
    lag1,
    curve: withGaps(
      y.map((value, k) => value - residuals[k]),
      outliers,
    ),
    warnings,
  };
}

/** A curve over the points kept, as one over all: at those left out, which stand alone, the mean of what is to either side. */
function withGaps(curve: Float64Array, outliers: readonly number[]): Float64Array {
  const all = Array.from(curve);
  for (const k of outliers) all.splice(k, 0, (all[k - 1] + all[k]) / 2);
  return Float64Array.from(all);
}

function rangeOf(y: Float64Array, first: number): [number, number] {
  const values = y.map((value) => value * first).sort();
  return [values[0], values[values.length - 1]];
}

/** Points with both numbers and a time above zero, over their first value; long records thinned by means of neighbours. */
function recordOf(time: Float64Array, state: Float64Array) {
  const later = Array.from(time.keys()).filter((k) => time[k] > 0);
  const remarks: string[] = [];
  if (later.length < time.length)
    remarks.push(
      `${time.length - later.length} points at times of zero or below are left out: laws of ln t have no value there`,
    );
  const first = later.length === 0 ? Number.NaN : state[later[0]];
  const group = Math.ceil(later.length / MOST_POINTS);
  if (group > 1) remarks.push(`${later.length} points were averaged in groups of ${group} neighbours`);
  const t: number[] = [];
  const y: number[] = [];
  for (let k = 0; k < later.length; k += group) {
    const some = later.slice(k, k + group);
    t.push(some.reduce((sum, j) => sum + time[j], 0) / some.length);
    y.push(some.reduce((sum, j) => sum + state[j], 0) / some.length / first);
  }
  return { t: Float64Array.from(t), y: Float64Array.from(y), first, remarks };
}

function spanOf(t: Float64Array, y: Float64Array): RecordSpan {
  let step_s = Infinity;
  for (let k = 1; k < t.length; k++) if (t[k] > t[k - 1]) step_s = Math.min(step_s, t[k] - t[k - 1]);
  return { first_s: t[0], last_s: t[t.length - 1], step_s, end: y[y.length - 1] };
}
