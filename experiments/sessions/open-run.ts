import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { MAX_YAML_CHARACTERS, readRegularFile, readYaml } from '../../core/input/index.js';
import type { DataSet, EpochRecord } from '../../learning/index.js';
import {
  type MetricsLine,
  openRunDirectory,
  type RunDirectory,
  readManifest,
  readMetrics,
} from '../../records/index.js';
import { type ComposedRun, describeRun, openDescribed } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { checkConfig } from '../schema/index.js';
import { compareWithRun, type LoadedCheckpoint, loadCheckpoint } from './checkpoint.js';
import { standingOf } from './standing.js';

/** A run that exists, its device opened. The caller closes the device. */
export interface OpenedRun {
  readonly directory: RunDirectory;
  readonly run: ComposedRun;
  readonly checkpoint: LoadedCheckpoint;
  /** To be told: that it was cut off, damaged checkpoints, and settings that are no longer what it was trained under. */
  readonly warnings: readonly string[];
}

/** What may be done to the device and the directory of a run that is opened. */
export interface OpenRunOptions {
  /**
   * `write` puts the device where the run left it. `compare` does so only where the device was made for this: hardware that
   * was there keeps what it holds, which has to be what the run left.
   */
  readonly restore: 'write' | 'compare';
  /** To go on training: nobody else may then write into its directory. */
  readonly write?: boolean;
  /** Refuses a run by throwing, before its device is opened. */
  readonly check?: (config: RunConfig, checkpoint: LoadedCheckpoint, dataSet: DataSet) => void;
  /** What to set otherwise in its configuration, for instance another data set to evaluate on. */
  readonly change?: (config: RunConfig) => RunConfig;
}

/**
 * Opens a run as its newest checkpoint left it.
 * @throws `run.hardware` where hardware holds something else and is not to be written
 */
export async function openRun(path: string, options: OpenRunOptions): Promise<OpenedRun> {
  const directory = await openRunDirectory(path, { write: options.write ?? false });
  try {
    const stored = await readRunConfig(directory);
    const loaded = await loadCheckpoint(directory);
    const standing = await standingOf(directory, options.write ?? false);
    const checkpoint = { ...loaded, warnings: [...standing, ...loaded.warnings] };
    const config = options.change?.(stored) ?? stored;
    const description = await describeRun(config);
    options.check?.(config, checkpoint, description.dataSet);
    const run = await openDescribed(description);
    try {
      const warnings = [...checkpoint.warnings, ...compareWithRun(checkpoint, run)];
      // Other data have other classes.
      if (run.config.data === stored.data) warnings.push(...(await compareClasses(directory, run)));
      await restore(path, run, checkpoint, options.restore);
      return { directory, run, checkpoint, warnings };
    } catch (error) {
      // A board must not stay armed.
      await run.trainer.device.close();
      throw error;
    }
  } catch (error) {
    await directory.release();
    throw error;
  }
}

async function restore(
  path: string,
  { trainer, composition }: ComposedRun,
  { trainer: state, device, arrays }: LoadedCheckpoint,
  how: OpenRunOptions['restore'],
): Promise<void> {
  const { hardware } = composition;
  if (how === 'compare' && hardware?.lifetime === 'persistent') {
    const { equal, text } = await hardware.compare(device);
    if (equal) return;
    throw inputError(
      'run.hardware',
      `${trainer.device.info.name} does not hold what ${path} left: ${text}. Nothing was written; --restore writes the run's state onto it`,
    );
  }
  await trainer.restore(state, device, arrays);
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
  const most_bytes = 4 * MAX_YAML_CHARACTERS;
  const bytes = await readRegularFile(directory.config, { most_bytes }).catch((cause: Error) => {
    throw inputError('run.config', `${directory.config}: cannot be read (${cause.message})`, cause);
  });
  const tree = readYaml(new TextDecoder().decode(bytes), directory.config, 'run.config');
  return checkConfig(tree, directory.config);
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

/** The epochs that a run has finished, up to one number, with what is to be told of gaps among them. */
export async function readEpochs(
  directory: RunDirectory,
  upTo: number,
): Promise<{ epochs: EpochRecord[]; warnings: string[] }> {
  const { lines, warning } = await readMetrics(directory.metrics);
  const warnings = warning === undefined ? [] : [warning];
  const epochs = lines.filter((line) => line.epoch <= upTo).map((line) => epochOf(line, directory.metrics));
  if (epochs.length < upTo) {
    warnings.push(
      `${directory.metrics} holds ${epochs.length} epochs, the checkpoint ${upTo}; the curves will have gaps`,
    );
  }
  return { epochs, warnings };
}

/**
 * Compares the data's classes with those that the run was trained on.
 * @returns what is to be told where that is not known
 * @throws `run.classes` where they differ: the same outputs would stand for other classes
 */
async function compareClasses(directory: RunDirectory, { dataSet }: ComposedRun): Promise<string[]> {
  const manifest = await readManifest(directory.path).catch(() => undefined);
  const then = manifest?.classNames;
  if (then === undefined) {
    return [
      `${directory.path} does not say on which classes it was trained; the data's are taken to be those`,
    ];
  }
  const now = dataSet.classNames;
  if (then.length === now.length && then.every((name, k) => name === now[k])) return [];
  throw inputError(
    'run.classes',
    `${directory.path} was trained on the classes ${then.join(', ')}; ${dataSet.name} now has ${now.join(', ')}: give it the data that it was trained on`,
  );
}
