import { type DataSet, limitTraining, loadData } from '../../learning/index.js';
import type { RunConfig } from '../schema/index.js';

/** What a run is about, before anything is opened: a checked configuration and the data that it names. */
export interface RunDescription {
  readonly config: RunConfig;
  readonly dataSet: DataSet;
}

/** Loads the data that a configuration names; opens no device. */
export async function describeRun(config: RunConfig, signal?: AbortSignal): Promise<RunDescription> {
  return { config, dataSet: await composeData(config, signal) };
}

/** The data set that a configuration names, with its limit. */
export async function composeData(config: RunConfig, signal?: AbortSignal): Promise<DataSet> {
  const loaded = await loadData(config.data, {
    seed: config.seed,
    ...(config.validation === undefined ? {} : { validation: config.validation }),
    ...(signal === undefined ? {} : { signal }),
  });
  return config.limit === undefined ? loaded : limitTraining(loaded, config.limit);
}
