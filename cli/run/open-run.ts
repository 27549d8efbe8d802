import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { inputError } from '../../core/index.js';
import type { EpochRecord } from '../../learning/index.js';
import { openRunDirectory, type RunDirectory, readMetrics } from '../../records/index.js';
import { type ComposedRun, composeRun } from '../compose/compose-run.js';
import { checkConfig } from '../config/check-config.js';
import type { RunConfig } from '../config/run-config.js';
import { type LoadedCheckpoint, loadCheckpoint } from './checkpoint.js';

export interface OpenedRun {
  readonly directory: RunDirectory;
  readonly run: ComposedRun;
  readonly checkpoint: LoadedCheckpoint;
}

/**
 * Opens a run as its newest checkpoint left it.
 * @param change what to set otherwise in its configuration, for instance another data set to evaluate on
 */
export async function openRun(
  path: string,
  options: { write?: boolean; change?: (config: RunConfig) => RunConfig } = {},
): Promise<OpenedRun> {
  const directory = await openRunDirectory(path, { write: options.write ?? false });
  try {
    const stored = await readRunConfig(directory);
    const config = options.change?.(stored) ?? stored;
    const checkpoint = await loadCheckpoint(directory);
    for (const warning of checkpoint.warnings) process.stderr.write(`warning: ${warning}\n`);
    const run = await composeRun(config);
    await run.trainer.restore(checkpoint.trainer, checkpoint.device, checkpoint.arrays);
    return { directory, run, checkpoint };
  } catch (error) {
    await directory.release();
    throw error;
  }
}

export async function readRunConfig(directory: RunDirectory): Promise<RunConfig> {
  const text = await readFile(directory.config, 'utf8').catch((cause: Error) => {
    throw inputError('run.config', `${directory.config}: cannot be read (${cause.message})`, cause);
  });
  return checkConfig(parse(text), directory.config);
}

/** The epochs that a run has finished, up to one number. */
export async function readEpochs(directory: RunDirectory, upTo: number): Promise<EpochRecord[]> {
  const { lines, warning } = await readMetrics(directory.metrics);
  if (warning !== undefined) process.stderr.write(`warning: ${warning}\n`);
  return lines.filter((line) => line.epoch <= upTo) as unknown as EpochRecord[];
}
