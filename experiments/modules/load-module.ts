import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inputError, quoted } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { lineIn } from './own-functions.js';

/** A module before anything in it is looked at. */
export interface LoadedModule {
  /** Absolute. */
  readonly file: string;
  /** Of the file, and of the files that it imports by relative paths. */
  readonly sha256: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const MOST_BYTES = 2 ** 24;

/**
 * Runs a file as a module. What it imports from packages is not hashed.
 * @param path as typed
 * @throws `use.not-found`, `use.failed` (exit code 2)
 */
export async function loadModule(path: string): Promise<LoadedModule> {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw inputError('use.not-found', `--use ${quoted(path)}: there is no such file; looked for ${file}`);
  }
  const sha256 = await hashOf(file);
  const url = pathToFileURL(file);
  // Another content is another module, also in one process.
  url.searchParams.set('sha256', sha256);
  try {
    const exports = (await import(url.href)) as Record<string, unknown>;
    return { file, sha256, exports };
  } catch (cause) {
    const { message } = (cause ?? {}) as Error;
    const line = lineIn(file, cause);
    throw inputError(
      'use.failed',
      `--use ${quoted(path)}: it ends with an error while it is loaded${line === undefined ? '' : `, at line ${line}`}: ${message ?? String(cause)}`,
      cause,
      { file },
    );
  }
}

/** One file alone by its bytes; with others that it imports, by all of them. */
async function hashOf(file: string): Promise<string> {
  const seen = new Map<string, string>();
  await collect(file, seen);
  const hashes = [...seen.values()];
  if (hashes.length === 1) return hashes[0];
  return createHash('sha256').update(hashes.join('\n')).digest('hex');
}

async function collect(file: string, seen: Map<string, string>): Promise<void> {
  if (seen.has(file)) return;
  const bytes = await readRegularFile(file, { most_bytes: MOST_BYTES }).catch((cause: Error) => {
    throw inputError('use.not-found', `--use: ${file} cannot be read (${cause.message})`, cause, { file });
  });
  seen.set(file, createHash('sha256').update(bytes).digest('hex'));
  const text = new TextDecoder().decode(bytes);
  for (const [, named] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g)) {
    const other = resolve(dirname(file), named);
    if (existsSync(other)) await collect(other, seen);
  }
}
