import {
  boardPlan,
  composeData,
  describeBoard,
  describePlan,
  planSimulation,
} from '../experiments/composition/index.js';
import type { RunConfig } from '../experiments/schema/index.js';
import type { Answer } from './frame/index.js';
import { type Io, warn } from './io.js';

/** Says what a run would do. Neither hardware nor a run directory is touched. @param from the run whose parameters it would take */
export async function dryRun(io: Io, config: RunConfig, from?: string): Promise<Answer> {
  const { text, json } = await plannedRun(io, config);
  return from === undefined ? { text, json } : { text: `${text}\nfrom ${from}`, json: { ...json, from } };
}

async function plannedRun(io: Io, config: RunConfig): Promise<Answer> {
  const { network } = config;
  if (network.kind !== 'board') {
    const plan = await planSimulation(config);
    const { device, data, updates, epochs, samples, warnings } = plan;
    for (const text of warnings) warn(io, text);
    return {
      text: `${device}, ${data}: ${updates} updates, ${epochs} epochs of ${samples.train} samples, each tested on ${samples.test}`,
      json: plan,
    };
  }
  const dataSet = await composeData(config);
  describeBoard(network, config, { inputs: dataSet.features, outputs: dataSet.classes });
  const plan = boardPlan(network, config, dataSet);
  return {
    text: `${network.device}, ${network.profile} board, ${dataSet.name}:\n${describePlan(plan)}`,
    json: { device: network.device, board: network.profile, data: dataSet.name, plan },
  };
}
