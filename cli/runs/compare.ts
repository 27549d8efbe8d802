import { z } from 'zod';
import { inputError } from '../../core/index.js';
import {
  type ComparedGroup,
  type ComparedRuns,
  compareRuns,
  type ErrorName,
  errorCurve,
  readKept,
} from '../../experiments/kept/index.js';
import { percent } from '../../experiments/sessions/index.js';
import { csvText } from '../../records/tables/index.js';
import { aligned } from '../aligned.js';
import { findKept, RUN } from '../find-run.js';
import { defineCommand } from '../frame/index.js';
import { warn } from '../io.js';
import { requireKept } from './require-kept.js';

const names = { testError: 'test error', validationError: 'validation error', trainError: 'training error' };

export const runsCompareCommand = defineCommand({
  options: z.strictObject({
    runs: z.array(z.string()).min(1).meta({ argument: '<run...>', description: RUN }),
    error: z.enum(['testError', 'validationError', 'trainError']).default('testError').meta({
      flag: '--error <name>',
      description: 'the error that is drawn',
    }),
  }),
  outputs: { '.csv': 'one row a group and epoch' },
  draws: 'the error against the epoch, with bands over seeds',
  notes:
    'Looks: opens no device. Runs that differ in nothing but their seed are one group: mean and 95 % interval by Student’s t.',
  examples: ['ohmprop runs compare runs/a runs/b', 'ohmprop runs compare runs/2026-*_xor_* -o xor.svg'],

  async answer({ runs: named, error }, { io }) {
    const paths = [...new Set(await Promise.all(named.map((name) => findKept(io, name))))];
    paths.forEach(requireKept);
    const runs = await Promise.all(paths.map(readKept));
    for (const { path, problems } of runs) for (const problem of problems) warn(io, `${path}: ${problem}`);
    const other = runs.find(({ kind }) => kind !== 'training');
    if (other !== undefined) {
      const remedy = other.kind === 'study' ? 'ohmprop study compare takes studies' : 'name trained runs';
      throw inputError('runs.kind', `${other.path} is a ${other.kind}, not a training; ${remedy}`);
    }
    const compared = compareRuns(runs);
    const curves = compared.groups.map((group) => ({ group, points: errorCurve(group, error) }));
    return {
      text: textOf(compared).join('\n'),
      json: jsonOf(compared, error),
      outputs: { '.csv': () => csvOf(curves) },
      figure: async () => {
        const { bandCurves } = await import('../../report/index.js');
        const shown = curves.filter(({ points }) => points.length > 0);
        if (shown.length === 0)
          throw inputError(
            'runs.nothing',
            `no epoch of these runs says its ${names[error]}: nothing to draw`,
          );
        const several = shown.some(({ group }) => group.runs.length > 1);
        return bandCurves({
          title: `${names[error]} of ${runs.length} runs`,
          subtitle: several
            ? 'means over seeds, bands are 95 % intervals of the mean'
            : 'one seed each: no band',
          x: { quantity: 'epoch', unit: '1', whole: true },
          y: { quantity: `${names[error]} (%)`, unit: '1', zero: true },
          curves: shown.map(({ group, points }) => ({
            name: group.runs.length > 1 ? `${group.name} (${group.runs.length} seeds)` : group.name,
            points: points.map(({ epoch, mean, low, high, n }) => ({
              x: epoch,
              mean: 100 * mean,
              ...(low === undefined || high === undefined ? {} : { low: 100 * low, high: 100 * high }),
              n,
            })),
          })),
        });
      },
    };
  },
});

function textOf({ groups, keys }: ComparedRuns): string[] {
  const shown = (value: string | undefined) =>
    value === undefined ? 'not set' : value.replace(/^"(.*)"$/, '$1');
  return [
    ...aligned([
      ['RUNS', 'N', 'TEST ERROR', 'STANDING'],
      ...groups.map((group) => [group.name, String(group.runs.length), errorText(group), standings(group)]),
    ]),
    '',
    ...(groups.length === 1
      ? ['all are the same but for their seeds']
      : [
          'They differ in:',
          ...aligned([
            ['KEY', ...groups.map(({ name }) => name)],
            ...keys.map(({ key, values }) => [key, ...values.map(shown)]),
          ]),
        ]),
  ];
}

function standings({ runs }: ComparedGroup): string {
  const all = [...new Set(runs.map(({ standing }) => standing))];
  return all.join(', ');
}

function errorText({ testError }: ComparedGroup): string {
  if (testError === undefined) return '';
  const { mean, deviation, low, high } = testError;
  if (deviation === undefined || low === undefined || high === undefined) return percent(mean);
  return `${percent(mean)} ± ${percent(deviation)} [${percent(low)}, ${percent(high)}]`;
}

function jsonOf({ groups, keys }: ComparedRuns, error: ErrorName): object {
  return {
    groups: groups.map((group) => ({
      name: group.name,
      runs: group.runs.map(({ path }) => path),
      seeds: group.runs.map(({ config }) => config?.seed ?? null),
      testError: group.testError ?? null,
      curve: errorCurve(group, error),
    })),
    error,
    differing: keys.map(({ key, values }) => ({
      key,
      values: values.map((value) => (value === undefined ? null : JSON.parse(value))),
    })),
  };
}

function csvOf(curves: readonly { group: ComparedGroup; points: ReturnType<typeof errorCurve> }[]): string {
  return csvText(
    ['group', 'epoch', 'mean', 'deviation', 'low', 'high', 'n'],
    curves.flatMap(({ group, points }) =>
      points.map(({ epoch, mean, deviation, low, high, n }) => [
        group.name,
        epoch,
        mean,
        deviation ?? '',
        low ?? '',
        high ?? '',
        n,
      ]),
    ),
  );
}
