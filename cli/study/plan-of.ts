import { inputError } from '../../core/index.js';
import { presets, type Tree } from '../../experiments/schema/index.js';
import {
  type Axis,
  asOption,
  type Limit,
  requireApart,
  type Sampling,
  type StudyPlan,
} from '../../experiments/studies/index.js';
import { findRun } from '../find-run.js';
import type { Io } from '../io.js';
import { type Bases, presentation } from './base.js';

/** What a study was asked for. */
export interface Asked {
  readonly base?: unknown;
  readonly study: string;
  readonly axes: readonly Axis[];
  readonly seeds: number;
  readonly draws?: number | undefined;
  readonly sampling: 'grid' | 'random' | 'latin';
  readonly count?: number;
  readonly sampleSeed: number;
  readonly keep: readonly string[];
  readonly good: readonly Limit[];
}

/**
 * The plan that options describe; a run that a command is of by its directory, whatever `last` is tomorrow.
 * @throws `usage`, `study.axis`, `study.base`, `run.not-found` (exit code 2)
 */
export async function planOf(
  { base, study, axes, seeds, draws, sampling: how, count, sampleSeed, keep, good }: Asked,
  bases: Bases,
  io: Io,
): Promise<StudyPlan> {
  if (base === undefined) {
    throw inputError(
      'usage',
      'name what is varied: a YAML file with base:, or, after --, a command: -- train --preset iris',
    );
  }
  requireApart(axes);
  const keys = axes.map(({ key }) => asOption(key));
  const idle = keys.find((key) => presentation.includes(key));
  if (idle !== undefined)
    throw inputError(
      'study.axis',
      `axis ${idle}: no answer depends on it; vary what is asked, not how it is given`,
    );
  if (keys.includes('seeds'))
    throw inputError(
      'study.axis',
      'axis seeds: how often each point is repeated; give --seeds, or --axis seed=1,2,3',
    );
  if (keys.includes('seed') && seeds > 1)
    throw inputError('study.axis', 'axis seed: --seeds counts seeds up already; leave one of them out');
  if (keys.includes('hardwareSeed') && draws !== undefined)
    throw inputError(
      'study.axis',
      'axis hardwareSeed: --draws counts pieces of hardware up already; leave one of them out',
    );
  if (how !== 'grid' && count === undefined)
    throw inputError('usage', `--sampling ${how} needs --count: how many points are drawn`);
  if (how === 'grid' && count !== undefined)
    throw inputError(
      'usage',
      '--count is of --sampling random or latin; a grid has the points that its axes have',
    );
  const sampling: Sampling =
    how === 'grid' || count === undefined ? { kind: 'grid' } : { kind: how, count, seed: sampleSeed };
  const { command, options } = Array.isArray(base)
    ? await bases.ofWords(base as string[])
    : await bases.ofFile(base as Tree);
  return {
    name: study,
    command,
    options: await withRuns(options, io, await bases.takesRuns(command)),
    axes,
    sampling,
    seeds,
    ...(draws === undefined ? {} : { draws }),
    keep,
    limits: good,
  };
}

/** Options that name a run, of commands that take one. */
const RUNS = ['run', 'source', 'from'] as const;

async function withRuns(options: Tree, io: Io, takesRuns: boolean): Promise<Tree> {
  const named = { ...options };
  for (const key of takesRuns ? RUNS : []) {
    const run = named[key];
    // Some commands take a preset there too, and it comes first.
    const isPreset = key === 'source' && Object.hasOwn(presets, String(run));
    if (typeof run === 'string' && !isPreset) named[key] = await findRun(io, run);
  }
  return named;
}
