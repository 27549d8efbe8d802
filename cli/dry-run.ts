import {
  boardPlan,
  composeData,
  describeBoard,
  describePlan,
  planSimulation,
} from '../experiments/composition/index.js';
import type { RunConfig } from '../experiments/schema/index.js';
import { type Io, printLine, warn } from './io.js';

/** Says what a run would do. Neither hardware nor a run directory is touched. */
export async function dryRun(io: Io, config: RunConfig): Promise<void> {
  const { network } = config;
  if (network.kind !== 'board') {
    const { device, data, updates, epochs, samples, warnings } = await planSimulation(config);
    for (const text of warnings) warn(io, text);
    printLine(
      io.stderr,
      `${device}, ${data}: ${updates} updates, ${epochs} epochs of ${samples.train} samples, each tested on ${samples.test}`,
    );
    return;
  }
  const dataSet = await composeData(config);
  describeBoard(network, config, { inputs: dataSet.features, outputs: dataSet.classes });
  const plan = boardPlan(network, config, dataSet);
  io.stderr.write(`${network.device}, ${network.profile} board, ${dataSet.name}:\n${describePlan(plan)}\n`);
}
