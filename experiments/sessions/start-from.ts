import { inputError, OhmpropError } from '../../core/index.js';
import { openRunDirectory } from '../../records/index.js';
import type { ComposedRun } from '../composition/index.js';
import { type LoadedCheckpoint, loadCheckpoint, sizeOf } from './checkpoint.js';

/** Reads another run's newest checkpoint; before a device is opened. */
export async function readStart(path: string): Promise<LoadedCheckpoint> {
  const directory = await openRunDirectory(path, { write: false });
  try {
    return await loadCheckpoint(directory);
  } finally {
    await directory.release();
  }
}

/**
 * Puts a fresh run's device where another run's checkpoint left its own, in place of a random start; updates count from 0
 * again.
 * @returns its error on the test set, before training
 * @throws `run.size`, `run.device` where that run's network or device is another
 */
export async function startFrom(run: ComposedRun, name: string, start: LoadedCheckpoint): Promise<number> {
  const { trainer } = run;
  const size = sizeOf(trainer);
  if (start.size !== size) {
    throw inputError(
      'run.size',
      `--from ${name}: that run's network is ${start.size}, this one is ${size}; give --data, --layers and --preset of that run`,
    );
  }
  const device = { ...start.device, values: { ...start.device.values, lastUpdate: 0 } };
  await trainer.device.restore(device).catch((cause: Error) => {
    if (!(cause instanceof OhmpropError && cause.code === 'state.format')) throw cause;
    throw inputError(
      'run.device',
      `--from ${name}: that run left the state of a ${device.format} device, which ${trainer.device.info.name} does not read; give --preset, --arithmetic and cells of that run`,
      cause,
    );
  });
  return (await trainer.evaluateOn('test')).error;
}
