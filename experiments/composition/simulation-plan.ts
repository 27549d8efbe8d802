import type { RunConfig } from '../schema/index.js';
import { initialiseRun, openDescribed } from './compose-run.js';
import { describeRun, requireWithinData } from './describe-run.js';

/** What a simulated run will do. */
export interface SimulationPlan {
  readonly device: string;
  readonly data: string;
  readonly epochs: number;
  /** In all epochs. */
  readonly updates: number;
  readonly samples: { readonly train: number; readonly test: number };
  /** The β that outputs will be nudged by, at the random start; absent where the rule has none, or the start is another. */
  readonly nudge?: string;
  /** To be told before it begins. */
  readonly warnings: readonly string[];
}

/**
 * Works out what a run of a simulated network will do, and whether all of it fits together: data are read, the network is opened and, to
 * find what β it bears, given its random start; nothing is trained or written.
 * @param elsewhere the run starts from other parameters than the random ones, so that nothing is said of β
 * @throws `train.beta-too-large` as the run would
 */
export async function planSimulation(config: RunConfig, { elsewhere = false } = {}): Promise<SimulationPlan> {
  const description = await describeRun(config);
  requireWithinData(description);
  const run = await openDescribed(description);
  const { trainer, dataSet, composition } = run;
  let nudge: string | undefined;
  try {
    if (!elsewhere && composition.hardware === undefined) {
      await initialiseRun(run);
      const chosen = await trainer.nudge.begin();
      const named = `β = ${trainer.nudge.text(trainer.nudge.beta)}`;
      if (trainer.rule.beta === undefined) nudge = chosen ?? `${named}, which the network bears`;
    }
  } finally {
    await trainer.device.close();
  }
  const { epochs, batch } = config.training;
  const { train, test } = dataSet;
  return {
    device: trainer.device.info.name,
    data: dataSet.name,
    epochs,
    updates: epochs * Math.ceil(train.count / batch),
    samples: { train: train.count, test: test.count },
    ...(nudge === undefined ? {} : { nudge }),
    warnings: composition.warnings ?? [],
  };
}
