import { closeSync, lstatSync, openSync, writeSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { inputError, type OhmpropError } from '../core/index.js';
import { createFileAtomically, diskError, type FileContent, writeFileAtomically } from './atomic-write.js';

/** What may be replaced at a path that a user named. Left out: nothing. */
export interface UserFileOptions {
  /** Whatever file is there, as `--force` says. A directory, a device or a pipe is never replaced. */
  readonly force?: boolean;
  /** Recognises a file that the writer itself made earlier: it is replaced without being asked. */
  readonly own?: (path: string) => boolean | Promise<boolean>;
}

/**
 * Writes a file where a user named one: the one way of doing so. Whole or not at all, and over a file that exists only as the
 * options say; that there is none is found out by making the new one, not by looking before.
 * @throws `records.exists` (exit code 2) where something is there; `records.path`, `records.disk` as `writeFileAtomically`
 */
export async function writeUserFile(
  path: string,
  content: FileContent,
  options: UserFileOptions = {},
): Promise<void> {
  if (options.force === true) return writeFileAtomically(path, content);
  if (await createFileAtomically(path, content)) return;
  if ((await options.own?.(path)) !== true) throw exists(path);
  await writeFileAtomically(path, content);
}

/**
 * Refuses paths that `writeUserFile` would refuse, before the work whose results are to go there. Nothing is made.
 * @throws `records.exists` (exit code 2)
 */
export async function requireFreeFiles(
  paths: Iterable<string>,
  options: UserFileOptions = {},
): Promise<void> {
  if (options.force === true) return;
  for (const path of paths) {
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined && (await options.own?.(path)) !== true) throw exists(path);
  }
}

/**
 * Begins a file that grows line by line, at a path that a user named, as `writeUserFile` would: what may not be replaced is
 * left alone.
 * @param head its first lines
 * @throws `records.exists`, `records.path`, `records.disk`
 */
export function startUserFile(path: string, head: string, options: { force?: boolean } = {}): void {
  if (options.force === true && lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw inputError('records.path', `cannot write ${path}: it is not a file; name another`);
  }
  try {
    const file = openSync(path, options.force === true ? 'w' : 'wx');
    try {
      writeSync(file, head);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'EEXIST'
      ? exists(path)
      : diskError(cause, path, head.length);
  }
}

function exists(path: string): OhmpropError {
  return inputError(
    'records.exists',
    `${path} exists, and is not overwritten; name another file, or say --force`,
  );
}
