import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceState } from '../../devices/contract/index.js';
import type { TrainerState, TrainingEvent } from '../../learning/index.js';
import type { RunDirectory } from '../../records/index.js';
import type { ComposedRun } from '../composition/index.js';
import { hostPart } from '../composition/index.js';
import { type LoadedCheckpoint, loadCheckpoint, writeStateOf } from './checkpoint.js';

// A run on arrays behind instruments between its checkpoints: after each update what the host keeps is written down, no cell being
// read for it, and before the first pulse of one what is going to be given. What was given of that is in the journal of pulses.

/** Folder of a run directory. */
const FOLDER = 'standing';

/** Keeps where a run on arrays stands, update by update. */
export class ArrayStanding {
  private device: DeviceState | undefined;
  private intended: TrainerState | undefined;

  private constructor(
    private readonly folder: string,
    private readonly run: ComposedRun,
  ) {}

  /** Begins to keep it; what was kept before is taken back once something newer is written. */
  static async begin(directory: RunDirectory, run: ComposedRun): Promise<ArrayStanding> {
    const standing = new ArrayStanding(join(directory.path, FOLDER), run);
    await standing.note(run.trainer.state);
    const { cells } = run.composition;
    if (cells !== undefined) cells.beforePulses = () => standing.planned();
    return standing;
  }

  /** An update is going to be worked out. */
  async intend(_: Extract<TrainingEvent, { type: 'update-intended' }>, trainer: TrainerState): Promise<void> {
    this.intended = trainer;
  }

  /** It was carried out. */
  async applied(trainer: TrainerState): Promise<void> {
    this.intended = undefined;
    await this.note(trainer);
  }

  /** Checkpoints tell it from here on. */
  stands(): void {}

  /** The journal of pulses tells what else happens. */
  async happened(): Promise<void> {}

  /** Nothing is kept any longer. */
  end(): void {
    const { cells } = this.run.composition;
    if (cells !== undefined) cells.beforePulses = undefined;
  }

  private async note(trainer: TrainerState): Promise<void> {
    const { arrays } = this.run.composition;
    const { device } = this.run.trainer;
    this.device = await (arrays === undefined ? device.snapshot() : arrays.hostOnly(() => device.snapshot()));
    await writeStateOf(this.folder, this.run, trainer, this.device);
  }

  /** All pulses of an update are planned, and none of them is given. */
  private async planned(): Promise<void> {
    const { arrays, cells } = this.run.composition;
    const { intended, device } = this;
    if (intended === undefined || device === undefined || arrays === undefined || cells === undefined) return;
    const planned = await arrays.hostOnly(() => cells.snapshot());
    const state = { ...device, parts: { ...device.parts, cells: planned } };
    // to who reads it the update is carried out: what is left of it is given before anything else
    const after = { ...intended, minibatch: intended.minibatch + 1, updates: intended.updates + 1 };
    await writeStateOf(this.folder, this.run, after, state);
  }
}

/** A run on arrays where it was left: after its last update, or in the midst of it; else its checkpoint. */
export async function standingOfArrays(
  directory: RunDirectory,
  checkpoint: LoadedCheckpoint,
): Promise<LoadedCheckpoint> {
  const folder = join(directory.path, FOLDER);
  if (!existsSync(folder)) return checkpoint;
  const standing = await loadCheckpoint({ path: directory.path, checkpoints: folder });
  if (standing.trainer.updates < checkpoint.trainer.updates) return checkpoint;
  const { best } = checkpoint.trainer;
  const newer = standing.trainer.updates > checkpoint.trainer.updates;
  return {
    ...checkpoint,
    // at the end of an epoch the checkpoint knows more of it
    trainer: newer ? { ...standing.trainer, ...(best === undefined ? {} : { best }) } : checkpoint.trainer,
    device: newer ? standing.device : checkpoint.device,
    arrays: newer ? standing.arrays : checkpoint.arrays,
  };
}

/** What was kept of a run that begins anew from its checkpoint. */
export function forgetStanding({ path }: RunDirectory): void {
  rmSync(join(path, FOLDER), { recursive: true, force: true });
}

/** Takes over what the host keeps of a run, its cells being left as they are. */
export async function takeOver(
  { trainer }: Pick<ComposedRun, 'trainer'>,
  { trainer: state, device, arrays }: Pick<LoadedCheckpoint, 'trainer' | 'device' | 'arrays'>,
  looking: boolean,
): Promise<void> {
  await trainer.restore(state, hostPart(device, looking), arrays);
}
