import { copyFile, link, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeDirectory, type RunDirectory } from '../../records/index.js';
import { type LoadedCheckpoint, loadCheckpoint } from './checkpoint.js';

/** Where the checkpoint of the best epoch on validation lies, which those of later epochs do not push out. */
function bestDirectory(run: RunDirectory): string {
  return join(run.checkpoints, 'best');
}

/** Keeps the checkpoint just written at `path` as that of the best epoch, in place of the one before. */
export async function keepBest(run: RunDirectory, path: string): Promise<void> {
  const directory = bestDirectory(run);
  await makeDirectory(directory);
  const kept = join(directory, basename(path));
  await rm(kept, { force: true });
  // The same bytes twice, where the disk can: a checkpoint is never written to again.
  await link(path, kept).catch(() => copyFile(path, kept));
  for (const name of await readdir(directory)) {
    if (name !== basename(path)) await rm(join(directory, name), { force: true });
  }
}

/**
 * A run as its best epoch left the device, where validation samples say which that is; else as its newest checkpoint has it.
 * Where training stands is that of the newest either way.
 */
export async function preferBest(run: RunDirectory, newest: LoadedCheckpoint): Promise<LoadedCheckpoint> {
  const { best, epoch } = newest.trainer;
  if (best === undefined || best.epoch === epoch - 1) return newest;
  const kept = await loadCheckpoint({ path: run.path, checkpoints: bestDirectory(run) }).catch(
    (error: Error) => error,
  );
  if (kept instanceof Error || kept.trainer.best?.epoch !== best.epoch) {
    const why = kept instanceof Error ? ` (${kept.message})` : '';
    return {
      ...newest,
      warnings: [
        ...newest.warnings,
        `epoch ${best.epoch} was the best on the validation samples, but is not kept${why}; the last epoch is used`,
      ],
    };
  }
  return { ...newest, device: kept.device, path: kept.path, best };
}
