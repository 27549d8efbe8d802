import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Queue } from 'bullmq';
import type { OhmpropError } from '../../../core/index.js';
import type { ProgramVersion, Trial } from '../trial.js';
import { TrialStore } from '../trial-store.js';
import { loadBullmq } from './load-bullmq.js';
import { MOST_LOSSES, type TrialPlace, type TrialWork } from './place.js';
import { answerOf, PREFIX, queueNameOf, RedisLink, stopKeyOf } from './redis-link.js';
import { idOf, jobIdOf, type TrialAnswer, type TrialJob } from './trial-job.js';

/** Trials in the queue at a time: those behind them are put there as these end. */
const MOST_QUEUED = 256;
const POLL_MS = 300;
/** How often the queue is filled up from the directory: what a Redis that came back empty has forgotten stands there again. */
const REFILL_MS = 3000;
/** How long no worker is there before that is said, ms. */
const LONELY_MS = 3000;
/** How long workers have to save what they compute, ms. */
const PATIENCE_MS = 60_000;
/** How long workers are told to end, ms: those that Redis is away from hear of it when it is back. */
const STOP_MS = 24 * 3600 * 1000;

/**
 * A queue in Redis (BullMQ), from which `ohmprop study worker --redis` takes trials on any machine. The directory of the study is the record:
 * what Redis forgets is put into the queue again, what it hands out twice is computed once.
 */
export class RedisPlace implements TrialPlace {
  constructor(
    private readonly url: string,
    private readonly program: ProgramVersion,
  ) {}

  async run(work: TrialWork): Promise<void> {
    const link = new RedisLink(this.url, (text) => work.tell({ type: 'waiting', text }));
    const { Queue } = await loadBullmq();
    const queue = new Queue<TrialJob, TrialAnswer>(queueNameOf(this.program), {
      connection: { ...link.connection },
      prefix: PREFIX,
    });
    queue.on('error', link.onError);
    void queue.client.then((client) => client.on('ready', link.onReady)).catch(() => undefined);
    try {
      await new QueuedStudy(work, queue, link, this.program, await idOf(work.path)).run();
    } finally {
      link.end();
      queue.disconnect().catch(() => undefined);
    }
  }
}

/** One study while its trials are in a queue. */
class QueuedStudy {
  private readonly store: TrialStore;
  private readonly open: Map<string, Trial>;
  private readonly started = new Set<string>();
  private readonly losses = new Map<string, number>();
  private refilled = Number.NEGATIVE_INFINITY;
  private lonelySince: number | undefined;
  private saidLonely = false;

  constructor(
    private readonly work: TrialWork,
    private readonly queue: Queue<TrialJob, TrialAnswer>,
    private readonly link: RedisLink,
    private readonly program: ProgramVersion,
    private readonly id: string,
  ) {
    this.store = new TrialStore(work.path);
    this.open = new Map(work.trials.map((trial) => [trial.key, trial]));
  }

  async run(): Promise<void> {
    const { signal } = this.work;
    try {
      await this.ask(this.queue.client.then((client) => client.del(stopKeyOf(this.id))));
      while (this.open.size > 0) {
        if (performance.now() - this.refilled > REFILL_MS) await this.refill();
        await this.collect();
        if (this.open.size > 0) await sleep(POLL_MS, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      await this.stop();
    }
  }

  private ask<T>(call: Promise<T>): Promise<T> {
    return answerOf(call, this.link, this.work.signal);
  }

  /** Puts the first open trials into the queue, where they are not there yet. */
  private async refill(): Promise<void> {
    const trials = [...this.open.values()].slice(0, MOST_QUEUED);
    await this.ask(
      this.queue.addBulk(
        trials.map((trial) => ({
          name: 'trial',
          data: { id: this.id, study: this.work.path, cwd: process.cwd(), trial },
          opts: { jobId: jobIdOf(this.id, trial.key) },
        })),
      ),
    );
    this.refilled = performance.now();
    await this.lookForWorkers();
  }

  private async lookForWorkers(): Promise<void> {
    const workers = await this.ask(this.queue.getWorkersCount());
    const now = performance.now();
    if (workers > 0) this.lonelySince = undefined;
    else this.lonelySince ??= now;
    if (this.saidLonely || this.lonelySince === undefined || now - this.lonelySince < LONELY_MS) return;
    this.saidLonely = true;
    const { version, commit } = this.program;
    this.work.tell({
      type: 'waiting',
      text: `no worker of ohmprop ${version}${commit === undefined ? '' : `, commit ${commit.slice(0, 12)}`} is at ${this.link.address}; waiting for one: ohmprop study worker --redis ${this.link.address}`,
    });
  }

  /** Takes note of what has begun, ended, or lost its worker. */
  private async collect(): Promise<void> {
    const before = this.open.size;
    for (const job of await this.jobs('completed', 'failed')) await this.take(job);
    for (const job of await this.jobs('active')) {
      const { key } = job.data.trial;
      if (!this.started.has(key)) this.work.tell({ type: 'trial-started', key });
      this.started.add(key);
      const { lost = 0, reason = 'its worker is gone' } = job.progress as { lost?: number; reason?: string };
      const gone = (job.stalledCounter ?? 0) + lost;
      if (gone > (this.losses.get(key) ?? 0)) this.work.tell({ type: 'trial-lost', key, reason });
      this.losses.set(key, gone);
    }
    // What a worker of another study's process, or one whose Redis is gone, has written there.
    for (const key of this.open.keys()) if (this.store.isDone(key)) this.end(key, 'done');
    if (this.open.size < before) this.refilled = Number.NEGATIVE_INFINITY;
  }

  private async jobs(
    ...states: ('completed' | 'failed' | 'active')[]
  ): Promise<Job<TrialJob, TrialAnswer>[]> {
    const all = await this.ask(this.queue.getJobs(states));
    // One that is removed while it is read is none.
    return all.filter((job) => job?.data?.id === this.id);
  }

  private async take(job: Job<TrialJob, TrialAnswer>): Promise<void> {
    const { key } = job.data.trial;
    const answer = job.returnvalue as TrialAnswer | null;
    if (this.open.has(key)) {
      if (answer === null || answer === undefined) {
        await this.work.giveUp(
          key,
          job.failedReason?.includes('stalled')
            ? `${MOST_LOSSES} workers were lost over it`
            : (job.failedReason ?? 'its worker failed without a word'),
        );
        this.end(key, 'failed');
      } else await this.record(key, answer);
    }
    await this.ask(job.remove().catch(() => undefined));
  }

  private async record(key: string, { end, result, failure, at }: TrialAnswer): Promise<void> {
    const trial = this.open.get(key);
    if (trial === undefined) return;
    if (end === 'done' && !this.store.isDone(key)) {
      if (result === undefined) {
        // It was there for the worker: a disk that is late, or one that lost it. Once more, and that finds it or computes it.
        this.work.tell({
          type: 'trial-lost',
          key,
          reason: `its answer, written at ${at}, is not in ${this.work.path}`,
        });
        return;
      }
      await this.store.begin(trial);
      await this.store.succeed(key, result);
    }
    if (end === 'failed' && this.store.failureOf(key) === undefined) {
      await this.store.fail(key, failure ?? { message: `failed at ${at} without a word` });
    }
    // A worker that was asked to end; the trial goes back into the queue.
    if (end !== 'interrupted') this.end(key, end);
    else this.started.delete(key);
  }

  private end(key: string, end: 'done' | 'failed'): void {
    if (this.open.delete(key)) this.work.tell({ type: 'trial-ended', key, end });
  }

  /** Takes what waits out of the queue, and has workers save what they compute; a Redis that is away is not waited for. */
  private async stop(): Promise<void> {
    const quick = AbortSignal.timeout(PATIENCE_MS);
    const ask = <T>(call: Promise<T>): Promise<T> => answerOf(call, this.link, quick);
    try {
      if ((await Promise.race([this.queue.client, sleep(2000, undefined)])) === undefined) return;
      const client = await this.queue.client;
      if (client.status !== 'ready') return;
      await ask(client.set(stopKeyOf(this.id), '1', { PX: STOP_MS }));
      for (const job of await ask(this.queue.getJobs(['waiting', 'prioritized', 'delayed', 'paused']))) {
        if (job?.data?.id === this.id) await ask(job.remove().catch(() => undefined));
      }
      for (;;) {
        const [active, ended] = await Promise.all([
          ask(this.queue.getJobs(['active'])),
          ask(this.queue.getJobs(['completed', 'failed'])),
        ]);
        for (const job of ended) {
          if (job?.data?.id !== this.id) continue;
          const answer = job.returnvalue as TrialAnswer | null;
          if (answer?.end === 'done' || answer?.end === 'failed')
            await this.record(job.data.trial.key, answer);
          await ask(job.remove().catch(() => undefined));
        }
        if (!active.some((job) => job?.data?.id === this.id)) return;
        await sleep(POLL_MS, undefined, { signal: quick });
      }
    } catch (error) {
      if ((error as OhmpropError).code !== 'study.stopped' && !quick.aborted) throw error;
      this.work.tell({
        type: 'waiting',
        text: `workers at ${this.link.address} still compute; what they find is in ${this.work.path} when they end`,
      });
    }
  }
}
