import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { MAX_YAML_CHARACTERS, readYaml } from '../../core/yaml/index.js';
import type { RunDirectory } from '../../records/index.js';
import { checkConfig, type RunConfig } from '../schema/index.js';

/** The configuration to look at a trained run with: no states of training samples are wanted. */
export function readOnlyConfig(config: RunConfig): RunConfig {
  return { ...config, training: { ...config.training, particles: false } };
}

/** The configuration of a run, as its directory has it. @throws `run.config` */
export async function readRunConfig(directory: RunDirectory): Promise<RunConfig> {
  const most_bytes = 4 * MAX_YAML_CHARACTERS;
  const bytes = await readRegularFile(directory.config, { most_bytes }).catch((cause: Error) => {
    throw inputError('run.config', `${directory.config}: cannot be read (${cause.message})`, cause);
  });
  const tree = readYaml(new TextDecoder().decode(bytes), directory.config, 'run.config');
  return checkConfig(tree, directory.config);
}
