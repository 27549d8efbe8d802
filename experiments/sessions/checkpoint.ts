import { z } from 'zod';
import { inputError } from '../../core/index.js';
import type { DeviceState, StateArray } from '../../devices/contract/index.js';
import {
  type BestEpoch,
  type EpochTally,
  emptyTally,
  type Trainer,
  type TrainerState,
} from '../../learning/index.js';
import {
  flattenState,
  formatsOfOld,
  type JsonObject,
  latestCheckpoint,
  type RunDirectory,
  unflattenState,
  writeCheckpoint,
} from '../../records/index.js';
import type { ComposedRun } from '../composition/index.js';
import { changedSettings, settings } from './settings.js';

/** What the training commands write and read; another version is refused. */
const FORMAT = 'ohmprop-training/2';

/** A record whose figures may still have the names of 0.1. */
function inPresentWords(record: unknown): unknown {
  if (typeof record !== 'object' || record === null || !('atEdge' in record)) return record;
  const { atEdge, ...rest } = record;
  return { ...rest, saturatedFraction: atEdge };
}

/** Sums that versions before 0.2 did not keep. */
function withNewSums(tally: unknown): unknown {
  if (typeof tally !== 'object' || tally === null) return tally;
  return { oneSided: 0, nudge: 0, nudgedResidual: 0, measured: 0, ...tally };
}

const nudgeSchema = z.object({ beta: z.number(), wanted: z.number(), oneSided: z.boolean() });

const bestSchema = z.object({
  epoch: z.number().int().positive(),
  validationError: z.number(),
  validationCost_V2: z.number(),
  testError: z.number(),
});

const tallySchema = z.custom<EpochTally>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(emptyTally()).every(
      ([key, sample]) => typeof (value as Record<string, unknown>)[key] === typeof sample,
    ),
  'not the sums of an epoch',
);

const trainerSchema = z.object({
  epoch: z.number().int().positive(),
  minibatch: z.number().int().nonnegative(),
  updates: z.number().int().nonnegative(),
  tally: z.preprocess((tally) => withNewSums(inPresentWords(tally)), tallySchema),
  nudge: nudgeSchema.optional(),
  best: bestSchema.optional(),
});

const valuesSchema = z.object({
  trainer: trainerSchema,
  /** By path of the part; 0.1 wrote one string. */
  deviceFormats: z.record(z.string(), z.string()).optional(),
  deviceFormat: z.string().optional(),
  deviceValues: z.preprocess(
    inPresentWords,
    z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  ),
  /** Inputs and layers of the device, for people and for a clear refusal: `784-100-10`. */
  size: z.string(),
  /** The configuration by its top-level keys, as JSON; without the number of epochs. */
  config: z.record(z.string(), z.string()),
});

/** Writes trainer and device as one checkpoint; its step is the number of updates done. */
export async function saveCheckpoint(directory: RunDirectory, run: ComposedRun): Promise<string> {
  const { trainer } = run;
  const state = await trainer.device.snapshot();
  return writeStateOf(directory.checkpoints, run, trainer.state, state);
}

/** Writes where trainer and device stand into a folder of checkpoints. */
export async function writeStateOf(
  folder: string,
  run: ComposedRun,
  state: TrainerState,
  snapshot: DeviceState,
): Promise<string> {
  const { trainer } = run;
  const device = flattenState(snapshot);
  return writeCheckpoint(folder, {
    format: FORMAT,
    step: state.updates,
    arrays: { ...device.arrays, ...trainer.arrays },
    values: {
      trainer: valuesOf(state),
      deviceFormats: device.formats,
      deviceValues: device.values,
      size: sizeOf(trainer),
      config: settings(run.config),
    },
  });
}

/** Where training stands, as it was written. @param where for people @throws OhmpropError `journal.damaged` */
export function trainerStateOf(value: unknown, where: string): TrainerState {
  const parsed = trainerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw inputError(
    'journal.damaged',
    `${where}: not where training stands: ${z.prettifyError(parsed.error)}`,
  );
}

/** As plain values, which interfaces are not to the type system. */
export function valuesOf({ tally, nudge, best, ...rest }: TrainerState): JsonObject {
  return {
    ...rest,
    tally: { ...tally },
    ...(nudge === undefined ? {} : { nudge: { ...nudge } }),
    ...(best === undefined ? {} : { best: { ...best } }),
  };
}

/** `784-100-10`. */
export function sizeOf(trainer: Trainer): string {
  const { inputs, layers } = trainer.device.info;
  return [inputs, ...layers].join('-');
}

/**
 * Throws `run.size` where the checkpoint is of a device of another size, and returns a warning for each part of the run's
 * own configuration that is no longer what the checkpoint was trained under.
 */
export function compareWithRun(
  checkpoint: LoadedCheckpoint,
  run: ComposedRun,
  config: ComposedRun['config'],
): string[] {
  const size = sizeOf(run.trainer);
  if (checkpoint.size !== size) {
    throw inputError(
      'run.size',
      `${checkpoint.path} is of a ${checkpoint.size} network, ${run.dataSet.name} and the configuration make it ${size}: the layers differ; use the data and layers of the run`,
    );
  }
  return changedSettings(config, checkpoint.config);
}

/**
 * A training run's last saved state, read but not yet restored. `size` is its network, `784-100-10`; `config` are the settings
 * that it was trained under, as text.
 */
export interface LoadedCheckpoint {
  readonly size: string;
  readonly config: Readonly<Record<string, string>>;
  readonly trainer: TrainerState;
  readonly device: DeviceState;
  /** Of the trainer. */
  readonly arrays: Readonly<Record<string, StateArray>>;
  readonly path: string;
  readonly warnings: readonly string[];
  /** The device is as this epoch left it, the best on validation, and not as the last did. */
  readonly best?: BestEpoch;
}

/** The newest readable checkpoint of a run. Throws `run.no-checkpoint` where there is none. */
export async function loadCheckpoint(
  run: Pick<RunDirectory, 'path' | 'checkpoints'>,
): Promise<LoadedCheckpoint> {
  const latest = await latestCheckpoint(run.checkpoints, { format: FORMAT });
  if (latest === undefined) {
    throw inputError(
      'run.no-checkpoint',
      `${run.path} has no checkpoint: the run ended before its first epoch did; train it afresh`,
    );
  }
  const { checkpoint, path, warnings } = latest;
  const parsed = valuesSchema.safeParse(checkpoint.values);
  if (!parsed.success) {
    throw inputError(
      'checkpoint.damaged',
      `${path}: not a training checkpoint: ${z.prettifyError(parsed.error)}`,
    );
  }
  const values = parsed.data;
  return {
    size: values.size,
    config: values.config,
    trainer: values.trainer,
    device: unflattenState({
      arrays: checkpoint.arrays,
      values: values.deviceValues,
      formats: values.deviceFormats ?? formatsOfOld(values.deviceFormat ?? ''),
    }),
    arrays: checkpoint.arrays,
    path,
    warnings,
  };
}
