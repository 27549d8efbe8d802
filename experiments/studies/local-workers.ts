import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runError } from '../../core/index.js';
import { MOST_LOSSES, type TrialPlace, type TrialWork } from './place.js';
import type { TrialEnd } from './run-trial.js';
import type { Trial } from './trial.js';

/** What a study tells its worker. */
export type ToWorker =
  | { readonly type: 'trial'; readonly study: string; readonly trial: Trial; readonly threads: number }
  | { readonly type: 'end' };

/** What a worker tells its study. */
export interface FromWorker {
  readonly key: string;
  readonly end: TrialEnd;
}

/** In the environment of a worker: the channel that it has is its study's. */
export const WORKER_OF_STUDY = 'OHMPROP_WORKER_OF_STUDY';

/** How a worker process is started: this program, as `ohmprop study worker`. */
export interface WorkerProgram {
  readonly module: string;
  readonly words: readonly string[];
}

/**
 * Processes on this machine, one trial each at a time. One that is killed, runs out of memory or falls over a defect is replaced, and its
 * trial computed again.
 */
export class LocalWorkers implements TrialPlace {
  /** @param count default one a core */
  constructor(
    private readonly program: WorkerProgram,
    private readonly count = availableParallelism(),
  ) {}

  async run(work: TrialWork): Promise<void> {
    const { path: study, signal } = work;
    const open = [...work.trials];
    const losses = new Map<string, number>();
    const count = Math.min(this.count, open.length);
    const threads = Math.max(1, Math.floor(availableParallelism() / Math.max(1, count)));
    let lostAtStart = 0;
    const lane = async (): Promise<void> => {
      let worker: Worker | undefined;
      try {
        for (let trial = open.shift(); trial !== undefined && !signal.aborted; trial = open.shift()) {
          const { key } = trial;
          worker ??= new Worker(this.program, signal);
          work.tell({ type: 'trial-started', key });
          const end = await worker.compute({ type: 'trial', study, trial, threads });
          if (typeof end === 'string') {
            work.tell({ type: 'trial-ended', key, end });
            continue;
          }
          worker = undefined;
          if (signal.aborted) return;
          // One that was gone before it began says nothing of the trial.
          const began = holds(join(study, 'trials', key), end.pid);
          const lost = (losses.get(key) ?? 0) + (began ? 1 : 0);
          losses.set(key, lost);
          if (began) lostAtStart = 0;
          else if (++lostAtStart >= MOST_STARTS) throw noWorkers(end.reason);
          work.tell({ type: 'trial-lost', key, reason: end.reason });
          if (lost < MOST_LOSSES) open.unshift(trial);
          else {
            await work.giveUp(key, `${lost} workers were lost over it: ${end.reason}`);
            work.tell({ type: 'trial-ended', key, end: 'failed' });
          }
        }
      } finally {
        await worker?.close();
      }
    };
    await Promise.all(Array.from({ length: count }, lane));
  }
}

/** Whether a process that is gone has left its lock in a trial's directory. */
function holds(directory: string, pid: number | undefined): boolean {
  try {
    return readFileSync(join(directory, 'run.lock'), 'utf8').includes(`"pid":${pid},`);
  } catch {
    return false;
  }
}

/** How many workers in a row may be gone before they have begun anything. */
const MOST_STARTS = 100;

function noWorkers(reason: string): Error {
  return runError(
    'study.workers',
    `${MOST_STARTS} workers in a row were gone before they began a trial, the last: ${reason}; what was computed is kept, and the same line goes on`,
  );
}

/** How long an ending worker has for its last checkpoint, ms. */
const PATIENCE_MS = 60_000;

/** One worker process. */
class Worker {
  private readonly child: ChildProcess;
  private readonly gone: Promise<{ reason: string; pid: number | undefined }>;
  private lastWords = '';

  constructor({ module, words }: WorkerProgram, signal: AbortSignal) {
    this.child = fork(module, [...words], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, [WORKER_OF_STUDY]: '1' },
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.lastWords = (this.lastWords + chunk.toString()).slice(-500);
    });
    this.gone = new Promise((done) => {
      this.child.once('error', (error) => done({ reason: error.message, pid: this.child.pid }));
      this.child.once('exit', (code, by) => done({ reason: this.reasonOf(code, by), pid: this.child.pid }));
    });
    const end = (): unknown => this.send({ type: 'end' });
    signal.addEventListener('abort', end, { once: true });
    void this.gone.then(() => signal.removeEventListener('abort', end));
  }

  /** @returns how the trial ended, or why the worker is gone */
  async compute(task: ToWorker): Promise<TrialEnd | { reason: string; pid: number | undefined }> {
    const answered = new Promise<TrialEnd>((done) => {
      this.child.once('message', (message) => done((message as FromWorker).end));
    });
    this.send(task);
    return Promise.race([answered, this.gone]);
  }

  async close(): Promise<void> {
    this.send({ type: 'end' });
    const timer = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS);
    await this.gone;
    clearTimeout(timer);
  }

  private send(message: ToWorker): void {
    // One that is gone says so by its end.
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private reasonOf(code: number | null, by: NodeJS.Signals | null): string {
    const last = this.lastWords.trim().split('\n').at(-1) ?? '';
    return by !== null
      ? `its worker was ended by ${by}`
      : `its worker ended with exit code ${code}${last === '' ? '' : `: ${last}`}`;
  }
}
