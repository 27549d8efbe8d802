import { openRunDirectory } from '../../records/index.js';
import type { ComposedRun } from '../compose/compose-run.js';
import { loadCheckpoint } from './checkpoint.js';

/** Puts a fresh run's device where another run's newest checkpoint left its own; updates count from 0 again. */
export async function startFrom(run: ComposedRun, path: string): Promise<void> {
  const directory = await openRunDirectory(path, { write: false });
  try {
    const { device, warnings } = await loadCheckpoint(directory);
    for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
    await run.trainer.device.restore({ ...device, values: { ...device.values, lastUpdate: 0 } });
    const before = await run.trainer.evaluateOn('test');
    const right = (100 * (1 - before.error)).toFixed(1);
    process.stderr.write(`starting from ${path}: ${right} % of the test set right before training\n`);
  } finally {
    await directory.release();
  }
}
