import { columnOf, type MeasuredSeries } from '../measured/index.js';

/** A curve thin enough to be drawn and kept, of however long a record. */
export interface DrawnCurve {
  readonly series: string;
  readonly cell?: string;
  readonly cycle?: number;
  /** `[points]`, in the order measured. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Points of a drawn curve, about: more would not be seen at 85 mm. */
const MOST_POINTS = 400;

/** Current over voltage of a series; undefined where it has not both. */
export function sweptCurve(series: MeasuredSeries, mostPoints = MOST_POINTS): DrawnCurve | undefined {
  const voltage = columnOf(series, 'voltage_V') ?? columnOf(series, 'appliedVoltage_V');
  const current = columnOf(series, 'current_A');
  if (voltage === undefined || current === undefined) return undefined;
  return thinned(series, voltage.values, current.values, mostPoints);
}

/**
 * Of each stretch of a record the points where the second quantity is least and largest, where the first one turns, and its ends.
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
  // Four of a stretch at most.
  const stretch = Math.ceil((4 * x.length) / mostPoints);
  for (let from = 0; from < x.length; from += stretch) {
    const to = Math.min(x.length, from + stretch);
    const chosen = new Set([from, to - 1]);
    let low = from;
    let high = from;
    let least = from;
    let most = from;
    for (let i = from; i < to; i++) {
      if (y[i] < y[low]) low = i;
      if (y[i] > y[high]) high = i;
      if (x[i] < x[least]) least = i;
      if (x[i] > x[most]) most = i;
    }
    for (const i of [low, high, least, most]) chosen.add(i);
    kept.push(...[...chosen].sort((a, b) => a - b));
  }
  return { ...about, x: Float64Array.from(kept, (i) => x[i]), y: Float64Array.from(kept, (i) => y[i]) };
}
