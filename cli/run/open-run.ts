import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { inputError, OhmpropError } from '../../core/index.js';
import { type ComposedRun, composeRun } from '../../experiments/composition/compose-run.js';
import { checkConfig } from '../../experiments/schema/check-config.js';
import type { RunConfig } from '../../experiments/schema/run-config.js';
import type { EpochRecord } from '../../learning/index.js';
import { type MetricsLine, openRunDirectory, type RunDirectory, readMetrics } from '../../records/index.js';
import type { Io } from '../io.js';
import { compareWithRun, type LoadedCheckpoint, loadCheckpoint } from './checkpoint.js';

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
  io: Io,
  path: string,
  options: { write?: boolean; change?: (config: RunConfig) => RunConfig } = {},
): Promise<OpenedRun> {
  const directory = await openRunDirectory(path, { write: options.write ?? false });
  try {
    const stored = await readRunConfig(directory);
    const config = options.change?.(stored) ?? stored;
    const checkpoint = await loadCheckpoint(directory);
    for (const warning of checkpoint.warnings) io.stderr.write(`warning: ${warning}\n`);
    const run = await composeRun(config);
    try {
      const changed = compareWithRun(checkpoint, run);
      if (options.write) for (const change of changed) io.stderr.write(`warning: ${change}\n`);
      await run.trainer.restore(checkpoint.trainer, checkpoint.device, checkpoint.arrays);
    } catch (error) {
      // A board must not stay armed.
      await run.trainer.device.close();
      throw error;
    }
    return { directory, run, checkpoint };
  } catch (error) {
    await directory.release();
    throw error;
  }
}

/**
 * The configuration to look at a trained run with, on its own data or others: no states of training samples are wanted,
 * and other data need not have as many samples to hold out.
 */
export function readOnlyConfig(data: string | undefined): (config: RunConfig) => RunConfig {
  return (config) => {
    const looking = { ...config, training: { ...config.training, particles: false } };
    return data === undefined ? looking : { ...looking, data, validation: undefined, limit: undefined };
  };
}

export async function readRunConfig(directory: RunDirectory): Promise<RunConfig> {
  const text = await readFile(directory.config, 'utf8').catch((cause: Error) => {
    throw inputError('run.config', `${directory.config}: cannot be read (${cause.message})`, cause);
  });
  try {
    return checkConfig(parse(text), directory.config);
  } catch (cause) {
    if (cause instanceof OhmpropError) throw cause;
    throw inputError('run.config', `${directory.config}: not YAML: ${(cause as Error).message}`, cause);
  }
}

const epochSchema = z.looseObject({
  epoch: z.number().int().positive(),
  trainError: z.number(),
  testError: z.number(),
  cost_V2: z.number().nullable(),
  seconds: z.number(),
  samplesPerSecond: z.number().nullable(),
  confusion: z.array(z.number()),
});

function epochOf(line: MetricsLine, file: string): EpochRecord {
  const parsed = epochSchema.safeParse(line);
  if (parsed.success) return line as unknown as EpochRecord;
  throw inputError('run.metrics', `${file}, epoch ${line.epoch}: ${z.prettifyError(parsed.error)}`);
}

/** The epochs that a run has finished, up to one number. */
export async function readEpochs(io: Io, directory: RunDirectory, upTo: number): Promise<EpochRecord[]> {
  const { lines, warning } = await readMetrics(directory.metrics);
  if (warning !== undefined) io.stderr.write(`warning: ${warning}\n`);
  const epochs = lines.filter((line) => line.epoch <= upTo).map((line) => epochOf(line, directory.metrics));
  if (epochs.length < upTo) {
    io.stderr.write(
      `warning: ${directory.metrics} tells of ${epochs.length} epochs, the checkpoint of ${upTo}; the curves will have gaps\n`,
    );
  }
  return epochs;
}
