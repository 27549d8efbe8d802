import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { inputError, printableLine, quoted } from '../../core/index.js';
import { readYaml } from '../../core/yaml/index.js';
import { lockRun, makeDirectory, writeFileAtomically } from '../../records/index.js';
import { FirstAnswer } from './first-answer.js';
import { rungsOf, worseHalf } from './halving.js';
import type { TrialEvent, TrialPlace } from './places/place.js';
import { coordinatesOf, optionsAt, planText, type StudyPlan, trialPlaceOf } from './plan.js';
import { PLAN_FILE } from './read-plan.js';
import { type StudyStanding, standing } from './standing.js';
import {
  hash,
  type ProgramVersion,
  type ResolvedOptions,
  type ResolveOptions,
  type Trial,
  TrialMaker,
  whyAnew,
} from './trial.js';
import { STOPPED, TrialStore, WORKER_LOST } from './trial-store.js';

/** What is to be studied, where its directory is, and who computes. */
export interface StudyAsked {
  readonly plan: StudyPlan;
  /** Directory of the study; made where it is not there, gone on with where it is. */
  readonly path: string;
  readonly program: ProgramVersion;
  readonly resolve: ResolveOptions;
  readonly place: TrialPlace;
  readonly maxTrials: number;
  /** Failed trials are tried again. */
  readonly retryFailed?: boolean;
  /** After so many epochs, and each doubling, the worse half of the points is stopped; absent, none is. */
  readonly halveAfter?: number;
  /** Plans, and computes nothing. */
  readonly planOnly?: boolean;
  readonly signal: AbortSignal;
  readonly tell: (event: StudyEvent) => void;
}

/** What happens in a study, as plain data. */
export type StudyEvent =
  | TrialEvent
  | { readonly type: 'planned'; readonly trials: number; readonly done: number; readonly failed: number }
  /** Trials that have an answer to another question, and why. */
  | { readonly type: 'anew'; readonly reason: string; readonly trials: number }
  /** Trials that have an answer, of points or seeds that are not asked for any more. */
  | { readonly type: 'left-out'; readonly trials: number }
  /** So many points go on after an epoch at which all were compared. */
  | { readonly type: 'halved'; readonly epoch: number; readonly points: number };

/**
 * Runs a study, or goes on with one: computes every trial that has no answer yet, each in a directory of its own.
 * @throws `study.other` where another study has the directory, `run.in-use` while another process runs it, and what the command says of its
 *   options (exit code 2)
 */
export async function runStudy(asked: StudyAsked): Promise<StudyStanding> {
  const { plan, tell, signal } = asked;
  const path = resolve(asked.path);
  await requireSameStudy(path, plan);
  const trials = await trialsOf(asked);
  const rungs = asked.halveAfter === undefined ? [] : rungsOf(trials, asked.halveAfter);
  if (asked.planOnly === true) return standing(path, trials);
  await makeDirectory(path);
  const lock = await lockRun(path, { lease: true });
  const store = new TrialStore(path);
  const answers = new FirstAnswer(plan, store);
  const ends = [signal, answers.signal, ...(lock.lost === undefined ? [] : [lock.lost])];
  const goesOn = AbortSignal.any(ends);
  try {
    await tellAnew(store, trials, tell);
    await writeFileAtomically(join(path, PLAN_FILE), stringify(planText(plan)));
    await store.plan(trials);
    if (asked.retryFailed === true) {
      for (const { key } of trials) if (store.failureOf(key) !== undefined) await store.retry(key);
    }
    const { done, failed } = standing(path, trials);
    tell({ type: 'planned', trials: trials.length, done, failed });
    const firstOf = new Map(trials.map(({ key }, at) => [key, at] as const).reverse());
    const openNow = () =>
      trials.filter(
        ({ key }, at) => !store.isDone(key) && store.failureOf(key) === undefined && firstOf.get(key) === at,
      );
    const compute = async (open: readonly Trial[], heard: typeof tell): Promise<void> => {
      if (open.length === 0) return;
      await asked.place.run({
        path,
        trials: open,
        tell: (event) => {
          heard(event);
          const text = answers.hear(event);
          if (text !== undefined) tell({ type: 'waiting', text });
        },
        giveUp: (key, message) => store.fail(key, { message, code: WORKER_LOST }),
        signal: goesOn,
      });
      answers.signal.throwIfAborted();
    };
    let left: readonly Trial[] = trials;
    for (const epoch of rungs) {
      // One that rests has no answer yet.
      const heard = (event: StudyEvent) => {
        if (event.type !== 'trial-ended' || event.end === 'failed') tell(event);
      };
      await compute(
        openNow().map((trial) => ({ ...trial, restsAfter: epoch })),
        heard,
      );
      if (goesOn.aborted) break;
      const worse = await worseHalf(store, left, epoch);
      for (const { key } of worse.trials) {
        if (store.isDone(key) || store.failureOf(key) !== undefined) continue;
        await store.fail(key, { message: worse.reason, code: STOPPED });
        tell({ type: 'trial-ended', key, end: 'failed' });
      }
      left = left.filter((trial) => !worse.trials.includes(trial));
      tell({ type: 'halved', epoch, points: new Set(left.map(({ values }) => JSON.stringify(values))).size });
    }
    if (!goesOn.aborted) await compute(openNow(), tell);
    return standing(path, trials);
  } finally {
    await lock.release();
  }
}

/** Two points may mean the same: a value that is the default, one that has no effect. One trial answers both. */
async function trialsOf({ plan, program, resolve: read, maxTrials }: StudyAsked): Promise<Trial[]> {
  const { draws: _, ...once } = plan;
  const [first] = coordinatesOf({ ...once, seeds: 1 }, undefined, maxTrials);
  const base = await read(plan.command, optionsAt(plan.options, first)).catch((error) => {
    throw atPoint(error, first.values);
  });
  await requireUnits(plan, first.values, base, read);
  const { seed: own, takesSeed, hardwareSeed } = base;
  requireDraws(plan, base);
  if (!takesSeed && plan.seeds > 1) {
    throw inputError(
      'study.seeds',
      `ohmprop ${plan.command} draws nothing at random: every seed would give the same; leave --seeds out`,
    );
  }
  // Without a seed of its own the command is left as it is, unless there are several; where seeds are an axis, points have theirs.
  const isVaried = plan.axes.some(({ key }) => key === 'seed');
  const seed = isVaried ? undefined : (own ?? (plan.seeds > 1 ? 1 : undefined));
  const maker = new TrialMaker(plan, program, read, process.cwd());
  const trials: Trial[] = [];
  for (const coordinates of coordinatesOf(plan, seed, maxTrials, hardwareSeed)) {
    trials.push(
      await maker.make(coordinates).catch((error) => {
        throw atPoint(error, coordinates.values);
      }),
    );
  }
  return trials;
}

/** A range in a unit is of plain numbers: the command has to take them for just that. @throws what it says of the unit, `study.axis` */
async function requireUnits(
  { command, options, axes }: StudyPlan,
  values: Readonly<Record<string, unknown>>,
  base: ResolvedOptions,
  read: ResolveOptions,
): Promise<void> {
  for (const { key, unit } of axes) {
    if (unit === undefined) continue;
    const written = { ...values, [key]: `${values[key]}${unit}` };
    const meant = await read(command, optionsAt(options, { values: written })).catch((error) => {
      throw atPoint(error, written);
    });
    if (hash(meant.options) === hash(base.options)) continue;
    throw inputError(
      'study.axis',
      `axis ${key}: ${values[key]} is something else than ${written[key]} there, and a range has plain numbers; list values with their unit: ${key}=${written[key]},…`,
    );
  }
}

/** @throws `study.draws` where hardware is to be drawn of which there is none, or beside seeds */
function requireDraws({ draws, seeds, command }: StudyPlan, { takesHardwareSeed }: ResolvedOptions): void {
  if (draws === undefined) return;
  if (takesHardwareSeed !== true)
    throw inputError(
      'study.draws',
      `--draws: ohmprop ${command} has no hardware that is drawn (no --hardware-seed); --seeds repeats what it draws`,
    );
  if (seeds > 1)
    throw inputError(
      'study.draws',
      `--draws ${draws}: pieces of hardware are independent of each other under one seed of the training, not under ${seeds}; leave --seeds out, or make the seed an axis, whose points have yields of their own: --axis seed=1,2,3`,
    );
}

function atPoint(error: unknown, values: Readonly<Record<string, unknown>>): unknown {
  const { message, code = 'study.options' } = error as Error & { code?: string };
  const point = Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return point.length === 0 ? error : inputError(code, `at ${point.join(', ')}: ${message}`, error as Error);
}

async function requireSameStudy(path: string, { name, command }: StudyPlan): Promise<void> {
  const file = join(path, PLAN_FILE);
  if (!existsSync(file)) {
    if (existsSync(join(path, 'config.yaml')))
      throw inputError('study.other', `${path} is a run directory; name another with -o DIR/`);
    return;
  }
  const before = readYaml(await readFile(file, 'utf8'), file, 'study.unreadable') as {
    study?: string;
    base?: { command?: string };
  };
  if (before.study !== name)
    throw inputError(
      'study.other',
      `${path} holds the study ${quoted(String(before.study))}, not ${quoted(name)}; name another directory with -o DIR/, or that study`,
    );
  const then = before.base?.command ?? command;
  if (then !== command)
    throw inputError(
      'study.other',
      `${path} holds a study of ohmprop ${printableLine(then, 80)}, not of ohmprop ${command}; give this one another name (--name), or another directory with -o DIR/`,
    );
}

async function tellAnew(
  store: TrialStore,
  trials: readonly Trial[],
  tell: StudyAsked['tell'],
): Promise<void> {
  const before = new Map((await store.planned()).map((trial) => [trialPlaceOf(trial), trial]));
  const reasons = new Map<string, number>();
  for (const trial of trials) {
    const old = before.get(trialPlaceOf(trial));
    if (old === undefined || old.key === trial.key || store.isDone(trial.key) || !store.isDone(old.key))
      continue;
    const why = whyAnew(trial, old);
    reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  for (const [reason, count] of reasons) tell({ type: 'anew', reason, trials: count });
  const [places, keys] = [new Set(trials.map(trialPlaceOf)), new Set(trials.map(({ key }) => key))];
  const left = [...before].filter(
    ([place, { key }]) => !places.has(place) && !keys.has(key) && store.isDone(key),
  ).length;
  if (left > 0) tell({ type: 'left-out', trials: left });
}
