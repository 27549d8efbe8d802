import { join, resolve } from 'node:path';
import { printableLine, runError } from '../../core/index.js';
import { placeOf } from './compare.js';
import { coordinatesOf, countOf, optionsAt, type StudyPlan } from './plan.js';
import { PLAN_FILE } from './read-plan.js';
import { hash, type Trial } from './trial.js';
import { TrialStore } from './trial-store.js';

/** Where a study stands. */
export interface StudyStanding {
  readonly path: string;
  readonly trials: readonly Trial[];
  readonly done: number;
  readonly failed: number;
  /** Neither: it was interrupted. */
  readonly open: number;
}

/** How many of its trials have an answer. */
export function standing(path: string, trials: readonly Trial[]): StudyStanding {
  const store = new TrialStore(path);
  const done = trials.filter(({ key }) => store.isDone(key)).length;
  const failed = trials.filter(({ key }) => store.failureOf(key) !== undefined).length;
  return { path, trials, done, failed, open: trials.length - done - failed };
}

/**
 * Where a study stands that has been planned before.
 * @throws `study.unreadable` (exit code 1) where its list is not of all the trials of its plan: means over a part would pass for the whole
 */
export async function standingOf(path: string, plan: StudyPlan): Promise<StudyStanding> {
  const absolute = resolve(path);
  const trials = await new TrialStore(absolute).planned();
  const keys = JSON.stringify(plan.axes.map(({ key }) => key).sort());
  const others = trials.find(({ values }) => JSON.stringify(Object.keys(values).sort()) !== keys);
  const count = countOf(plan);
  const listed =
    others !== undefined
      ? `lists others, of ${Object.keys(others.values).join(', ')}`
      : trials.length !== count
        ? `lists ${trials.length}`
        : otherThan(plan, trials);
  if (listed === undefined) return standing(absolute, trials);
  throw runError(
    'study.unreadable',
    `${path}: ${PLAN_FILE} has ${count} ${count === 1 ? 'trial' : 'trials'} and trials.jsonl ${listed}; give the study again (ohmprop study ${join(path, PLAN_FILE)}): what has an answer is not computed twice`,
  );
}

/** What as many trials are of that the plan is not, of the same axes: one of the two files was written, or changed by hand, without the other. */
function otherThan(plan: StudyPlan, trials: readonly Trial[]): string | undefined {
  const { draws: _, ...once } = plan;
  const points = coordinatesOf({ ...once, seeds: 1 }, undefined, Number.POSITIVE_INFINITY);
  const asked = new Set(points.map(({ values }) => placeOf(values)));
  const stray = trials.find(({ values }) => !asked.has(placeOf(values)));
  if (stray !== undefined) {
    const at = Object.entries(stray.values).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
    return `lists others, as ${printableLine(at.join(', '), 120)}`;
  }
  const [first] = trials;
  return hash(first.options) === hash(optionsAt(plan.options, first)) && first.command === plan.command
    ? undefined
    : 'lists those of another base';
}
