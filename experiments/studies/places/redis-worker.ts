import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Job, Worker as QueueWorker } from 'bullmq';
import { runError } from '../../../core/index.js';
import type { ProgramVersion, Trial } from '../trial.js';
import { texts } from '../trial-inputs.js';
import { TrialStore, WORKER_LOST } from '../trial-store.js';
import { FoundInputs } from './found-inputs.js';
import { loadBullmq } from './load-bullmq.js';
import { MOST_LOSSES } from './place.js';
import { answerOf, PREFIX, queueNameOf, RedisLink, stopKeyOf } from './redis-link.js';
import { readIdOf, type TrialAnswer, type TrialJob } from './trial-job.js';
import { Losses, WorkerProcess, type WorkerProgram } from './worker-process.js';

/** What a worker of a queue is told. */
export interface QueueWorkerAsked {
  readonly url: string;
  readonly program: ProgramVersion;
  /** How a process that computes is started. */
  readonly worker: WorkerProgram;
  readonly count: number;
  readonly threads: number;
  /** Folders in which data files are looked for, by what is in them. */
  readonly data: readonly string[];
  /** Where trials are computed whose study this machine does not see. */
  readonly scratch: string;
  /** How long a worker that says nothing counts as there, ms. */
  readonly lease_ms?: number;
  readonly signal: AbortSignal;
  /** Lines for people. */
  readonly say: (text: string) => void;
}

const LEASE_MS = 30_000;
const LOOK_FOR_STOP_MS = 1000;

/**
 * Takes trials from a queue and computes them in processes of their own, until it is asked to end: this process only says that it is there.
 * Trials of a worker that is gone are taken over by another when its lease has run out.
 */
export async function serveQueue(asked: QueueWorkerAsked): Promise<void> {
  const { signal, say, count, lease_ms = LEASE_MS } = asked;
  const link = new RedisLink(asked.url, say);
  const { Worker } = await loadBullmq();
  const lanes = new Lanes(asked);
  const queue = queueNameOf(asked.program);
  const worker: QueueWorker<TrialJob, TrialAnswer> = new Worker<TrialJob, TrialAnswer>(
    queue,
    async (job) => lanes.compute(job, async () => (await worker.client).get(stopKeyOf(job.data.id))),
    {
      connection: { ...link.connection },
      prefix: PREFIX,
      concurrency: count,
      lockDuration: lease_ms,
      stalledInterval: lease_ms / 2,
      maxStalledCount: MOST_LOSSES,
    },
  );
  worker.on('error', link.onError);
  worker.on('ready', link.onReady);
  worker.on('active', (job) => say(`trial ${job.data.trial.key}`));
  worker.on('completed', (job, { end }) => say(`trial ${job.data.trial.key}: ${end}`));
  say(`${count} ${count === 1 ? 'process' : 'processes'} for trials of ${queue} at ${link.address}`);
  try {
    await answerOf(new Promise<never>(() => undefined), link, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    link.end();
    // Hands back what its processes have saved; a Redis that is away is not waited for.
    await Promise.race([worker.close(), new Promise((go) => setTimeout(go, LAST_WORDS_MS).unref())]);
    await lanes.close();
    await worker.disconnect().catch(() => undefined);
  }
}

const LAST_WORDS_MS = 70_000;

/** The processes of a worker. */
class Lanes {
  private readonly idle: WorkerProcess[] = [];
  private readonly losses = new Losses();
  private readonly inputs: FoundInputs;

  constructor(private readonly asked: QueueWorkerAsked) {
    this.inputs = new FoundInputs(asked.data);
  }

  async compute(
    job: Job<TrialJob, TrialAnswer>,
    stopped: () => Promise<string | null>,
  ): Promise<TrialAnswer> {
    const { id, study, cwd, trial } = job.data;
    const { signal, threads } = this.asked;
    const isShared = existsSync(cwd) && readIdOf(study) === id;
    const home = isShared ? study : join(this.asked.scratch, id);
    const store = new TrialStore(home);
    const at = `${hostname()}:${store.directoryOf(trial.key)}`;
    const refusal = opensLine(trial);
    if (refusal !== undefined) return { end: 'failed', at, failure: refusal };
    let here: Trial;
    try {
      here = await this.inputs.put(trial, isShared ? cwd : undefined, join(home, 'inputs'));
    } catch (error) {
      const { message, code } = error as { message: string; code?: string };
      return {
        end: 'failed',
        at,
        failure: { message: `at ${hostname()}: ${message}`, ...(code === undefined ? {} : { code }) },
      };
    }
    for (;;) {
      const worker = this.idle.pop() ?? new WorkerProcess(this.asked.worker, signal);
      const look = setInterval(() => {
        void stopped()
          .then((said) => said !== null && worker.end())
          .catch(() => undefined);
      }, LOOK_FOR_STOP_MS);
      const end = await worker
        .compute({ type: 'trial', study: home, trial: here, threads, ...(isShared ? { cwd } : {}) })
        .finally(() => clearInterval(look));
      if (typeof end === 'string') {
        if (end === 'interrupted') await worker.close();
        else this.idle.push(worker);
        if (isShared || end === 'interrupted') return { end, at };
        const result = store.resultOf(trial.key);
        const failure = store.failureOf(trial.key);
        return {
          end,
          at,
          ...(result === undefined ? {} : { result }),
          ...(failure === undefined ? {} : { failure }),
        };
      }
      if (signal.aborted) return { end: 'interrupted', at };
      const { lost, isTooOften } = this.losses.count(home, trial.key, end);
      this.asked.say(`trial ${trial.key}: ${end.reason}; it is computed again`);
      await job.updateProgress({ lost, reason: end.reason }).catch(() => undefined);
      if (isTooOften)
        throw runError(WORKER_LOST, `${lost} workers were lost over it at ${hostname()}: ${end.reason}`);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.idle.map((worker) => worker.close()));
  }
}

/** What hardware is called on a command line. */
const line = /^(?:(?:arc-one|smu):|\/dev\/|serial:|tcp:\/\/|usbtmc:|gpib:|COM\d)/i;

/** Whoever may write to a Redis may have a worker compute; nobody is to drive a bench from there. */
function opensLine({ command, options }: Trial): { message: string; code: string } | undefined {
  const isBench = ['board', 'instrument'].includes(command.split(' ')[0]);
  const named = isBench ? command : texts(options).find((text) => line.test(text));
  if (named === undefined) return undefined;
  return {
    code: 'study.bench',
    message: `${named}: a worker of a queue drives no hardware; run this study without --redis, where the bench is`,
  };
}
