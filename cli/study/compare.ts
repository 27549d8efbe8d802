import { z } from 'zod';
import { differingKeys } from '../../experiments/kept/index.js';
import {
  type ComparedPoint,
  compareStudies,
  pointText,
  readPlan,
  resultsOf,
  type StudyPlan,
  type StudyResults,
  shortNumber,
  standingOf,
  TrialStore,
} from '../../experiments/studies/index.js';
import { csvText } from '../../records/tables/index.js';
import { defineCommand, path } from '../frame/index.js';
import { keepOption } from './options.js';

export const studyCompareCommand = defineCommand({
  options: z.strictObject({
    first: path(z.string()).meta({ argument: '<first>', description: 'directory of a study' }),
    second: path(z.string()).meta({ argument: '<second>', description: 'directory of another' }),
    keep: keepOption,
  }),
  outputs: { '.csv': 'one row a point and number' },
  notes:
    'Looks: computes nothing. Points are the same where their values are; differences are taken seed by seed.',
  examples: ['ohmprop study compare runs/study_before runs/study_after --keep testError'],

  async answer({ first, second, keep }) {
    const plans = await Promise.all([readPlan(first), readPlan(second)]);
    const [a, b] = await Promise.all([resultsIn(first, plans[0], keep), resultsIn(second, plans[1], keep)]);
    const points = compareStudies(a, b);
    const basesDiffer = differences(plans);
    const several = new Set(points.map(({ metric }) => metric)).size > 1;
    return {
      text: [
        ...points.map((point) => lineOf(point, several)),
        ...leftOut(points, a, first),
        ...leftOut(points, b, second),
        ...basesDiffer.map(
          ({ key, values: [one, other] }) =>
            `apart from the points, ${key} differs: ${one ?? 'not given'} in ${first}, ${other ?? 'not given'} in ${second}`,
        ),
        `${second} less ${first}, [95 % interval] over the seeds of both`,
      ].join('\n'),
      json: { first, second, points, differing: basesDiffer },
      outputs: { '.csv': () => csvOf(points) },
    };
  },
});

/** What the two are besides their axes: a difference between their numbers may come of it. */
function differences(plans: readonly StudyPlan[]) {
  // Points that both have are of the same axes.
  const varied = plans[0].axes.map(({ key }) => key);
  return differingKeys(plans.map(({ command, options }) => ({ command, ...options }))).filter(
    ({ key }) => !varied.includes(key),
  );
}

async function resultsIn(study: string, plan: StudyPlan, keep: readonly string[]) {
  const { path, trials } = await standingOf(study, plan);
  return resultsOf(keep.length === 0 ? plan : { ...plan, keep }, trials, new TrialStore(path));
}

/** What a study has that is not compared, as the other lacks it. */
function leftOut(compared: readonly ComparedPoint[], { points }: StudyResults, study: string): string[] {
  const place = (values: object): string => JSON.stringify(Object.entries(values).sort());
  const shown = new Set(compared.map(({ values }) => place(values)));
  const others = points.filter(({ values }) => !shown.has(place(values)));
  if (others.length === 0) return [];
  const more = others.length > MOST_LEFT_OUT ? '; …' : '';
  return [
    `not compared, of ${study} alone or without an answer: ${others.slice(0, MOST_LEFT_OUT).map(pointText).join('; ')}${more}`,
  ];
}

const MOST_LEFT_OUT = 3;

function lineOf({ values, metric, first, second, difference }: ComparedPoint, several: boolean): string {
  const what = `${pointText({ values })}${several ? `, ${metric}` : ''}`;
  const means = `${shortNumber(first.mean)} and ${shortNumber(second.mean)}`;
  if (difference === undefined) return `${what}: ${means}, no seed in both`;
  const sign = difference.mean > 0 ? '+' : '';
  const interval =
    difference.low === undefined || difference.high === undefined
      ? ', one seed'
      : ` [${shortNumber(difference.low)}, ${shortNumber(difference.high)}]`;
  return `${what}: ${means}, ${sign}${shortNumber(difference.mean)}${interval}`;
}

function csvOf(points: readonly ComparedPoint[]): string {
  const axes = Object.keys(points[0]?.values ?? {});
  return csvText(
    [...axes, 'metric', 'first', 'second', 'difference', 'difference_low', 'difference_high', 'n'],
    points.map(({ values, metric, first, second, difference }) => [
      ...axes.map((axis) => (typeof values[axis] === 'number' ? values[axis] : String(values[axis]))),
      metric,
      first.mean,
      second.mean,
      difference?.mean ?? '',
      difference?.low ?? '',
      difference?.high ?? '',
      difference?.n ?? 0,
    ]),
  );
}
