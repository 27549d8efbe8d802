import { type Execute, failureOf, runTrial, type TrialEnd } from '../run-trial.js';
import { TrialStore } from '../trial-store.js';
import type { FromWorker, ToWorker } from './worker-process.js';

/**
 * The other end of `WorkerProcess`: computes the trials that the study, or the worker of a queue, which started this process sends, until
 * that says that this is all or is gone itself.
 */
export function serveStudy(execute: Execute): Promise<void> {
  const stop = new AbortController();
  return new Promise((done) => {
    const end = (): void => {
      if (stop.signal.aborted) return;
      stop.abort();
      if (!busy) done();
    };
    let busy = false;
    process.on('disconnect', end);
    process.on('message', (message: ToWorker) => {
      if (message.type === 'end') return end();
      busy = true;
      void computeOne(message, execute, stop.signal).then((said) => {
        busy = false;
        const told = (): void => {
          if (stop.signal.aborted) done();
        };
        if (process.connected && process.send !== undefined) process.send(said, told);
        else told();
      });
    });
  });
}

async function computeOne(
  { study, trial, threads, cwd }: Extract<ToWorker, { type: 'trial' }>,
  execute: Execute,
  signal: AbortSignal,
): Promise<FromWorker> {
  const { key } = trial;
  const store = new TrialStore(study);
  let end: TrialEnd;
  try {
    if (cwd !== undefined) process.chdir(cwd);
    end = await runTrial(store, trial, execute, { signal, threads });
  } catch (error) {
    await store.fail(key, failureOf(error)).catch(() => undefined);
    end = 'failed';
  }
  return { key, end };
}
