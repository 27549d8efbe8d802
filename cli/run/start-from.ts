import { inputError, OhmpropError } from '../../core/index.js';
import type { ComposedRun } from '../../experiments/composition/compose-run.js';
import { openRunDirectory } from '../../records/index.js';
import type { Io } from '../io.js';
import { type LoadedCheckpoint, loadCheckpoint, sizeOf } from './checkpoint.js';

/** Reads another run's newest checkpoint; before a device is opened, as opening a board moves its taps. */
export async function readStart(io: Io, path: string): Promise<LoadedCheckpoint> {
  const directory = await openRunDirectory(path, { write: false });
  try {
    const checkpoint = await loadCheckpoint(directory);
    for (const warning of checkpoint.warnings) io.stderr.write(`warning: ${warning}\n`);
    return checkpoint;
  } finally {
    await directory.release();
  }
}

/**
 * Puts a fresh run's device where another run's checkpoint left its own; updates count from 0 again.
 * @throws `run.size`, `run.device` where that run's network or device is another
 */
export async function startFrom(
  io: Io,
  run: ComposedRun,
  name: string,
  start: LoadedCheckpoint,
): Promise<void> {
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
  const before = await trainer.evaluateOn('test');
  const right = (100 * (1 - before.error)).toFixed(1);
  io.stderr.write(`starting from ${name}: ${right} % of the test set right before training\n`);
}
