import { inputError } from '../../core/index.js';
import { meaningOf } from './axis-quantity.js';
import type { TrialNumbers } from './numbers.js';
import { repeatOf } from './plan.js';
import type { StudyResults } from './results.js';
import { type Spread, spreadOf } from './spread.js';

/** One point that two studies share. */
export interface ComparedPoint {
  readonly values: Readonly<Record<string, unknown>>;
  readonly metric: string;
  /** Over the seeds that both have, so that the difference is that of the means; where they share none, over its own. */
  readonly first: Spread;
  readonly second: Spread;
  /** Second less first, over the seeds that both have; absent where they share none. */
  readonly difference?: Spread;
  /** Trials with that number, of each, whose seed the other has none of. */
  readonly alone: readonly [number, number];
}

/**
 * Two studies point by point: of the numbers and axes that both have.
 * @throws `study.compare` (exit code 2) where they share no number or no point
 */
export function compareStudies(first: StudyResults, second: StudyResults): ComparedPoint[] {
  const metrics = first.metrics.filter((metric) => second.metrics.includes(metric));
  if (metrics.length === 0) {
    throw inputError(
      'study.compare',
      `the studies share no number: ${first.name} has ${first.metrics.join(', ')}, ${second.name} has ${second.metrics.join(', ')}; --keep names one of both`,
    );
  }
  const [ours, theirs] = [trialsBy(first), trialsBy(second)];
  const shared = first.points.filter(({ values }) => theirs.has(placeOf(values)));
  if (shared.length === 0) {
    throw inputError(
      'study.compare',
      `the studies share no point: ${first.name} varies ${axesText(first)}, ${second.name} ${axesText(second)}`,
    );
  }
  return shared.flatMap(({ values }) =>
    metrics.flatMap((metric): ComparedPoint[] => {
      const [a, b] = [ours, theirs].map((trials) => valuesOf(trials.get(placeOf(values)) ?? [], metric));
      const pairs = [...b].flatMap(([repeat, value]): [number, number][] => {
        const other = a.get(repeat);
        return other === undefined ? [] : [[other, value]];
      });
      const of = (at: 0 | 1, own: ReadonlyMap<string, number>) =>
        spreadOf(pairs.length > 0 ? pairs.map((pair) => pair[at]) : [...own.values()]);
      const [one, other] = [of(0, a), of(1, b)];
      if (one === undefined || other === undefined) return [];
      const difference = spreadOf(pairs.map(([before, after]) => after - before));
      return [
        {
          values,
          metric,
          first: one,
          second: other,
          ...(difference === undefined ? {} : { difference }),
          alone: [a.size - pairs.length, b.size - pairs.length],
        },
      ];
    }),
  );
}

function trialsBy({ trials }: StudyResults): Map<string, TrialNumbers[]> {
  const by = new Map<string, TrialNumbers[]>();
  for (const trial of trials) {
    const place = placeOf(trial.values);
    by.set(place, [...(by.get(place) ?? []), trial]);
  }
  return by;
}

/** One number of trials of a point, by what tells them apart. */
function valuesOf(trials: readonly TrialNumbers[], metric: string): Map<string, number> {
  return new Map(
    trials.flatMap((trial) => {
      const value = trial.numbers.get(metric);
      return value === undefined ? [] : [[repeatOf(trial), value] as const];
    }),
  );
}

/** The same of the same point, in whatever order its axes stand and however their values are written. */
export function placeOf(values: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(
    Object.entries(values)
      .map(([key, value]) => [key, meaningOf(key, value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const axesText = ({ axes }: StudyResults): string => (axes.length === 0 ? 'nothing' : axes.join(', '));
