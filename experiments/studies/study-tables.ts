import { csvText, type TableCell } from '../../records/tables/index.js';
import type { StudyResults } from './results.js';

/** One row a trial: its point, its seed, its numbers, its directory. Tidy: every number in a column of its own. */
export function trialsCsv({ axes, metrics, trials, repeats }: StudyResults): string {
  const drawn = repeats === 'draws';
  const seeded = !axes.includes('seed');
  const names = [...metrics, ...(metrics.includes('seconds') ? [] : ['seconds'])];
  return csvText(
    [...axes, ...(seeded ? ['seed'] : []), ...(drawn ? ['hardwareSeed'] : []), ...names, 'trial'],
    trials.map(({ values, seed, hardwareSeed, numbers, key }) => [
      ...axes.map((axis) => cellOf(values[axis])),
      ...(seeded ? [seed ?? ''] : []),
      ...(drawn ? [hardwareSeed ?? ''] : []),
      ...names.map((name) => numbers.get(name) ?? ''),
      key,
    ]),
  );
}

const ends = ['n', 'mean', 'deviation', 'low', 'high', 'least', 'median', 'most'] as const;

/**
 * One row a point and metric: mean, standard deviation, 95 % interval, least, median, most; the difference to the first point,
 * and over how many pairs. A point of which every trial failed has its row too, of 0 trials; one that is still open has none.
 */
export function pointsCsv({ axes, metrics, points }: StudyResults): string {
  const withYield = points.some((point) => point.yield !== undefined);
  return csvText(
    [
      ...axes,
      'metric',
      ...ends,
      'difference',
      'difference_low',
      'difference_high',
      'pairs',
      'failed',
      ...(withYield ? ['good', 'ended', 'yield', 'yield_low', 'yield_high'] : []),
    ],
    points.flatMap(({ values, spreads, differences, failed, yield: found }) =>
      metrics.flatMap((metric) => {
        const spread = spreads[metric];
        if (spread === undefined && failed === 0) return [];
        const difference = differences[metric];
        return [
          [
            ...axes.map((axis) => cellOf(values[axis])),
            metric,
            ...ends.map((end) => spread?.[end] ?? (end === 'n' ? 0 : '')),
            difference?.mean ?? '',
            difference?.low ?? '',
            difference?.high ?? '',
            difference?.n ?? '',
            failed,
            ...(withYield
              ? [found?.good ?? '', found?.n ?? '', found?.share ?? '', found?.low ?? '', found?.high ?? '']
              : []),
          ],
        ];
      }),
    ),
  );
}

/** One row a point, number and share of the hardware: below what it lies, with a 95 % interval. Its ends: shares 0 and 1, and which hardware that is. */
export function quantilesCsv({ axes, distributions }: StudyResults): string {
  return csvText(
    [...axes, 'metric', 'n', 'share', 'value', 'low', 'high', 'hardwareSeed'],
    distributions.flatMap(({ values, metric, n, quantiles, least, most }) => {
      const place = [...axes.map((axis) => cellOf(values[axis])), metric, n];
      return [
        [...place, 0, least.value, '', '', least.hardwareSeed ?? ''],
        ...quantiles.map(({ share, value, low, high }) => [
          ...place,
          share,
          value,
          low ?? '',
          high ?? '',
          '',
        ]),
        [...place, 1, most.value, '', '', most.hardwareSeed ?? ''],
      ];
    }),
  );
}

/** A value of an axis in a table. */
export function cellOf(value: unknown): TableCell {
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
