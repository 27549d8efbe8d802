import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { directoryError } from './atomic-write.js';

/**
 * Makes a directory with those above it that are missing, one after the other: where the first cannot be made it ends,
 * and says which. (Node's own recursive `mkdir` names the wrong reason on a read-only disk, and never ends in /proc.)
 * @throws `records.path` (exit code 2) where no directory can be; `records.disk` (exit code 1) where the disk fails
 */
export async function makeDirectory(path: string): Promise<void> {
  const missing: string[] = [];
  let above = resolve(path);
  while (!(await isDirectory(above))) {
    missing.unshift(above);
    if (dirname(above) === above) break;
    above = dirname(above);
  }
  for (const directory of missing) {
    try {
      await mkdir(directory);
    } catch (cause) {
      // Another process may have made it meanwhile.
      if (codeOf(cause) !== 'EEXIST' || !(await isDirectory(directory)))
        throw directoryError(cause, directory);
    }
  }
}

/** @returns false where nothing is there; where a file is, `mkdir` will say so */
async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return false;
    throw directoryError(cause, path);
  }
}

function codeOf(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException).code;
}
