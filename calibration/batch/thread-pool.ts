import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** What a thread answers for one task. */
interface Reply {
  readonly at: number;
  readonly result: unknown;
  /** How far a task is that goes on: so many of so many. */
  readonly part?: readonly [done: number, of: number];
}

/** A task that ended its thread: out of memory, most likely. */
export class LostTask {
  constructor(readonly reason: string) {}
}

/** Of the old generation of each thread; what is larger is told, rather than the machine swapping. */
const THREAD_MEMORY_MB = 384;

/** Whether a module stands beside this one as built JavaScript, as threads need it: tests run from sources, in one thread. */
export function threadModule(name: string): string | undefined {
  const path = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  return existsSync(path) ? path : undefined;
}

/**
 * Hands tasks to threads, one at a time each, in order; results come as they are ready. A thread that dies takes its task with it, as a
 * `LostTask`, and another one goes on.
 * @param module path of a built module that answers `{ at, task }` by `{ at, result }`, and before it by `{ at, part }` as often as it likes
 * @param done called with each result
 */
export async function inThreads(
  module: string,
  options: {
    readonly threads: number;
    readonly start: unknown;
    readonly tasks: readonly unknown[];
    readonly signal?: AbortSignal;
    readonly done: (at: number, result: unknown) => void;
    readonly part?: (at: number, done: number, of: number) => void;
  },
): Promise<void> {
  const { tasks, start, done, signal } = options;
  const workers = new Set<Worker>();
  let next = 0;
  let left = tasks.length;
  try {
    await new Promise<void>((resolve, reject) => {
      const finish = (at: number, result: unknown): void => {
        try {
          done(at, result);
        } catch (error) {
          reject(error);
        }
        left--;
        if (left === 0) resolve();
      };
      const stop = (): void => reject(signal?.reason);
      if (signal?.aborted) return stop();
      signal?.addEventListener('abort', stop, { once: true });
      const startOne = (): void => {
        if (next >= tasks.length) return;
        const worker = new Worker(module, {
          workerData: start,
          execArgv: [],
          resourceLimits: { maxOldGenerationSizeMb: THREAD_MEMORY_MB },
        });
        workers.add(worker);
        let under: number | undefined;
        const give = (): void => {
          under = next < tasks.length ? next++ : undefined;
          if (under === undefined) return;
          worker.postMessage({ at: under, task: tasks[under] });
        };
        worker.on('message', ({ at, result, part }: Reply) => {
          if (part !== undefined) {
            options.part?.(at, ...part);
            return;
          }
          under = undefined;
          give();
          finish(at, result);
        });
        worker.on('error', (error) => {
          workers.delete(worker);
          const lost = under;
          under = undefined;
          startOne();
          if (lost !== undefined) finish(lost, new LostTask(error.message));
        });
        give();
      };
      if (left === 0) resolve();
      for (let i = 0; i < Math.min(options.threads, tasks.length); i++) startOne();
    });
  } finally {
    await Promise.all([...workers].map((worker) => worker.terminate()));
  }
}
