import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { CrossbarDrive } from '../../circuits/crossbar/index.js';
import { runError } from '../../core/index.js';
import type { CrossbarNetwork, CrossbarWork, CrossbarWorkLayout } from '../../kernels/crossbar.js';
import type { CrossbarStop, PreparedNetwork } from './outcome.js';
import type { ResultArrays } from './run-inputs.js';

/** What all threads of one solve share. */
export interface CrossbarJob {
  readonly rows: number;
  readonly columns: number;
  readonly drive: CrossbarDrive;
  readonly stop: CrossbarStop;
  readonly results: ResultArrays;
  readonly start_V: Float64Array | undefined;
}

/** What a worker is started with. `prepared` without its kernel, which every thread makes for itself. */
export interface WorkerStart {
  readonly memory: unknown;
  readonly prepared: Omit<PreparedNetwork, 'kernel'>;
  readonly ends: { readonly left: number; readonly right: number; readonly bottom: number };
  readonly layout: CrossbarWorkLayout;
}

/** A job as it is sent: `counters` holds the next input to hand out and how many workers are done. */
export interface WorkerJob extends CrossbarJob {
  readonly prepared: Omit<PreparedNetwork, 'kernel'>;
  readonly counters: Int32Array;
}

/** Workers of one crossbar. Each takes inputs one by one; the calling thread works with them and waits for the last. */
export class CrossbarThreads {
  private readonly workers: Worker[];

  constructor(
    memory: unknown,
    prepared: PreparedNetwork,
    network: CrossbarNetwork,
    works: readonly CrossbarWork[],
  ) {
    const file = workerFile();
    const ends = {
      left: network.left.byteOffset,
      right: network.right.byteOffset,
      bottom: network.bottom.byteOffset,
    };
    this.workers = works.map(({ layout }) => {
      const start: WorkerStart = { memory, prepared: withoutKernel(prepared), ends, layout };
      const worker = new Worker(file, { workerData: start });
      worker.unref();
      return worker;
    });
  }

  /** Runs a job; `own` is the calling thread's part, given the function that hands out inputs. */
  run(job: CrossbarJob, prepared: PreparedNetwork, own: (next: () => number) => void): void {
    const counters = new Int32Array(new SharedArrayBuffer(8));
    for (const worker of this.workers) {
      const message: WorkerJob = { ...job, counters, prepared: withoutKernel(prepared) };
      worker.postMessage(message);
    }
    own(() => takeInput(counters, job.drive.count));
    for (;;) {
      const done = Atomics.load(counters, 1);
      if (done >= this.workers.length) return;
      if (Atomics.wait(counters, 1, done, 60_000) === 'timed-out' && Atomics.load(counters, 1) === done) {
        throw runError(
          'crossbar.thread',
          'a worker thread has not answered for a minute; solve with threads: 1',
        );
      }
    }
  }

  close(): void {
    for (const worker of this.workers) void worker.terminate();
  }
}

/** The next input, or −1. */
export function takeInput(counters: Int32Array, count: number): number {
  const input = Atomics.add(counters, 0, 1);
  return input < count ? input : -1;
}

function withoutKernel({ kernel: _, ...rest }: PreparedNetwork): Omit<PreparedNetwork, 'kernel'> {
  return rest;
}

/** The worker as built JavaScript, seen from the sources as well as from dist/. */
function workerFile(): string {
  const beside = fileURLToPath(new URL('./worker.js', import.meta.url));
  if (existsSync(beside)) return beside;
  const built = fileURLToPath(new URL('../../dist/solver/crossbar/worker.js', import.meta.url));
  if (existsSync(built)) return built;
  throw runError('crossbar.thread', 'the worker is not built: run "npm run build", or solve with threads: 1');
}
