import { inputError } from '../../core/index.js';
import { repeatOf } from './plan.js';
import type { StudyResults } from './results.js';
import { type Spread, spreadOf } from './spread.js';

/** One point that two studies share. */
export interface ComparedPoint {
  readonly values: Readonly<Record<string, unknown>>;
  readonly metric: string;
  readonly first: Spread;
  readonly second: Spread;
  /** Second less first, over the seeds that both have; absent where they share none. */
  readonly difference?: Spread;
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
  const places = new Map(first.points.map(({ values }) => [placeOf(values), values] as const));
  const shared = [...places].filter(([place]) =>
    second.points.some(({ values }) => placeOf(values) === place),
  );
  if (shared.length === 0) {
    throw inputError(
      'study.compare',
      `the studies share no point: ${first.name} varies ${axesText(first)}, ${second.name} ${axesText(second)}`,
    );
  }
  return shared.flatMap(([place, values]) =>
    metrics.flatMap((metric): ComparedPoint[] => {
      const [a, b] = [first, second].map(({ trials }) =>
        trials.flatMap((trial) => {
          const value = trial.numbers.get(metric);
          return placeOf(trial.values) === place && value !== undefined
            ? [{ repeat: repeatOf(trial), value }]
            : [];
        }),
      );
      const [one, other] = [a, b].map((list) => spreadOf(list.map(({ value }) => value)));
      if (one === undefined || other === undefined) return [];
      const pairs = b.flatMap(({ repeat, value }) => {
        const pair = a.find((candidate) => candidate.repeat === repeat);
        return pair === undefined ? [] : [value - pair.value];
      });
      const difference = spreadOf(pairs);
      return [
        { values, metric, first: one, second: other, ...(difference === undefined ? {} : { difference }) },
      ];
    }),
  );
}

/** The same point in whatever order its axes stand. */
function placeOf(values: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const axesText = ({ axes }: StudyResults): string => (axes.length === 0 ? 'nothing' : axes.join(', '));
