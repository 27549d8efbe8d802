import { randomBytes } from 'node:crypto';
import * as nodeDisk from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OhmpropError, runError } from '../core/index.js';

/** The calls of `node:fs/promises` that a write makes; a test hands in a disk that fills up. */
export interface Disk {
  open(path: string, flags: string): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

export interface DiskFile {
  write(data: Uint8Array): Promise<{ bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What a file is made of: text, bytes, or parts that are written one after the other without being joined. */
export type FileContent = string | Uint8Array | readonly Uint8Array[];

/** One `write` moves at most this much: the system call itself stops at 2 GiB. */
const BYTES_A_WRITE = 2 ** 26;

/**
 * Replaces a file whole or not at all: a temporary file in the same directory is written, flushed to the disk and
 * renamed over it. Whatever goes wrong, the old file stays as it was and the temporary one is removed.
 * @throws `records.disk` (exit code 1) with the file, its size and what to do
 */
export async function writeFileAtomically(
  path: string,
  content: FileContent,
  disk: Disk = nodeDisk,
): Promise<void> {
  const parts = toParts(content);
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${randomBytes(4).toString('hex')}${TEMPORARY_SUFFIX}`,
  );
  try {
    const file = await disk.open(temporary, 'wx');
    try {
      for (const part of parts) await writeWhole(file, part);
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(temporary, path);
    await flushDirectory(dirname(path), disk);
  } catch (cause) {
    await disk.rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(cause, path, contentBytes(parts));
  }
}

/** How the name of a file ends that a killed process may have left half written. */
export const TEMPORARY_SUFFIX = '.tmp';

/** Turns what the file system said into an error that names the file, the bytes and the remedy. */
export function diskError(cause: unknown, path: string, bytes: number): OhmpropError {
  if (cause instanceof OhmpropError) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';
  const remedy =
    remedies[code] ?? 'check the disk and the directory; a run then continues with `ohmprop resume`';
  return runError('records.disk', `cannot write ${path} (${bytes} bytes): ${code}; ${remedy}`, cause);
}

const freeSpace = 'make room or write to another disk with --out; a run then continues with `ohmprop resume`';
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: `the disk is full: ${freeSpace}`,
  EDQUOT: `the disk quota is used up: ${freeSpace}`,
  EFBIG: 'the file system allows no file of this size: put the run on another disk with --out',
  EACCES: 'no permission to write there: change the permission of the directory or choose another with --out',
  EPERM: 'no permission to write there: change the permission of the directory or choose another with --out',
  EROFS: 'the file system is read-only: choose another directory with --out',
  ENOENT: 'its directory does not exist: make it, and do not move a run directory while it is written',
};

/** Writes all of `data`, however many calls it takes. */
export async function writeWhole(file: Pick<DiskFile, 'write'>, data: Uint8Array): Promise<void> {
  let done = 0;
  while (done < data.length) {
    const { bytesWritten } = await file.write(data.subarray(done, done + BYTES_A_WRITE));
    done += bytesWritten;
  }
}

/** Makes the rename itself durable; not every system lets a directory be opened, and then there is nothing to do. */
async function flushDirectory(path: string, disk: Disk): Promise<void> {
  try {
    const directory = await disk.open(path, 'r');
    await directory.sync().finally(() => directory.close());
  } catch {
    return;
  }
}

function toParts(content: FileContent): readonly Uint8Array[] {
  if (typeof content === 'string') return [Buffer.from(content, 'utf8')];
  return content instanceof Uint8Array ? [content] : content;
}

function contentBytes(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
