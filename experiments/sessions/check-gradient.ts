import { inputError } from '../../core/index.js';
import type { StopRule } from '../../devices/contract/index.js';
import { type GroupGradcheck, gradcheck, type WrongSlope, wrongSlopeOf } from '../../learning/index.js';
import type { ComposedRun } from '../composition/index.js';

/** Chooses β, or refuses one that the network does not bear. */
export async function chooseNudge(run: ComposedRun): Promise<void> {
  try {
    run.trainer.nudge.restore(undefined);
    await run.trainer.nudge.begin();
  } catch (error) {
    await run.trainer.device.close();
    throw error;
  }
}

/** The gradient of a run, group by group, beside what it ought to be. */
export interface CheckedGradient {
  readonly groups: readonly GroupGradcheck[];
  /** In force, in the device's nudge unit; and of the two phases. */
  readonly beta: number;
  readonly betas: readonly [number, number];
  /** Samples. */
  readonly size: number;
  /** Where the cost says another slope than its value has. */
  readonly wrongSlope?: WrongSlope;
}

/**
 * Checks the gradient as the run trains by it: its data, coding, estimator and stop rules.
 * @param samples of the training data, from the first
 * @param stops in place of those of its configuration
 * @throws `gradcheck.unsupported` where nothing is exact enough to check against
 */
export async function checkGradient(
  run: ComposedRun,
  samples: number,
  stops: StopRule | undefined,
): Promise<CheckedGradient> {
  const { composition, trainer, dataSet, coder } = run;
  const { device, options: training } = trainer;
  if (composition.reference === undefined) {
    throw inputError(
      'gradcheck.unsupported',
      `${device.info.name} has no float64 reference to be checked against`,
    );
  }
  const part = dataSet.train.count > 0 ? dataSet.train : dataSet.test;
  const batch = coder.firstBatch(part, samples);
  const betas = trainer.nudge.betas(trainer.state.updates + 1);
  const stop = stops ?? training.stop;
  const nudgedStop = stops ?? training.nudgedStop;
  const groups = await gradcheck({
    device,
    reference: composition.reference(),
    batch,
    betas,
    cost: coder.cost,
    nudge: trainer.nudge.kind,
    ...(stop && { stop }),
    ...(nudgedStop && { nudgedStop }),
  });
  const free = await device.settle({ batch: batch.size, inputs: batch.inputs }, stop && { stop });
  const outputs = free.outputs();
  free.release();
  const wrongSlope = wrongSlopeOf(coder.cost, outputs, batch.targets, device.info.outputs.size);
  return {
    ...(wrongSlope === undefined ? {} : { wrongSlope }),
    groups,
    beta: trainer.nudge.beta,
    betas,
    size: batch.size,
  };
}
