import type { RunConfig } from '../schema/index.js';
import { openDescribed } from './compose-run.js';
import { describeRun, requireWithinData } from './describe-run.js';

/** What a simulated run will do. */
export interface SimulationPlan {
  readonly device: string;
  readonly data: string;
  readonly epochs: number;
  /** In all epochs. */
  readonly updates: number;
  readonly samples: { readonly train: number; readonly test: number };
  /** To be told before it begins. */
  readonly warnings: readonly string[];
}

/**
 * Works out what a run of a simulated network will do, and whether all of it fits together: data are read and the network is
 * opened, nothing is initialised, trained or written.
 */
export async function planSimulation(config: RunConfig): Promise<SimulationPlan> {
  const description = await describeRun(config);
  requireWithinData(description);
  const { trainer, dataSet, composition } = await openDescribed(description);
  await trainer.device.close();
  const { epochs, batch } = config.training;
  const { train, test } = dataSet;
  return {
    device: trainer.device.info.name,
    data: dataSet.name,
    epochs,
    updates: epochs * Math.ceil(train.count / batch),
    samples: { train: train.count, test: test.count },
    warnings: composition.warnings ?? [],
  };
}
