import { stringify } from 'yaml';
import { inputError } from '../../core/index.js';
import { truncateMetrics, writeFileAtomically } from '../../records/index.js';
import { openRun, readEpochs } from './open-run.js';
import { type SessionOptions, trainInRunDirectory } from './session.js';
import type { RunOutcome } from './start-run.js';

/** What may differ when a run goes on; all else is as it was. */
export interface ResumeRunOptions extends Pick<SessionOptions, 'signal' | 'sinks'> {
  /** Passes in all, if other than the run was started with. */
  readonly epochs?: number;
  /** Threads from now on; results are the same. */
  readonly threads?: number | 'auto';
  /** Where pulses are logged from now on, in the run directory; for a run whose log lay elsewhere. */
  readonly pulseLog?: string;
}

/** Goes on with a run from its newest checkpoint, as if it had never stopped. @throws `run.finished` */
export async function resumeRun(path: string, options: ResumeRunOptions = {}): Promise<RunOutcome> {
  const { epochs: asked, threads, pulseLog, ...rest } = options;
  const { directory, run, checkpoint, warnings } = await openRun(path, {
    restore: 'write',
    write: true,
    change: (config) => ({
      ...config,
      threads: threads ?? config.threads,
      ...(pulseLog === undefined || config.cells === undefined
        ? {}
        : { cells: { ...config.cells, pulseLog } }),
      training: { ...config.training, epochs: asked ?? config.training.epochs },
    }),
    check: ({ training }, { trainer }) => {
      const finished = trainer.epoch - 1;
      if (finished < training.epochs) return;
      throw inputError(
        'run.finished',
        `${path}: all ${finished} epochs are done; to go on, ask for more: --epochs ${finished + 10}`,
      );
    },
  });
  try {
    const finished = checkpoint.trainer.epoch - 1;
    const logAnew = await run.composition.pulseLog?.continueIn(directory.path);
    await truncateMetrics(directory.metrics, finished);
    await writeFileAtomically(directory.config, stringify(run.config));
    const earlier = await readEpochs(directory, finished);
    const result = await trainInRunDirectory(directory, run, {
      ...rest,
      earlier: earlier.epochs,
      warnings: [...warnings, ...earlier.warnings, ...(logAnew === undefined ? [] : [logAnew])],
    });
    return { ...result, path: directory.path, config: run.config };
  } finally {
    await run.trainer.device.close();
    await directory.release();
  }
}
