import type { Command } from 'commander';
import { stringify } from 'yaml';
import { inputError } from '../core/index.js';
import { truncateMetrics, writeFileAtomically } from '../records/index.js';
import { threadCount, whole } from './flags.js';
import type { Io } from './io.js';
import { concludeSession } from './run/conclude.js';
import { openRun, readEpochs } from './run/open-run.js';
import { trainInRunDirectory } from './run/session.js';

export function resumeCommand(command: Command, io: Io): void {
  command
    .argument('<run>', 'run directory')
    .option('--epochs <n>', 'passes in all, if other than the run was started with', whole)
    .option('--threads <n>', 'threads from now on, 1 to 8, or auto; results are the same', threadCount)
    .option('--json', 'one JSON object on stdout')
    .action((path, flags) => resume(io, path, flags));
}

interface ResumeFlags {
  epochs?: number;
  threads?: number | 'auto';
  json?: boolean;
}

async function resume(io: Io, path: string, flags: ResumeFlags): Promise<void> {
  const { directory, run, checkpoint } = await openRun(io, path, {
    write: true,
    change: (config) => ({
      ...config,
      threads: flags.threads ?? config.threads,
      training: { ...config.training, epochs: flags.epochs ?? config.training.epochs },
    }),
  });
  try {
    const finished = checkpoint.trainer.epoch - 1;
    if (finished >= run.config.training.epochs) {
      throw inputError(
        'run.finished',
        `${path}: all ${finished} epochs are done; to go on, ask for more: --epochs ${finished + 10}`,
      );
    }
    await truncateMetrics(directory.metrics, finished);
    await writeFileAtomically(directory.config, stringify(run.config));
    io.stderr.write(
      `going on in epoch ${checkpoint.trainer.epoch} after ${checkpoint.trainer.updates} updates\n`,
    );
    const result = await trainInRunDirectory(io, directory, run, await readEpochs(io, directory, finished));
    concludeSession(io, directory, run.config, result, flags.json === true);
  } finally {
    await run.trainer.device.close();
    await directory.release();
  }
}
