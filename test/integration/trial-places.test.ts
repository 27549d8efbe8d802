import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programHere } from '../../cli/study/answer.js';
import { LocalWorkers } from '../../experiments/studies/places/local-workers.js';
import type { TrialEvent, TrialPlace } from '../../experiments/studies/places/place.js';
import { RedisPlace } from '../../experiments/studies/places/redis-place.js';
import { SlurmPlace } from '../../experiments/studies/places/slurm-place.js';
import type { Trial } from '../../experiments/studies/trial.js';
import { TrialStore } from '../../experiments/studies/trial-store.js';
import { hasRedis, TestRedis } from '../redis-server.js';
import { scratch } from '../scratch.js';
import { hasSlurm, TestSlurm } from '../slurm-server.js';
import { mainFile, ohmprop } from './command-line.js';

// One contract for every place where trials are computed: workers here, a queue in Redis, SLURM. The two servers are started on
// loopback where Debian's packages are installed; elsewhere their tests are skipped, and the end of the run says so.

interface Kind {
  readonly name: string;
  /** What is missing for it, where something is. */
  readonly missing?: string | undefined;
  /** Starts what the place needs. */
  readonly start: () => Promise<{ place: () => TrialPlace; stop: () => Promise<void> }>;
}

const words = ['study', 'worker'];
const kinds: readonly Kind[] = [
  {
    name: 'processes here',
    start: async () => ({
      place: () => new LocalWorkers({ module: mainFile, words }, 2),
      stop: async () => undefined,
    }),
  },
  {
    name: 'Redis',
    missing: hasRedis ? undefined : 'redis-server is not installed: apt-get install redis-server',
    start: async () => {
      const redis = await TestRedis.start();
      const worker = startWorker(redis.url);
      const program = await programHere();
      return {
        place: () => new RedisPlace(redis.url, program),
        stop: async () => {
          worker.kill('SIGKILL');
          await redis.kill();
        },
      };
    },
  },
  {
    name: 'SLURM',
    missing: hasSlurm
      ? undefined
      : 'SLURM and munge are not installed, or this is not root: apt-get install slurm-wlm munge',
    start: async () => {
      const slurm = await TestSlurm.start();
      process.env.SLURM_CONF = slurm.configuration;
      return {
        place: () =>
          new SlurmPlace({
            line: [process.execPath, mainFile, ...words, '--slurm-task'],
            options: [],
            poll_ms: 200,
          }),
        stop: async () => slurm.stop(),
      };
    },
  },
];

function startWorker(url: string, cwd = scratch(), ...more: string[]): ChildProcess {
  return spawn(process.execPath, [mainFile, ...words, '--redis', url, '--workers', '2', ...more], {
    cwd,
    stdio: 'ignore',
  });
}

const trialOf = (key: string, command: string, options: Trial['options']): Trial => ({
  key,
  values: {},
  command,
  options,
  optionsHash: key,
  inputs: [],
  program: { version: '0' },
  takesThreads: true,
  fillsDirectory: command === 'train',
  drawsReport: command === 'train',
});
const wires = (key: string, wireOhm: number): Trial =>
  trialOf(key, 'crossbar report', { random: '8x8', inputs: '1V', wireOhm });
const training: Trial = trialOf('training', 'train', { preset: 'xor', training: { epochs: 3 }, threads: 1 });
/** Long enough to be ended in. */
const longTraining: Trial = trialOf('long', 'train', {
  preset: 'iris',
  training: { epochs: 3000 },
  threads: 1,
});

async function study(
  place: TrialPlace,
  trials: readonly Trial[],
  path = scratch('study'),
  signal = new AbortController().signal,
  events: TrialEvent[] = [],
) {
  const store = new TrialStore(path);
  await store.plan(trials);
  await place.run({
    path,
    trials: trials.filter(({ key }) => !store.isDone(key)),
    tell: (event) => events.push(event),
    giveUp: (key, message) => store.fail(key, { message }),
    signal,
  });
  return { store, events, path };
}

let asked: Promise<{ crossbar: Numbers; trained: Numbers }> | undefined;
type Numbers = Readonly<Record<string, number>>;

/** What the commands of `b` and `training` answer without a study: asked once for all places. */
const commandsThemselves = () => {
  const answerOf = async (...line: string[]) =>
    JSON.parse((await ohmprop([...line, '--json'])).stdout) as Numbers;
  asked ??= (async () => ({
    crossbar: await answerOf('crossbar', 'report', '--random', '8x8', '--inputs', '1V', '--wire-ohm', '30'),
    trained: await answerOf('train', '--preset', 'xor', '--epochs', '3', '--without-report'),
  }))();
  return asked;
};

const numbersOf = (store: TrialStore, key: string) => {
  const { answer } = store.resultOf(key) as { answer: Record<string, unknown> };
  return { relativeError: answer.relativeError, testError: answer.testError, trainError: answer.trainError };
};

describe.each(kinds)('trials on $name', ({ missing, start }) => {
  if (missing !== undefined) {
    it('are computed', ({ skip }) => skip(missing));
    return;
  }
  let at: Awaited<ReturnType<Kind['start']>>;
  beforeAll(async () => {
    at = await start();
  }, 30_000);
  afterAll(() => at.stop());

  it('have the numbers of the command itself, or the reason why not, once', async () => {
    const trials = [wires('a', 1), wires('b', 30), wires('wrong', -1), training, wires('c', 3)];
    const { store, events, path } = await study(at.place(), trials);
    expect(store.failureOf('wrong')?.message).toContain('wireOhm');
    const { crossbar, trained } = await commandsThemselves();
    expect(numbersOf(store, 'b').relativeError).toBe(crossbar.relativeError);
    expect(numbersOf(store, 'training')).toMatchObject({
      testError: trained.testError,
      trainError: trained.trainError,
    });
    const ends = events
      .filter(({ type }) => type === 'trial-ended')
      .map((event) => (event as { key: string }).key);
    expect(ends.sort()).toEqual(['a', 'b', 'c', 'training', 'wrong']);
    const before = store.resultOf('a');
    const again = await study(at.place(), trials, path);
    expect(again.events.filter(({ type }) => type === 'trial-ended')).toHaveLength(1);
    expect(again.store.resultOf('a')).toEqual(before);
  }, 30_000);

  it('go on when whoever computes them is killed, and when the study is ended, from their checkpoints', async () => {
    const path = scratch('study');
    const end = new AbortController();
    const events: TrialEvent[] = [];
    const run = study(at.place(), [longTraining], path, end.signal, events);
    const lock = join(path, 'trials/long/run.lock');
    const checkpoints = join(path, 'trials/long/run/checkpoints');
    const some = (n: number) =>
      until(
        () =>
          existsSync(checkpoints) && readdirSync(checkpoints).some((name) => Number.parseInt(name, 10) > n),
      );
    await some(0);
    const pid = Number(/"pid":(\d+)/.exec(readFileSync(lock, 'utf8'))?.[1]);
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    // What it had written by then; a later one is of whoever took the trial over.
    const reached = Math.max(
      ...readdirSync(checkpoints)
        .map((name) => Number.parseInt(name, 10))
        .filter(Number.isFinite),
    );
    await some(reached);
    // A place that asks now and then hears of it after whoever took the trial over has begun.
    await until(() => events.some(({ type }) => type === 'trial-lost'));
    end.abort();
    const { store } = await run;
    expect(store.isDone('long')).toBe(false);
    expect(store.failureOf('long')).toBeUndefined();
    expect(existsSync(lock)).toBe(false);
  }, 60_000);
});

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((go) => setTimeout(go, 20));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
