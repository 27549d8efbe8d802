import {
  boardPlan,
  composeData,
  describeBoard,
  describePlan,
  planSimulation,
} from '../experiments/composition/index.js';
import { isInstrument, type RunConfig } from '../experiments/schema/index.js';
import { besideIdeal, predictionText, rehearse, seedsFrom } from '../experiments/sessions/index.js';
import type { Answer } from './frame/index.js';
import { type Io, warn } from './io.js';

/** What `train` was asked for beside the configuration. */
export interface DryRunAsked {
  readonly seeds: number;
  /** Beside ideal cells. */
  readonly ideal: boolean;
  /** The run whose parameters it would take. */
  readonly from?: string;
}

/** Says what a run would do. Neither hardware nor a run directory is touched. */
export async function dryRun(
  io: Io,
  config: RunConfig,
  { seeds, ideal, from }: DryRunAsked,
): Promise<Answer> {
  if (ideal) await besideIdeal(config);
  const { text, json } = await plannedRun(io, config, from !== undefined);
  const runs = seeds * (ideal ? 2 : 1);
  const lines = [
    ...(runs === 1
      ? []
      : [
          `${runs} runs, one after the other: seeds ${seedsFrom(config, seeds).join(', ')}${ideal ? ', each in the cells and on ideal ones of the same window' : ''}; each`,
        ]),
    text,
    ...(from === undefined ? [] : [`from ${from}`]),
  ];
  const more = { ...(runs === 1 ? {} : { runs }), ...(from === undefined ? {} : { from }) };
  return { text: lines.join('\n'), json: { ...json, ...more } };
}

async function plannedRun(io: Io, config: RunConfig, elsewhere: boolean): Promise<Answer> {
  const { network } = config;
  if (config.cells !== undefined && isInstrument(config.cells.model)) return plannedOnArrays(config);
  if (network.kind !== 'board') {
    const plan = await planSimulation(config, { elsewhere });
    const { device, data, updates, epochs, samples, nudge, warnings } = plan;
    for (const text of warnings) warn(io, text);
    return {
      text: `${device}, ${data}: ${updates} updates, ${epochs} epochs of ${samples.train} samples, each tested on ${samples.test}${nudge === undefined ? '' : `\n${nudge}`}`,
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

/** On arrays behind instruments: a rehearsal on simulated cells that are alike, by what is known of instruments that nobody has opened. */
async function plannedOnArrays(config: RunConfig): Promise<Answer> {
  const dataSet = await composeData(config);
  const predicted = await rehearse({ config, dataSet });
  return {
    text: `${config.cells?.model}, ${dataSet.name}: ${predictionText(predicted, config)}; nothing was opened (--dry-run)`,
    json: { device: config.cells?.model, data: dataSet.name, prediction: predicted },
  };
}
