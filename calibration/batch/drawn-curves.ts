import { columnOf, type MeasuredSeries } from '../measured/index.js';

/** A curve thin enough to be drawn and kept, of however long a record. */
export interface DrawnCurve {
  readonly series: string;
  readonly cell?: string;
  readonly cycle?: number;
  /** `[points]`, in the order measured. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** How many there are, where only some were kept. */
  readonly of?: number;
}

/** Points kept of a record, about. */
const MOST_POINTS = 400;
/** Points of all sweeps of one file that are kept as they are; a folder of thousands of files is held at once. */
const WHOLE_POINTS = 20_000;

/** Points that each of so many sweeps may keep. */
export const pointsOfEach = (sweeps: number): number =>
  Math.max(MOST_POINTS, Math.floor(WHOLE_POINTS / Math.max(1, sweeps)));

const voltageOf = (series: MeasuredSeries) =>
  columnOf(series, 'voltage_V') ?? columnOf(series, 'appliedVoltage_V');

/** Whether a series has a current over a voltage. */
export const isSwept = (series: MeasuredSeries): boolean =>
  voltageOf(series) !== undefined && columnOf(series, 'current_A') !== undefined;

/** Current over voltage of a series; undefined where it has not both. */
export function sweptCurve(series: MeasuredSeries, mostPoints = pointsOfEach(1)): DrawnCurve | undefined {
  const voltage = voltageOf(series);
  const current = columnOf(series, 'current_A');
  if (voltage === undefined || current === undefined) return undefined;
  return thinned(series, voltage.values, current.values, mostPoints);
}

/**
 * Of each stretch of a record the points where the second quantity is least and largest, where the first one turns, both sides of the
 * largest step, and its ends: a jump stays as steep as it was measured.
 */
export function thinned(
  series: Pick<MeasuredSeries, 'name' | 'cell' | 'cycle'>,
  x: Float64Array,
  y: Float64Array,
  mostPoints = MOST_POINTS,
): DrawnCurve {
  const about = {
    series: series.name,
    ...(series.cell === undefined ? {} : { cell: series.cell }),
    ...(series.cycle === undefined ? {} : { cycle: series.cycle }),
  };
  if (x.length <= mostPoints) return { ...about, x: x.slice(), y: y.slice() };
  const kept: number[] = [];
  // Eight of a stretch at most.
  const stretch = Math.ceil((8 * x.length) / mostPoints);
  for (let from = 0; from < x.length; from += stretch) {
    const to = Math.min(x.length, from + stretch);
    const chosen = new Set([from, to - 1]);
    let low = from;
    let high = from;
    let least = from;
    let most = from;
    let step = from;
    for (let i = from; i < to; i++) {
      if (i + 1 < to && Math.abs(y[i + 1] - y[i]) > Math.abs(y[step + 1] - y[step])) step = i;
      if (y[i] < y[low]) low = i;
      if (y[i] > y[high]) high = i;
      if (x[i] < x[least]) least = i;
      if (x[i] > x[most]) most = i;
    }
    for (const i of [low, high, least, most, step, Math.min(step + 1, to - 1)]) chosen.add(i);
    kept.push(...[...chosen].sort((a, b) => a - b));
  }
  return {
    ...about,
    x: Float64Array.from(kept, (i) => x[i]),
    y: Float64Array.from(kept, (i) => y[i]),
    of: x.length,
  };
}
