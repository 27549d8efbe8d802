import { Command } from 'commander';
import { stringify } from 'yaml';
import { inputError } from '../core/index.js';
import { truncateMetrics, writeFileAtomically } from '../records/index.js';
import { whole } from './flags.js';
import { concludeSession } from './run/conclude.js';
import { openRun, readEpochs } from './run/open-run.js';
import { trainInRunDirectory } from './run/session.js';

export function resumeCommand(): Command {
  return new Command('resume')
    .description('go on with a run from its newest checkpoint, as if it had never stopped')
    .argument('<run>', 'run directory')
    .option('--epochs <n>', 'passes in all, if other than the run was started with', whole)
    .option('--json', 'one JSON object on stdout')
    .action(resume);
}

async function resume(path: string, flags: { epochs?: number; json?: boolean }): Promise<void> {
  const { directory, run, checkpoint } = await openRun(path, {
    write: true,
    change: (config) => ({
      ...config,
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
    process.stderr.write(
      `going on in epoch ${checkpoint.trainer.epoch} after ${checkpoint.trainer.updates} updates\n`,
    );
    const result = await trainInRunDirectory(directory, run, await readEpochs(directory, finished));
    concludeSession(directory, run.config, result, flags.json === true);
  } finally {
    await run.trainer.device.close();
    await directory.release();
  }
}
