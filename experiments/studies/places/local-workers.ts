import { availableParallelism } from 'node:os';
import type { TrialPlace, TrialWork } from './place.js';
import { Losses, WorkerProcess, type WorkerProgram } from './worker-process.js';

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
    const losses = new Losses();
    const count = Math.min(this.count, open.length);
    const threads = Math.max(1, Math.floor(availableParallelism() / Math.max(1, count)));
    const lane = async (): Promise<void> => {
      let worker: WorkerProcess | undefined;
      try {
        for (let trial = open.shift(); trial !== undefined && !signal.aborted; trial = open.shift()) {
          const { key } = trial;
          worker ??= new WorkerProcess(this.program, signal);
          work.tell({ type: 'trial-started', key });
          const end = await worker.compute({ type: 'trial', study, trial, threads });
          if (typeof end === 'string') {
            work.tell({ type: 'trial-ended', key, end });
            continue;
          }
          worker = undefined;
          if (signal.aborted) return;
          const { lost, isTooOften } = losses.count(study, key, end);
          work.tell({ type: 'trial-lost', key, reason: end.reason });
          if (!isTooOften) open.unshift(trial);
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
