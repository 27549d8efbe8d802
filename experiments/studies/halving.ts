import { join } from 'node:path';
import { inputError } from '../../core/index.js';
import { type MetricsLine, readMetrics } from '../../records/index.js';
import type { Tree } from '../schema/index.js';
import { shortNumber } from './study-text.js';
import type { Trial } from './trial.js';
import { type TrialStore, trialFiles } from './trial-store.js';

// Successive halving: after some epochs, and after each doubling of them, only the better half of the points goes on. It compares points
// at the same epoch and when all of them are there, so that what is stopped does not depend on who was faster, nor on how often the study was ended.

/** What points are compared by, the first that a training tells: never what it is trained on. */
const COMPARED = { validationError: 'validation error', testError: 'test error' } as const;

/**
 * After which epochs points are compared: `first`, and each doubling, short of the whole.
 * @throws `study.halving` (exit code 2) where a trial is no training of more epochs, or where a schedule is spread over all of them
 */
export function rungsOf(trials: readonly Trial[], first: number): number[] {
  for (const { epochs, options, command } of trials) {
    const training = (options.training ?? {}) as Tree;
    const key = ['schedule', 'patience'].find((name) => training[name] !== undefined);
    if (epochs === undefined)
      throw inputError(
        'study.halving',
        `--halve-after: ohmprop ${command} has no epochs to be compared after`,
      );
    if (epochs <= first)
      throw inputError(
        'study.halving',
        `--halve-after ${first}: needs fewer epochs than a training has, which are ${epochs}`,
      );
    if (key !== undefined)
      throw inputError(
        'study.halving',
        `--halve-after: a training with training.${key} is not the same when it rests in between; leave one of them out`,
      );
  }
  const whole = Math.min(...trials.map(({ epochs }) => epochs ?? 0));
  const rungs: number[] = [];
  for (let epoch = first; epoch < whole; epoch *= 2) rungs.push(epoch);
  return rungs;
}

/** What a training has written down of its epochs; nothing where there is none. */
export async function readEpochLines(run: string): Promise<readonly MetricsLine[]> {
  try {
    return (await readMetrics(join(run, 'metrics.jsonl'))).lines;
  } catch {
    return [];
  }
}

/**
 * The trials of the worse half of the points after an epoch, by the mean over seeds, and why. A point with a trial that has no such epoch is
 * worse than all others; of equal ones that stand first are kept. A trial that answers a point of each half, as both mean the same, goes on.
 */
export async function worseHalf(
  store: TrialStore,
  trials: readonly Trial[],
  epoch: number,
): Promise<{ readonly trials: readonly Trial[]; readonly reason: string }> {
  const points = new Map<string, { trials: Trial[]; errors: number[] }>();
  const names = Object.keys(COMPARED) as (keyof typeof COMPARED)[];
  let by: keyof typeof COMPARED | undefined;
  for (const trial of trials) {
    const place = JSON.stringify(trial.values);
    const point = points.get(place) ?? { trials: [], errors: [] };
    points.set(place, point);
    const lines = await readEpochLines(join(store.directoryOf(trial.key), trialFiles.run));
    const line = lines.find((one) => one.epoch === epoch);
    const name = names.find((metric) => typeof line?.[metric] === 'number');
    by ??= name;
    point.trials.push(trial);
    point.errors.push(name === undefined ? Number.POSITIVE_INFINITY : Number(line?.[name]));
  }
  const ranked = [...points.values()]
    .map(({ trials, errors }) => ({ trials, mean: errors.reduce((sum, e) => sum + e) / errors.length }))
    .sort((a, b) => a.mean - b.mean || 0);
  const kept = Math.ceil(ranked.length / 2);
  const limit = ranked[kept - 1]?.mean ?? 0;
  const better = new Set(ranked.slice(0, kept).flatMap((point) => point.trials.map(({ key }) => key)));
  return {
    trials: ranked.slice(kept).flatMap((point) => point.trials.filter(({ key }) => !better.has(key))),
    reason: `stopped after epoch ${epoch}: the better half of the points has a ${by === undefined ? 'mean error' : COMPARED[by]} of at most ${shortNumber(limit)}`,
  };
}
