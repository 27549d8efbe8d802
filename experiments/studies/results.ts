import { shareOf } from '../../calibration/estimates/index.js';
import { type Distribution, distributionsOf } from './distribution.js';
import { numbersOf, type TrialNumbers } from './numbers.js';
import {
  type Coordinates,
  type Limit,
  repeatOf,
  requireMetric,
  type StudyPlan,
  trialPlaceOf,
} from './plan.js';
import { type Spread, spreadOf } from './spread.js';
import type { Trial } from './trial.js';
import { STOPPED, type TrialStore, WORKER_LOST } from './trial-store.js';

/** One point of a study: what its trials came to. */
export interface StudyPoint {
  readonly values: Readonly<Record<string, unknown>>;
  readonly trials: number;
  readonly failed: number;
  /** Of those that failed, how many the study itself has stopped. */
  readonly stopped: number;
  /** By metric. */
  readonly spreads: Readonly<Record<string, Spread>>;
  /** Less the first point, seed by seed; absent of the first itself, and where no seed is in both. */
  readonly differences: Readonly<Record<string, Spread>>;
  /** Of trials that keep all limits, among those that have ended: one that failed keeps none. */
  readonly yield?: {
    readonly good: number;
    readonly n: number;
    readonly share: number;
    readonly low: number;
    readonly high: number;
  };
}

/** What one value of one axis does, everything else alike. */
export interface AxisEffect {
  readonly key: string;
  readonly value: unknown;
  readonly metric: string;
  readonly mean: number;
  /** Less the axis's first value, over pairs of trials that are alike in all else. */
  readonly difference?: Spread;
}

/** Everything that a study has found out. */
export interface StudyResults {
  readonly name: string;
  readonly metrics: readonly string[];
  readonly axes: readonly string[];
  readonly points: readonly StudyPoint[];
  readonly effects: readonly AxisEffect[];
  readonly trials: readonly TrialNumbers[];
  /** Of a study that draws hardware: how each number is distributed over it. */
  readonly distributions: readonly Distribution[];
  /** What trials of a point differ by. */
  readonly repeats: 'seeds' | 'draws';
  readonly limits: readonly Limit[];
  readonly failures: readonly (Coordinates & {
    readonly key: string;
    readonly message: string;
    readonly code?: string;
  })[];
  readonly open: number;
}

/** More numbers than these are not shown unless somebody asks for them. */
const MOST_METRICS = 6;
/** Numbers of an answer that say nothing of what was found. */
export const bookkeeping = /(^|\.)(seed|hardwareSeed|epoch|threads|samplesPerSecond|seconds|wallSeconds)$/;

/** What a study has found so far. @throws `study.metric` where no trial has a number that is asked for */
export function resultsOf(plan: StudyPlan, trials: readonly Trial[], store: TrialStore): StudyResults {
  const done: TrialNumbers[] = [];
  const failures: StudyResults['failures'][number][] = [];
  const once = distinct(trials);
  for (const { key, values, seed, hardwareSeed } of once) {
    const place = {
      key,
      values,
      ...(seed === undefined ? {} : { seed }),
      ...(hardwareSeed === undefined ? {} : { hardwareSeed }),
    };
    const result = store.resultOf(key);
    if (result !== undefined) {
      const numbers = numbersOf(result.answer);
      numbers.set('seconds', result.seconds);
      done.push({ ...place, numbers });
      continue;
    }
    const failure = store.failureOf(key);
    if (failure !== undefined) {
      const { message, code } = failure;
      failures.push({ ...place, message, ...(code === undefined ? {} : { code }) });
    }
  }
  const metrics = metricsOf(plan, done);
  const points = pointsOf(plan, once, done, failures, metrics);
  return {
    name: plan.name,
    metrics,
    axes: plan.axes.map(({ key }) => key),
    points,
    effects: effectsOf(plan, done, metrics),
    distributions: plan.draws === undefined ? [] : distributionsOf(points, done, metrics, plan.limits),
    repeats: plan.draws === undefined ? 'seeds' : 'draws',
    limits: plan.limits,
    trials: done,
    failures,
    open: once.length - done.length - failures.length,
  };
}

/** Samples may draw a point of lists twice, with the same seeds: that is one trial, and tells nothing more of how seeds differ. */
function distinct(trials: readonly Trial[]): Trial[] {
  return [...new Map(trials.map((trial) => [trialPlaceOf(trial), trial])).values()];
}

function metricsOf({ keep, limits, draws }: StudyPlan, done: readonly TrialNumbers[]): string[] {
  const known = [...new Set(done.flatMap(({ numbers }) => [...numbers.keys()]))];
  for (const name of [...keep, ...limits.map(({ metric }) => metric)]) requireMetric(name, known);
  const limited = limits.map(({ metric }) => metric);
  if (keep.length > 0) return [...new Set([...keep, ...(draws === undefined ? [] : limited)])];
  // Who asks for a yield asks for what it goes by.
  if (draws !== undefined && limited.length > 0) return [...new Set(limited)];
  const telling = known.filter((name) => !bookkeeping.test(name));
  // What the answer says at its top; what lies within only where there is nothing.
  const depth = (name: string): number => name.split('.').length;
  const least = Math.min(...telling.map(depth));
  return telling.filter((name) => depth(name) === least).slice(0, MOST_METRICS);
}

function pointsOf(
  { limits }: StudyPlan,
  trials: readonly Trial[],
  done: readonly TrialNumbers[],
  failures: StudyResults['failures'],
  metrics: readonly string[],
): StudyPoint[] {
  const places = new Map(trials.map(({ values }) => [JSON.stringify(values), values]));
  const by = groupBy(done, ({ values }) => JSON.stringify(values));
  const failed = groupBy(failures, ({ values }) => JSON.stringify(values));
  const first = by.get([...places.keys()][0]) ?? [];
  return [...places].map(([place, values], at) => {
    const here = by.get(place) ?? [];
    const spreads: Record<string, Spread> = {};
    const differences: Record<string, Spread> = {};
    for (const metric of metrics) {
      const spread = spreadOf(here.flatMap(({ numbers }) => numbers.get(metric) ?? []));
      if (spread !== undefined) spreads[metric] = spread;
      const pairs =
        at === 0
          ? []
          : here.flatMap((one) =>
              lessThat(
                one,
                first.find((other) => repeatOf(other) === repeatOf(one)),
                metric,
              ),
            );
      const difference = spreadOf(pairs);
      if (difference !== undefined) differences[metric] = difference;
    }
    const lost = failed.get(place) ?? [];
    const ended = here.length + lost.filter(({ code = '' }) => !undecided.includes(code)).length;
    const good = here.filter(({ numbers }) => limits.every((limit) => keeps(limit, numbers))).length;
    return {
      values,
      trials: here.length,
      failed: lost.length,
      stopped: lost.filter(({ code }) => code === STOPPED).length,
      spreads,
      differences,
      ...(limits.length === 0 || ended === 0 ? {} : { yield: { good, n: ended, ...shareOf(good, ended) } }),
    };
  });
}

/** Failures that say nothing of the trial: the study stopped it, or its worker was lost. */
const undecided: readonly string[] = [STOPPED, WORKER_LOST];

function keeps({ metric, relation, value }: Limit, numbers: ReadonlyMap<string, number>): boolean {
  const got = numbers.get(metric);
  if (got === undefined) return false;
  if (relation.startsWith('<')) return relation === '<' ? got < value : got <= value;
  return relation === '>' ? got > value : got >= value;
}

function lessThat(one: TrialNumbers, other: TrialNumbers | undefined, metric: string): number[] {
  const [a, b] = [one.numbers.get(metric), other?.numbers.get(metric)];
  return a === undefined || b === undefined ? [] : [a - b];
}

function effectsOf(
  { axes }: StudyPlan,
  done: readonly TrialNumbers[],
  metrics: readonly string[],
): AxisEffect[] {
  return axes.flatMap(({ key, values: all }) => {
    const rest = (one: TrialNumbers): string =>
      JSON.stringify([{ ...one.values, [key]: null }, repeatOf(one)]);
    const by = groupBy(done, ({ values }) => JSON.stringify(values[key]));
    const of = (value: unknown): readonly TrialNumbers[] => by.get(JSON.stringify(value)) ?? [];
    const base = new Map(of(all[0]).map((one) => [rest(one), one] as const));
    return metrics.flatMap((metric) => {
      return all.flatMap((value, at) => {
        const here = of(value);
        const mean = spreadOf(here.flatMap(({ numbers }) => numbers.get(metric) ?? []))?.mean;
        if (mean === undefined) return [];
        const difference =
          at === 0 ? undefined : spreadOf(here.flatMap((one) => lessThat(one, base.get(rest(one)), metric)));
        return [{ key, value, metric, mean, ...(difference === undefined ? {} : { difference }) }];
      });
    });
  });
}

function groupBy<T>(all: readonly T[], of: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = of(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
