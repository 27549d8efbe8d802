import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import * as nodeDisk from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { inputError, OhmpropError, runError } from '../core/index.js';

/** The calls of `node:fs/promises` that a write makes; a test hands in a disk that fills up. */
export interface Disk {
  open(path: string, flags: string): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

/** An open file of a `Disk`. */
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
 * renamed over it. Whatever goes wrong, the old file stays as it was and the temporary one is removed. A link is followed.
 * @throws `records.path` (exit code 2) where no file can be at `path`; `records.disk` (exit code 1) where the disk fails
 */
export async function writeFileAtomically(
  path: string,
  content: FileContent,
  disk: Disk = nodeDisk,
): Promise<void> {
  const target = await regularFile(path);
  await writeBeside(path, target, toParts(content), disk, (from) => disk.rename(from, target));
}

/**
 * Makes a file whole or not at all, and only where nothing is at `path`, not even a link that leads nowhere.
 * @returns false, and nothing written, where something is
 * @throws `records.path`, `records.disk`, as `writeFileAtomically`
 */
export async function createFileAtomically(path: string, content: FileContent): Promise<boolean> {
  let made = true;
  await writeBeside(path, path, toParts(content), nodeDisk, async (from) => {
    made = await takeName(from, path);
    await nodeDisk.rm(from, { force: true });
  });
  return made;
}

/** Gives a file a second name, if that name is free. Where a file system has no hard links, it is copied. */
async function takeName(from: string, to: string): Promise<boolean> {
  try {
    await nodeDisk.link(from, to).catch((cause: unknown) => {
      if (codeOf(cause) === 'EEXIST') throw cause;
      return nodeDisk.copyFile(from, to, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw cause;
  }
}

/** Writes and flushes a temporary file beside `target` and lets `place` put it there. */
async function writeBeside(
  path: string,
  target: string,
  parts: readonly Uint8Array[],
  disk: Disk,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = join(
    dirname(target),
    `.${basename(target)}.${randomBytes(4).toString('hex')}${TEMPORARY_SUFFIX}`,
  );
  try {
    const file = await disk.open(temporary, 'wx');
    try {
      for (const part of parts) await writeWhole(file, part);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(temporary);
    await flushDirectory(dirname(target), disk);
  } catch (cause) {
    await disk.rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(cause, path, contentBytes(parts));
  }
}

/** How the name of a file ends that a killed process may have left half written. */
export const TEMPORARY_SUFFIX = '.tmp';

/** Where `path` leads; a directory, a device or a pipe would be replaced by the rename. */
async function regularFile(path: string): Promise<string> {
  const found = await nodeDisk.stat(path).catch(() => undefined);
  if (found === undefined) return path;
  if (found.isDirectory()) {
    throw inputError(
      'records.path',
      `cannot write ${path}: it is a directory; name a file, in it or elsewhere`,
    );
  }
  if (!found.isFile()) {
    throw inputError('records.path', `cannot write ${path}: it is a device, a pipe or a socket; name a file`);
  }
  return nodeDisk.realpath(path);
}

/**
 * Turns what the file system said into an error that names the file, the bytes and the remedy: `records.path` (exit
 * code 2) where another path would do, `records.disk` (exit code 1) where the disk fails.
 */
export function diskError(cause: unknown, path: string, bytes: number): OhmpropError {
  if (cause instanceof OhmpropError) return cause;
  const code = codeOf(cause);
  const what = `cannot write ${path} (${bytes} bytes): ${code}; `;
  if (Object.hasOwn(otherPath, code)) return inputError('records.path', what + otherPath[code], cause);
  return runError('records.disk', what + (diskRemedies[code] ?? 'check the disk and the directory'), cause);
}

/** Of a directory that cannot be made, as `diskError` of a file. */
export function directoryError(cause: unknown, path: string): OhmpropError {
  if (cause instanceof OhmpropError) return cause;
  const code = codeOf(cause);
  const what = `cannot make the directory ${path}: ${code}; `;
  if (code === 'ENOENT') {
    return inputError('records.path', `${what}no directory can be made there: choose another`, cause);
  }
  if (Object.hasOwn(otherPath, code)) return inputError('records.path', what + otherPath[code], cause);
  return runError('records.disk', what + (diskRemedies[code] ?? 'check the disk'), cause);
}

/** A write of a run under way: it is the run that fails, whatever the reason, and it can be continued. */
export async function whileRunning<T>(writing: Promise<T>): Promise<T> {
  return writing.catch((error: unknown) => {
    if (!(error instanceof OhmpropError) || !/^records\.(disk|path)$/.test(error.code)) throw error;
    throw runError(
      'records.disk',
      `${error.message}; the run then continues from its last checkpoint with \`ohmprop resume\``,
      error.cause,
    );
  });
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';
}

const noPermission = 'no permission to write there: change the permission of the directory or choose another';

const otherPath: Readonly<Record<string, string>> = {
  EACCES: noPermission,
  EPERM: noPermission,
  EROFS: 'the file system is read-only: choose another directory',
  ENOENT: 'its directory does not exist: make it, or choose another',
  ENOTDIR: 'a part of its path is a file and not a directory: choose another directory',
  EISDIR: 'it is a directory: name a file, in it or elsewhere',
  EEXIST: 'something else is there: choose another name',
  ENAMETOOLONG: 'its name is too long for the file system: choose a shorter one',
  ELOOP: 'its path goes around in links: choose another directory',
};

const diskRemedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: make room or write to another disk',
  EDQUOT: 'the disk quota is used up: make room or write to another disk',
  EFBIG: 'no file may grow to this size there: raise the limit or write to another disk',
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
