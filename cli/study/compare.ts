import { z } from 'zod';
import { differingKeys } from '../../experiments/kept/index.js';
import {
  type ComparedPoint,
  cellOf,
  compareStudies,
  meaningOf,
  placeOf,
  pointText,
  programText,
  readPlan,
  resultsOf,
  type StudyPlan,
  type StudyResults,
  shortNumber,
  standingOf,
  type Trial,
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
    const [one, other] = [await studyIn(first, keep), await studyIn(second, keep)];
    const points = compareStudies(one.results, other.results);
    const differing = differences(one, other);
    const several = new Set(points.map(({ metric }) => metric)).size > 1;
    const repeats = one.results.repeats;
    return {
      text: [
        ...points.map((point) => lineOf(point, several, repeats)),
        ...leftOut(points, one.results, first),
        ...leftOut(points, other.results, second),
        ...[first, second].flatMap((study, at) => unpaired(points, at as 0 | 1, study, repeats)),
        ...differing.map(
          ({ key, values: [mine, theirs] }) =>
            `apart from the points, ${key} differs: ${mine ?? 'not given'} in ${first}, ${theirs ?? 'not given'} in ${second}`,
        ),
        `${second} less ${first}: means, and [95 % interval] of the difference, over the ${repeats} of both`,
      ].join('\n'),
      json: { first, second, points, differing },
      outputs: { '.csv': () => csvOf(points) },
    };
  },
});

interface StudyThere {
  readonly plan: StudyPlan;
  readonly trials: readonly Trial[];
  readonly results: StudyResults;
}

async function studyIn(study: string, keep: readonly string[]): Promise<StudyThere> {
  const plan = await readPlan(study);
  const { path, trials } = await standingOf(study, plan);
  const results = resultsOf(keep.length === 0 ? plan : { ...plan, keep }, trials, new TrialStore(path));
  return { plan, trials, results };
}

interface Differing {
  readonly key: string;
  readonly values: readonly (string | undefined)[];
}

/** What the two are besides their axes: their commands, what was in their files, the program. A difference between their numbers may come of it. */
function differences(...studies: readonly StudyThere[]): Differing[] {
  // Points that both have are of the same axes.
  const varied = studies[0].plan.axes.map(({ key }) => key);
  const settings = differingKeys(studies.map(({ plan: { command, options } }) => ({ command, ...options })));
  const means = (key: string, text: string | undefined) =>
    text === undefined ? undefined : meaningOf(key, JSON.parse(text));
  const contents = studies.map(({ trials }) => contentsOf(trials));
  const files = [...contents[0].keys()].filter((file) => {
    const [mine, theirs] = contents.map((content) => content.get(file));
    return theirs !== undefined && mine !== theirs;
  });
  const programs = studies.map(({ trials }) => programText(trials));
  return [
    ...settings.filter(
      ({ key, values }) => !varied.includes(key) && new Set(values.map((text) => means(key, text))).size > 1,
    ),
    ...files.map((file) => ({
      key: `what is in ${file}`,
      values: contents.map((content) => `SHA-256 ${content.get(file)?.slice(0, 12)}…`),
    })),
    ...(programs[0] === programs[1] ? [] : [{ key: 'the program', values: programs }]),
  ];
}

/** SHA-256 by file, of a study all of whose trials were planned at once. */
function contentsOf(trials: readonly Trial[]): ReadonlyMap<string, string> {
  return new Map(trials.flatMap(({ inputs }) => inputs.map(({ file, sha256 }) => [file, sha256] as const)));
}

/** What a study has that is not compared, as the other lacks it. */
function leftOut(compared: readonly ComparedPoint[], { points }: StudyResults, study: string): string[] {
  const shown = new Set(compared.map(({ values }) => placeOf(values)));
  const others = points.filter(({ values }) => !shown.has(placeOf(values)));
  if (others.length === 0) return [];
  const more = others.length > MOST_LEFT_OUT ? '; …' : '';
  return [
    `not compared, of ${study} alone or without an answer: ${others.slice(0, MOST_LEFT_OUT).map(pointText).join('; ')}${more}`,
  ];
}

const MOST_LEFT_OUT = 3;

/** Of how many trials no mean says anything, as the other study lacks their seeds. */
function unpaired(
  points: readonly ComparedPoint[],
  at: 0 | 1,
  study: string,
  repeats: StudyResults['repeats'],
): string[] {
  const most = Math.max(...points.map(({ difference, alone }) => (difference === undefined ? 0 : alone[at])));
  if (most === 0) return [];
  const what = most === 1 ? repeats.slice(0, -1) : repeats;
  return [`not compared, of ${study} alone or without an answer: ${most} ${what} of a point`];
}

function lineOf(
  { values, metric, first, second, difference }: ComparedPoint,
  several: boolean,
  repeats: StudyResults['repeats'],
): string {
  const what = `${pointText({ values })}${several ? `, ${metric}` : ''}`;
  const means = `${shortNumber(first.mean)} and ${shortNumber(second.mean)}`;
  const one = repeats.slice(0, -1);
  if (difference === undefined) return `${what}: ${means}, no ${one} in both`;
  const { mean, low, high, n } = difference;
  const sign = mean > 0 ? '+' : '';
  const interval =
    low === undefined || high === undefined
      ? `, one ${one}`
      : ` [${shortNumber(low)}, ${shortNumber(high)}], ${n} ${repeats}`;
  return `${what}: ${means}, ${sign}${shortNumber(mean)}${interval}`;
}

function csvOf(points: readonly ComparedPoint[]): string {
  const axes = Object.keys(points[0]?.values ?? {});
  return csvText(
    [...axes, 'metric', 'first', 'second', 'difference', 'difference_low', 'difference_high', 'n'],
    points.map(({ values, metric, first, second, difference }) => [
      ...axes.map((axis) => cellOf(values[axis])),
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
