import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { livingHolder, openRunDirectory, readManifest } from '../../records/index.js';
import { describeLifetime } from '../composition/index.js';
import { readRunConfig } from './run-settings.js';

/** A run on a board that was there, which has not come to its end. */
export interface UnfinishedRun {
  readonly path: string;
  readonly device: string;
  /** Why it is not to be taken up, where it is not. A phrase for people. */
  readonly leave?: string;
}

/**
 * Runs on boards under a folder that were cut off, interrupted or failed, oldest first. One that somebody stopped by Ctrl-C is left
 * alone: a person did not want it to go on. Opens no board.
 */
export async function unfinishedRuns(root: string): Promise<UnfinishedRun[]> {
  const names = (await readdir(root).catch(() => [])).sort();
  const found: UnfinishedRun[] = [];
  for (const name of names) {
    const path = join(root, name);
    if (!existsSync(join(path, 'config.yaml'))) continue;
    const config = await openRunDirectory(path)
      .then(readRunConfig)
      .catch(() => undefined);
    if (config?.network.kind !== 'board') continue;
    const { device } = config.network;
    if (describeLifetime(device) !== 'persistent') continue;
    const manifest = await readManifest(path).catch(() => undefined);
    if (manifest === undefined || manifest.exitStatus === 'done') continue;
    const holder = await livingHolder(path);
    const leave =
      holder === undefined
        ? manifest.endedBy === 'SIGINT'
          ? 'somebody stopped it with Ctrl-C'
          : undefined
        : `it is being trained by ${holder}`;
    found.push({ path, device, ...(leave === undefined ? {} : { leave }) });
  }
  return found;
}
