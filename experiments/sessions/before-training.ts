import { OhmpropError } from '../../core/index.js';
import { type RunDirectory, readManifest } from '../../records/index.js';
import { type ComposedRun, initialiseRun, openDescribed } from '../composition/index.js';

/**
 * The error on the test set before the first update: epoch 0 of the learning curves. A simulated network is made once more at its
 * random start, so that nothing of the one that was trained is touched; a run that began where another ended has noted it.
 * @returns a fraction; nothing where it cannot be known without driving hardware, or where the untrained network does not settle
 */
export async function errorBeforeTraining(
  directory: Pick<RunDirectory, 'path'>,
  run: ComposedRun,
): Promise<number | undefined> {
  const noted = await readManifest(directory.path).catch(() => undefined);
  if (noted?.startedFrom !== undefined) return noted.startedFrom.testError;
  if (run.composition.hardware !== undefined) return undefined;
  const { config, dataSet } = run;
  const start = await openDescribed({
    // Without what is kept of every training sample, and without a log of pulses.
    config: {
      ...config,
      training: { ...config.training, particles: false },
      ...(config.cells === undefined ? {} : { cells: { ...config.cells, pulseLog: undefined } }),
    },
    dataSet,
  });
  try {
    await initialiseRun(start);
    return (await start.trainer.evaluateOn('test')).error;
  } catch (error) {
    if (error instanceof OhmpropError) return undefined;
    throw error;
  } finally {
    await start.trainer.device.close();
  }
}
