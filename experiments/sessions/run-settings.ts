import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { MAX_YAML_CHARACTERS, readYaml } from '../../core/yaml/index.js';
import { type RunDirectory, readManifest } from '../../records/index.js';
import { requireModules } from '../modules/index.js';
import { checkConfig, type RunConfig } from '../schema/index.js';

/** The configuration to look at a trained run with: no states of training samples are wanted. */
export function readOnlyConfig(config: RunConfig): RunConfig {
  return { ...config, training: { ...config.training, particles: false } };
}

/**
 * The configuration of a run, as its directory has it.
 * @throws `run.config`; `run.module`, `run.changed-module` where it was made with modules that are not in use
 */
export async function readRunConfig(directory: RunDirectory): Promise<RunConfig> {
  await requireItsModules(directory);
  const most_bytes = 4 * MAX_YAML_CHARACTERS;
  const bytes = await readRegularFile(directory.config, { most_bytes }).catch((cause: Error) => {
    throw inputError('run.config', `${directory.config}: cannot be read (${cause.message})`, cause);
  });
  const tree = readYaml(new TextDecoder().decode(bytes), directory.config, 'run.config');
  return checkConfig(tree, directory.config);
}

/**
 * Asks for the modules that a run was made with, by name and hash; nothing of them is loaded from here.
 * @returns what to tell where one is another content and that was agreed to
 */
export async function requireItsModules({ path }: Pick<RunDirectory, 'path'>): Promise<string[]> {
  const manifest = await readManifest(path).catch(() => undefined);
  return requireModules(path, manifest?.modules ?? []);
}
