import { join } from 'node:path';
import { z } from 'zod';
import { inputError, runError } from '../../core/index.js';
import {
  countOf,
  LocalWorkers,
  type ProgramVersion,
  RedisPlace,
  runStudy,
  SlurmPlace,
  STOPPED,
  type TrialPlace,
} from '../../experiments/studies/index.js';
import type { CommandEntry } from '../command-entry.js';
import { type CommandDefinition, defineCommand, figureWidth, millimetres, whole } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import { onInterrupt, printLine } from '../io.js';
import { programHere, studyAnswer } from './answer.js';
import { Bases } from './base.js';
import {
  axesOption,
  goodOption,
  keepOption,
  redisOption,
  slurmOptionsOption,
  workersOption,
} from './options.js';
import { planOf } from './plan-of.js';
import { programFile, useWords } from './program-file.js';
import { StudyProgress } from './progress.js';

const base = z
  .union([z.array(z.string()), z.looseObject({})])
  .optional()
  .meta({
    argument: '[base...]',
    kind: 'command',
    description: 'a YAML file of the study, or, after --, the command that is varied: -- train --preset iris',
  });

/** @param commands everything that a study may be made of */
export function studyCommand(commands: () => readonly CommandEntry[]): CommandDefinition {
  return defineCommand({
    options: z.strictObject({
      base,
      study: z
        .string()
        .regex(/^[\w.-]{1,80}$/, 'needs a name of letters, digits, dots and hyphens')
        .default('study')
        .meta({ flag: '--name <name>', description: 'name of the study, and of its directory' }),
      axes: axesOption,
      seeds: whole(z.number().int().min(1).max(100_000).default(1)).meta({
        flag: '--seeds <n>',
        description: 'trials of each point, their seeds counted up from the seed of the command',
      }),
      draws: whole(z.number().int().min(1).max(1_000_000).optional()).meta({
        flag: '--draws <n>',
        description:
          'pieces of hardware that each point is computed with (boards, cells, arrays), everything else alike: yield, quantiles, worst case',
      }),
      sampling: z.enum(['grid', 'random', 'latin']).default('grid').meta({
        flag: '--sampling <how>',
        description: 'every point of the grid, random points, or a Latin hypercube',
      }),
      count: whole(z.number().int().min(1).max(1_000_000).optional()).meta({
        flag: '--count <n>',
        description: 'points that --sampling random or latin draws',
      }),
      sampleSeed: whole(z.number().int().min(0).default(1)).meta({
        flag: '--sample-seed <n>',
        description: 'seed by which they are drawn',
      }),
      keep: keepOption,
      good: goodOption,
      maxTrials: whole(z.number().int().min(1).default(1000)).meta({
        flag: '--max-trials <n>',
        description: 'refuse a study of more',
      }),
      workers: workersOption,
      redis: redisOption,
      slurm: z.boolean().default(false).meta({
        flag: '--slurm',
        description: 'jobs of this cluster compute, submitted as arrays',
      }),
      slurmOptions: slurmOptionsOption,
      retryFailed: z.boolean().default(false).meta({
        flag: '--retry-failed',
        description: 'try trials again that have failed',
      }),
      halveAfter: whole(z.number().int().min(1).optional()).meta({
        flag: '--halve-after <epochs>',
        description:
          'after so many epochs of all trials, and after each doubling, stop the worse half of the points',
      }),
      dryRun: z.boolean().default(false).meta({
        flag: '--dry-run',
        description: 'say what would be computed, and do nothing',
      }),
      figure: figureWidth,
    }),
    takesFileOrWords: true,
    outputs: {
      '/': 'directory of the study (default runs/study_<name>)',
      '.csv': 'one row a trial that has an answer',
      '.html': 'the page',
    },
    notes:
      'Given again, a study goes on: what has an answer is not computed twice, unless its options, a file that it reads or ohmprop itself changed.',
    uses: 'names',
    examples: [
      'ohmprop study noise.yaml',
      'ohmprop study --name noise --seeds 5 --axis readout.noise_V=0,1mV,5mV -- train --preset iris',
      'ohmprop study --name yield --draws 200 --good testError<=5% -- eval runs/iris --cells linear --d2d 20%',
      'ohmprop study noise.yaml --redis redis://host:6379',
      'ohmprop study noise.yaml --slurm --slurm-option=--time=2:00:00',
      'ohmprop study --name wires --axis wireOhm=log:100mohm:10ohm:5 --keep relativeError -- crossbar report --random 64x64 --inputs 1V',
    ],

    async answer(options, { io, directory }) {
      const { retryFailed, dryRun, maxTrials, figure, halveAfter } = options;
      if (halveAfter !== undefined && (options.redis !== undefined || options.slurm))
        throw inputError(
          'usage',
          '--halve-after: trials rest together only where workers of this machine compute them; leave out --redis and --slurm',
        );
      const bases = new Bases(commands());
      const program = await programHere();
      const plan = await planOf(options, bases, io);
      const path = directory ?? join('runs', `study_${plan.name}`);
      const { sampling } = plan;
      const different = sampling.kind === 'grid' ? 0 : countOf({ ...plan, seeds: 1, draws: 1 });
      if (sampling.kind !== 'grid' && different < sampling.count)
        printLine(
          io.stderr,
          `of ${sampling.count} points drawn, ${different} ${different === 1 ? 'is' : 'are'} different: each is computed once`,
        );
      const progress = new StudyProgress(io);
      const { signal, dispose } = onInterrupt(io, 'Stopping; trainings save where they are …');
      try {
        const standing = await runStudy({
          plan,
          path,
          program,
          resolve: (command, tree) => bases.resolve(command, tree),
          place: placeOf(options, program),
          maxTrials,
          retryFailed,
          ...(halveAfter === undefined ? {} : { halveAfter }),
          planOnly: dryRun,
          signal,
          tell: (event) => progress.tell(event),
        });
        progress.stop();
        if (dryRun) {
          const { trials, done, failed, open } = standing;
          return {
            text: `${trials.length} ${trials.length === 1 ? 'trial' : 'trials'} of ohmprop ${plan.command} in ${path}: ${done} have an answer, ${failed} failed, ${open} would be computed`,
            json: {
              study: plan.name,
              directory: path,
              trials: trials.length,
              done,
              failed,
              open,
              points: trials.map(({ values, seed, hardwareSeed }) => ({
                values,
                ...(seed === undefined ? {} : { seed }),
                ...(hardwareSeed === undefined ? {} : { hardwareSeed }),
              })),
            },
          };
        }
        const width = figure === undefined ? undefined : millimetres(figure);
        const { results, ...answer } = await studyAnswer(plan, standing, width);
        if (signal.aborted) {
          printLine(io.stderr, `${standing.open} trials are open; the same line goes on`);
          return { ...answer, failure: interruptionOf(io.signal) };
        }
        if (results.trials.length === 0)
          throw inputError(
            'study.nothing',
            `every trial failed, the first: ${results.failures[0]?.message ?? 'without a word'}`,
          );
        // A draw that failed is a piece of hardware that is no good: the yield has it.
        const isYield = plan.draws !== undefined && plan.limits.length > 0;
        const failed = isYield ? 0 : results.failures.filter(({ code }) => code !== STOPPED).length;
        if (failed === 0) return answer;
        return {
          ...answer,
          failure: runError(
            'study.failed',
            `${failed} of ${standing.trials.length} trials failed; --retry-failed tries them again`,
          ),
        };
      } finally {
        progress.stop();
        dispose();
      }
    },
  });
}

/** Where trials are computed. @throws `usage` where two places are named */
function placeOf({ workers, redis, slurm, slurmOptions }: Places, program: ProgramVersion): TrialPlace {
  const elsewhere = redis !== undefined ? '--redis' : slurm ? '--slurm' : undefined;
  if (redis !== undefined && slurm)
    throw inputError('usage', '--redis and --slurm are two places; name one of them');
  if (elsewhere !== undefined && workers !== undefined) {
    const how = slurm ? 'the cluster says how many' : '--workers of ohmprop study worker says how many';
    throw inputError(
      'usage',
      `--workers: processes of this machine, and ${elsewhere} computes elsewhere; ${how}`,
    );
  }
  if (!slurm && slurmOptions.length > 0)
    throw inputError('usage', '--slurm-option is of --slurm; name that too, or leave it out');
  if (redis !== undefined) return new RedisPlace(redis, program);
  const module = programFile();
  const words = ['study', 'worker', ...useWords()];
  if (slurm) {
    const line = [process.execPath, module, ...words, '--slurm-task'];
    return new SlurmPlace({ line, options: slurmOptions });
  }
  return new LocalWorkers({ module, words }, workers);
}

interface Places {
  readonly workers?: number | undefined;
  readonly redis?: string | undefined;
  readonly slurm: boolean;
  readonly slurmOptions: readonly string[];
}
