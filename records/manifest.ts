import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { z } from 'zod';
import { inputError } from '../core/index.js';
import { readJson, readRegularFile } from '../core/input/index.js';
import { type Disk, diskError, writeFileAtomically } from './atomic-write.js';
import type { manifestSchema } from './manifest-schema.js';
import { gitCommit, ohmpropVersion } from './program.js';

/** `manifest.json`: what a run was, on what, with what, and how it ended. */
export type Manifest = z.infer<typeof manifestSchema>;

export const MANIFEST_FILE = 'manifest.json';
/** Names and ranges of a hundred thousand features. */
const MAX_MANIFEST_BYTES = 2 ** 26;

/** A manifest of a run that begins now. */
export async function startManifest(
  run: Pick<Manifest, 'seed' | 'sources'> &
    Partial<Pick<Manifest, 'preset' | 'modules' | 'device' | 'classNames' | 'data' | 'warnings'>>,
): Promise<Manifest> {
  const commit = await gitCommit();
  return {
    ohmpropVersion: await ohmpropVersion(),
    ...(commit === undefined ? {} : { gitCommit: commit }),
    warnings: [],
    ...run,
    machine: describeMachine(),
    startedAt: new Date().toISOString(),
    wallSeconds: 0,
    exitStatus: 'running',
  };
}

/** The manifest of the same run when it stops; `seconds` is what this part of it took. */
export function endManifest(
  manifest: Manifest,
  exitStatus: Exclude<Manifest['exitStatus'], 'running'>,
  seconds: number,
): Manifest {
  const wallSeconds = manifest.wallSeconds + seconds;
  return { ...manifest, exitStatus, wallSeconds, endedAt: new Date().toISOString() };
}

/**
 * Writes `manifest.json` into a run directory, replacing an earlier one whole.
 * @throws `records.disk` (exit code 1)
 */
export async function writeManifest(runDirectory: string, manifest: Manifest, disk?: Disk): Promise<void> {
  await writeFileAtomically(
    join(runDirectory, MANIFEST_FILE),
    `${JSON.stringify(manifest, null, 2)}\n`,
    disk,
  );
}

/**
 * Says in place that a run has failed, where no new manifest can be written: a full disk still takes as many bytes as were
 * there before.
 * @throws `records.disk` (exit code 1)
 */
export async function markManifestFailed(runDirectory: string): Promise<void> {
  const path = join(runDirectory, MANIFEST_FILE);
  const [running, failed] = ['"running"', '"failed" '];
  try {
    const bytes = await readRegularFile(path, { most_bytes: MAX_MANIFEST_BYTES });
    const at = new TextDecoder('latin1').decode(bytes).indexOf(`"exitStatus": ${running}`);
    if (at < 0) return;
    const file = await open(path, 'r+');
    try {
      await file.write(failed, at + '"exitStatus": '.length, 'latin1');
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw diskError(cause, path, failed.length);
  }
}

/**
 * Reads and checks the `manifest.json` of a run directory.
 * @throws `manifest.unreadable` (exit code 2) with the field that is wrong
 */
export async function readManifest(runDirectory: string): Promise<Manifest> {
  const path = join(runDirectory, MANIFEST_FILE);
  let value: unknown;
  try {
    const bytes = await readRegularFile(path, { most_bytes: MAX_MANIFEST_BYTES });
    value = readJson(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw inputError('manifest.unreadable', `${path} cannot be read: ${(cause as Error).message}`, cause);
  }
  const [{ manifestSchema }, { prettifyError }] = await Promise.all([
    import('./manifest-schema.js'),
    import('zod'),
  ]);
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw inputError('manifest.unreadable', `${path} is no manifest of a run:\n${prettifyError(parsed.error)}`);
}

/** A file that goes into a run, with its SHA-256. @throws `records.not-found` (exit code 2) */
export async function hashSource(file: string): Promise<Manifest['sources'][number]> {
  const hash = createHash('sha256');
  try {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      // A device or a pipe may have no end.
      if (!(await handle.stat()).isFile()) throw new Error('not a regular file');
      await pipeline(handle.createReadStream({ autoClose: false }), hash);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw inputError('records.not-found', `${file} cannot be read: ${(cause as Error).message}`, cause);
  }
  return { file, sha256: hash.digest('hex') };
}

function describeMachine(): Manifest['machine'] {
  return {
    node: process.version,
    platform: platform(),
    arch: arch(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
  };
}
