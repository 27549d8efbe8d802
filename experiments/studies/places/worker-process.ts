import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runError } from '../../../core/index.js';
import type { TrialEnd } from '../run-trial.js';
import type { Trial } from '../trial.js';
import { MOST_LOSSES } from './place.js';

/** What a worker process is told. */
export type ToWorker =
  | {
      readonly type: 'trial';
      /** Directory of the study, or of what a worker elsewhere keeps in its place. */
      readonly study: string;
      readonly trial: Trial;
      readonly threads: number;
      /** Where relative paths are relative to; as it was started where left out. */
      readonly cwd?: string;
    }
  /** Save what is computed, and end. */
  | { readonly type: 'end' };

/** What a worker process tells. */
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

/** Why a worker is gone. */
export interface WorkerGone {
  readonly reason: string;
  readonly pid: number | undefined;
}

/** How long an ending worker has for its last checkpoint, ms. */
const PATIENCE_MS = 60_000;

/** One worker process, which computes one trial at a time. */
export class WorkerProcess {
  private readonly child: ChildProcess;
  private readonly gone: Promise<WorkerGone>;
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
    const end = (): void => this.end();
    signal.addEventListener('abort', end, { once: true });
    void this.gone.then(() => signal.removeEventListener('abort', end));
  }

  /** @returns how the trial ended, or why the worker is gone */
  async compute(task: Extract<ToWorker, { type: 'trial' }>): Promise<TrialEnd | WorkerGone> {
    const answered = new Promise<TrialEnd>((done) => {
      this.child.once('message', (message) => done((message as FromWorker).end));
    });
    this.send(task);
    return Promise.race([answered, this.gone]);
  }

  /** Asks it to save what it computes, and to end. */
  end(): void {
    this.send({ type: 'end' });
  }

  async close(): Promise<void> {
    this.end();
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

/** Whether a process that is gone has left its lock in a trial's directory: it had begun. */
export function hadBegun(study: string, key: string, { pid }: WorkerGone): boolean {
  try {
    return readFileSync(join(study, 'trials', key, 'run.lock'), 'utf8').includes(`"pid":${pid},`);
  } catch {
    return false;
  }
}

/** How many workers in a row may be gone before they have begun anything. */
const MOST_STARTS = 100;

/** Counts workers that are gone, and says when a trial itself, or the machine, is held to be why. */
export class Losses {
  private readonly over = new Map<string, number>();
  private atStart = 0;

  /**
   * @returns how often whoever computed this trial is gone; `isTooOften` where it is to be given up
   * @throws `study.workers` where no worker lives until it begins anything
   */
  count(
    study: string,
    key: string,
    gone: WorkerGone,
  ): { readonly lost: number; readonly isTooOften: boolean } {
    // One that was gone before it began says nothing of the trial.
    const began = hadBegun(study, key, gone);
    const lost = (this.over.get(key) ?? 0) + (began ? 1 : 0);
    this.over.set(key, lost);
    if (began) this.atStart = 0;
    else if (++this.atStart >= MOST_STARTS) {
      throw runError(
        'study.workers',
        `${MOST_STARTS} workers in a row were gone before they began a trial, the last: ${gone.reason}; what was computed is kept, and the same line goes on`,
      );
    }
    return { lost, isTooOften: lost >= MOST_LOSSES };
  }
}
