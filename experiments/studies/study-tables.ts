import { csvText, type TableCell } from '../../records/tables/index.js';
import type { StudyResults } from './results.js';

/** One row a trial: its point, its seed, its numbers, its directory. Tidy: every number in a column of its own. */
export function trialsCsv({ axes, metrics, trials }: StudyResults): string {
  const names = [...metrics, ...(metrics.includes('seconds') ? [] : ['seconds'])];
  return csvText(
    [...axes, 'seed', ...names, 'trial'],
    trials.map(({ values, seed, numbers, key }) => [
      ...axes.map((axis) => cellOf(values[axis])),
      seed ?? '',
      ...names.map((name) => numbers.get(name) ?? ''),
      key,
    ]),
  );
}

const ends = ['n', 'mean', 'deviation', 'low', 'high', 'least', 'median', 'most'] as const;

/** One row a point and metric: mean, standard deviation, 95 % interval, least, median, most; the difference to the first point. */
export function pointsCsv({ axes, metrics, points }: StudyResults): string {
  return csvText(
    [...axes, 'metric', ...ends, 'difference', 'difference_low', 'difference_high', 'failed'],
    points.flatMap(({ values, spreads, differences, failed }) =>
      metrics.flatMap((metric) => {
        const spread = spreads[metric];
        if (spread === undefined) return [];
        const difference = differences[metric];
        return [
          [
            ...axes.map((axis) => cellOf(values[axis])),
            metric,
            ...ends.map((end) => spread[end] ?? ''),
            difference?.mean ?? '',
            difference?.low ?? '',
            difference?.high ?? '',
            failed,
          ],
        ];
      }),
    ),
  );
}

function cellOf(value: unknown): TableCell {
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

/** What `--json` prints. */
export function resultsJson({ trials, points, ...rest }: StudyResults): object {
  return {
    ...rest,
    points,
    trials: trials.map(({ numbers, ...trial }) => ({ ...trial, numbers: Object.fromEntries(numbers) })),
  };
}
