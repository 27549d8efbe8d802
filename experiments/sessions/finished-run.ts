import { existsSync } from 'node:fs';
import { openRunDirectory } from '../../records/index.js';
import { loadCheckpoint } from './checkpoint.js';
import { readEpochs } from './run-epochs.js';
import { readRunConfig } from './run-settings.js';
import type { RunOutcome } from './start-run.js';

/** What a run that another process trained came to, by what it left. */
export async function finishedRun(path: string, interrupted: boolean): Promise<RunOutcome> {
  const directory = await openRunDirectory(path);
  const config = await readRunConfig(directory);
  const { trainer } = await loadCheckpoint(directory);
  const { epochs } = await readEpochs(directory, trainer.epoch - 1);
  return {
    path: directory.path,
    config,
    epochs,
    interrupted,
    ...(interrupted || !existsSync(directory.report) ? {} : { reportPath: directory.report }),
    ...(trainer.best === undefined ? {} : { best: trainer.best }),
  };
}
