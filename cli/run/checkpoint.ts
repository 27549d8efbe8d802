import { z } from 'zod';
import { inputError } from '../../core/index.js';
import type { DeviceState, StateArray } from '../../devices/index.js';
import { type EpochTally, emptyTally, type Trainer, type TrainerState } from '../../learning/index.js';
import { latestCheckpoint, type RunDirectory, writeCheckpoint } from '../../records/index.js';

/** What the training commands write and read; another version is refused. */
const FORMAT = 'ohmprop-training/1';

const tallySchema = z.custom<EpochTally>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(emptyTally()).every(
      ([key, sample]) => typeof (value as Record<string, unknown>)[key] === typeof sample,
    ),
  'not the sums of an epoch',
);

const valuesSchema = z.object({
  trainer: z.object({
    epoch: z.number().int().positive(),
    minibatch: z.number().int().nonnegative(),
    updates: z.number().int().nonnegative(),
    tally: tallySchema,
  }),
  deviceFormat: z.string(),
  deviceValues: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});

/** Writes trainer and device as one checkpoint; its step is the number of updates done. */
export async function saveCheckpoint(run: RunDirectory, trainer: Trainer): Promise<string> {
  const state = trainer.state;
  const device = await trainer.device.snapshot();
  return writeCheckpoint(run.checkpoints, {
    format: FORMAT,
    step: state.updates,
    arrays: { ...device.arrays, ...trainer.arrays },
    values: {
      trainer: { ...state, tally: { ...state.tally } },
      deviceFormat: device.format,
      deviceValues: device.values,
    },
  });
}

export interface LoadedCheckpoint {
  readonly trainer: TrainerState;
  readonly device: DeviceState;
  /** Of the trainer. */
  readonly arrays: Readonly<Record<string, StateArray>>;
  readonly path: string;
  readonly warnings: readonly string[];
}

/** The newest readable checkpoint of a run. Throws `run.no-checkpoint` where there is none. */
export async function loadCheckpoint(run: RunDirectory): Promise<LoadedCheckpoint> {
  const latest = await latestCheckpoint(run.checkpoints, { format: FORMAT });
  if (latest === undefined) {
    throw inputError(
      'run.no-checkpoint',
      `${run.path} has no checkpoint: the run ended before its first epoch did; train it anew`,
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
    trainer: values.trainer,
    device: { format: values.deviceFormat, arrays: checkpoint.arrays, values: values.deviceValues },
    arrays: checkpoint.arrays,
    path,
    warnings,
  };
}
