import { shareOf } from '../../calibration/estimates/index.js';
import { numbersOf } from './numbers.js';
import { type Limit, requireMetric, type StudyPlan } from './plan.js';
import { type Spread, spreadOf } from './spread.js';
import type { Trial } from './trial.js';
import type { TrialStore } from './trial-store.js';

/** One trial with its numbers. */
export interface TrialNumbers {
  readonly values: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  readonly key: string;
  readonly numbers: ReadonlyMap<string, number>;
}

/** One point of a study: what its trials came to. */
export interface StudyPoint {
  readonly values: Readonly<Record<string, unknown>>;
  readonly trials: number;
  readonly failed: number;
  /** By metric. */
  readonly spreads: Readonly<Record<string, Spread>>;
  /** Less the first point, seed by seed; absent of the first itself, and where no seed is in both. */
  readonly differences: Readonly<Record<string, Spread>>;
  /** Of trials that keep all limits, among those that have an answer. */
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
  readonly failures: readonly {
    readonly key: string;
    readonly values: TrialNumbers['values'];
    readonly seed?: number;
    readonly message: string;
  }[];
  readonly open: number;
}

/** More numbers than these are not shown unless somebody asks for them. */
const MOST_METRICS = 6;
/** Numbers of an answer that say nothing of what was found. */
const bookkeeping = /(^|\.)(seed|epoch|threads|samplesPerSecond|seconds|wallSeconds)$/;

/** What a study has found so far. @throws `study.metric` where no trial has a number that is asked for */
export function resultsOf(plan: StudyPlan, trials: readonly Trial[], store: TrialStore): StudyResults {
  const done: TrialNumbers[] = [];
  const failures: StudyResults['failures'][number][] = [];
  for (const { key, values, seed } of trials) {
    const place = { key, values, ...(seed === undefined ? {} : { seed }) };
    const result = store.resultOf(key);
    if (result !== undefined) {
      const numbers = numbersOf(result.answer);
      numbers.set('seconds', result.seconds);
      done.push({ ...place, numbers });
      continue;
    }
    const failure = store.failureOf(key);
    if (failure !== undefined) failures.push({ ...place, message: failure.message });
  }
  const metrics = metricsOf(plan, done);
  const points = pointsOf(plan, trials, done, failures, metrics);
  return {
    name: plan.name,
    metrics,
    axes: plan.axes.map(({ key }) => key),
    points,
    effects: effectsOf(plan, done, metrics),
    trials: done,
    failures,
    open: trials.length - done.length - failures.length,
  };
}

function metricsOf({ keep, limits }: StudyPlan, done: readonly TrialNumbers[]): string[] {
  const known = [...new Set(done.flatMap(({ numbers }) => [...numbers.keys()]))];
  for (const name of [...keep, ...limits.map(({ metric }) => metric)]) requireMetric(name, known);
  if (keep.length > 0) return [...keep];
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
                first.find(({ seed }) => seed === one.seed),
                metric,
              ),
            );
      const difference = spreadOf(pairs);
      if (difference !== undefined) differences[metric] = difference;
    }
    const good = here.filter(({ numbers }) => limits.every((limit) => keeps(limit, numbers))).length;
    return {
      values,
      trials: here.length,
      failed: failed.get(place)?.length ?? 0,
      spreads,
      differences,
      ...(limits.length === 0 || here.length === 0
        ? {}
        : { yield: { good, n: here.length, ...shareOf(good, here.length) } }),
    };
  });
}

function keeps({ metric, relation, value }: Limit, numbers: ReadonlyMap<string, number>): boolean {
  const got = numbers.get(metric);
  if (got === undefined) return false;
  return relation === '<=' ? got <= value : got >= value;
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
    const rest = (one: TrialNumbers): string => JSON.stringify([{ ...one.values, [key]: null }, one.seed]);
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
