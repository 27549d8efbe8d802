// The platform's files, memory and cache: here Node's. A bundle for browsers takes platform-browser.ts instead (field `browser` of
// package.json). The one file of this room that imports `node:` modules, and records' writing of files.
import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { homedir, totalmem } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { inputError, runError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { readMixedNpz, writeFileAtomically } from '../../records/index.js';
import type { NamedArrays } from './named-arrays.js';

/** What else the program's environment may say. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where downloads are kept: `$OHMPROP_CACHE`, else `$XDG_CACHE_HOME/ohmprop` (only if absolute, as the XDG base
 * directory specification demands), else `~/.cache/ohmprop`.
 */
export function cacheDirectory(environment: Environment = process.env): string {
  const { OHMPROP_CACHE: own, XDG_CACHE_HOME: base } = environment;
  if (own) return resolve(own);
  return join(base && isAbsolute(base) ? base : join(homedir(), '.cache'), 'ohmprop');
}

export function pathIn(directory: string, name: string): string {
  return join(directory, name);
}

/** Memory of this machine. */
export function installedMemory_bytes(): number {
  return totalmem();
}

/** Nobody trains on more; a file that is no data ends here. */
const MAX_FILE_BYTES = 2 ** 31;

/**
 * Reads a file once, hashing the very bytes that are returned.
 * @throws {OhmpropError} `data.unreadable`
 */
export async function readHashedFile(
  file: string,
  signal?: AbortSignal,
): Promise<{ bytes: Uint8Array; sha256: string }> {
  const options = { most_bytes: MAX_FILE_BYTES, ...(signal && { signal }) };
  const bytes = await readRegularFile(file, options).catch((cause: Error) => {
    signal?.throwIfAborted();
    throw inputError(
      'data.unreadable',
      `${file}: ${cause.message}; check the path and its permissions`,
      cause,
    );
  });
  return { bytes, sha256: await sha256Of(bytes) };
}

/**
 * Reads the named arrays of a NumPy archive, and only those.
 * @throws {OhmpropError} `data.unreadable`, `records.damaged`, `npy.*`
 */
export async function readNamedArrays(
  file: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<NamedArrays> {
  const { bytes, sha256 } = await readHashedFile(file, signal);
  const { arrays, others } = await readMixedNpz(file, names);
  return { arrays, others, source: { file, bytes: bytes.length, sha256 } };
}

/** Names in a directory; throws what the platform says. */
export function listDirectory(directory: string): Promise<readonly string[]> {
  return readdir(directory);
}

/**
 * Keeps a file for the next time.
 * @throws {OhmpropError} `mnist.cache` where its directory cannot be made
 */
export async function keepFile(directory: string, file: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    throw runError(
      'mnist.cache',
      `the cache directory ${directory} cannot be made (${(cause as NodeJS.ErrnoException).code}); ` +
        'choose another in the environment variable OHMPROP_CACHE',
      cause,
    );
  }
  await writeFileAtomically(file, bytes);
}

/** Unpacks gzip data; throws what the platform says. */
export function unpackGzip(bytes: Uint8Array, limit_bytes: number): Promise<Uint8Array> {
  return promisify(gunzip)(bytes, { maxOutputLength: limit_bytes });
}

/** Lower-case hexadecimal. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  return createHash('sha256').update(bytes).digest('hex');
}
