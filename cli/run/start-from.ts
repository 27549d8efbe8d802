import { openRunDirectory } from '../../records/index.js';
import type { ComposedRun } from '../compose/compose-run.js';
import { type LoadedCheckpoint, loadCheckpoint } from './checkpoint.js';

/** Reads another run's newest checkpoint; before a device is opened, as opening a board moves its taps. */
export async function readStart(path: string): Promise<LoadedCheckpoint> {
  const directory = await openRunDirectory(path, { write: false });
  try {
    const checkpoint = await loadCheckpoint(directory);
    for (const warning of checkpoint.warnings) process.stderr.write(`warning: ${warning}\n`);
    return checkpoint;
  } finally {
    await directory.release();
  }
}

/** Puts a fresh run's device where another run's checkpoint left its own; updates count from 0 again. */
export async function startFrom(run: ComposedRun, name: string, { device }: LoadedCheckpoint): Promise<void> {
  await run.trainer.device.restore({ ...device, values: { ...device.values, lastUpdate: 0 } });
  const before = await run.trainer.evaluateOn('test');
  const right = (100 * (1 - before.error)).toFixed(1);
  process.stderr.write(`starting from ${name}: ${right} % of the test set right before training\n`);
}
