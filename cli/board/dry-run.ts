import { inputError } from '../../core/index.js';
import { boardPlan, composeData, describeBoard, describePlan } from '../../experiments/composition/index.js';
import type { RunConfig } from '../../experiments/schema/index.js';
import type { Io } from '../io.js';

/** Says what a run would do to a board. Nothing is opened. */
export async function dryRun(io: Io, config: RunConfig): Promise<void> {
  const { network } = config;
  if (network.kind !== 'board') {
    throw inputError('train.dry-run', '--dry-run is for boards; say which with --device');
  }
  const dataSet = await composeData(config);
  describeBoard(network, config, { inputs: dataSet.features, outputs: dataSet.classes });
  const plan = boardPlan(network, config, dataSet);
  io.stderr.write(`${network.device}, ${network.profile} board, ${dataSet.name}:\n${describePlan(plan)}\n`);
}
