import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { inputError } from '../core/index.js';
import { makeDirectory } from './make-directory.js';
import { MANIFEST_FILE } from './manifest.js';
import { requireNoLinksOut } from './run-file.js';
import { lockRun } from './run-lock.js';

/** Where everything of a run lies. */
export interface RunDirectory {
  /** Absolute. */
  readonly path: string;
  /** The resolved configuration. */
  readonly config: string;
  readonly manifest: string;
  readonly metrics: string;
  /** What was asked of hardware, before and after; only of runs on hardware. */
  readonly journal: string;
  readonly checkpoints: string;
  readonly figures: string;
  readonly report: string;
  /** Lets another process write the run; nothing to do where it was opened for reading. */
  release(): Promise<void>;
}

/**
 * Makes and locks the directory of a new run: `<root>/<date>_<name>_<id>/`, or `out` itself.
 * @throws `run.in-use` (exit code 2) where `out` exists and is not empty; `records.path` where it cannot be made
 */
export async function createRunDirectory(options: {
  name: string;
  /** Default `runs`. */
  root?: string;
  out?: string;
  /** False for a run that trains nothing: no folder for what it will not write. */
  checkpoints?: boolean;
}): Promise<RunDirectory> {
  const { root = 'runs', name, out, checkpoints = true } = options;
  const path = resolve(out ?? join(root, await freeName(root, name)));
  if (out !== undefined) await requireFreeDirectory(path);
  await makeDirectory(checkpoints ? join(path, 'checkpoints') : path);
  const lock = await lockRun(path);
  return layOut(path, () => lock.release());
}

/** `<date>_<name>_<id>` with an id that no other run there ends in: a run may be named by it alone. */
async function freeName(root: string, name: string): Promise<string> {
  const taken = await readdir(root).catch((): string[] => []);
  for (;;) {
    const id = randomBytes(3).toString('hex');
    if (!taken.some((other) => other.endsWith(id))) return `${localTime(new Date())}_${fileName(name)}_${id}`;
  }
}

/**
 * Takes a new run's directory back in which nothing but a configuration was written: what else lies there stays, and the
 * directory with it.
 */
export async function discardRunDirectory(directory: RunDirectory): Promise<void> {
  await directory.release();
  await rm(directory.config, { force: true });
  for (const folder of [directory.checkpoints, directory.path]) await rmdir(folder).catch(() => {});
}

/** What a run may hold before its first checkpoint. */
const EARLY = [
  'run.yaml',
  'config.yaml',
  MANIFEST_FILE,
  'metrics.jsonl',
  'journal.jsonl',
  'data.npz',
  'notified.json',
];

/**
 * Takes away what is left of a run that was cut off before its first checkpoint, so that it can begin again: nothing in it can be
 * gone on from. What no run writes stays, and the directory with it.
 * @throws OhmpropError `run.in-use` while somebody writes it
 */
export async function discardUnstarted(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const lock = await lockRun(path);
  for (const name of EARLY) await rm(join(path, name), { force: true });
  for (const folder of ['checkpoints', 'logs'])
    await rm(join(path, folder), { force: true, recursive: true });
  await lock.release();
  await rmdir(path).catch(() => {});
}

/** Where a new run of that name may lie: a path that nothing is at. */
export async function freeRunPath(name: string, root = 'runs'): Promise<string> {
  return join(root, await freeName(root, name));
}

/**
 * Opens an existing run.
 * @param options.write takes the lock, as `resume` must; reading needs none
 * @throws `run.not-found`, `run.not-a-run` with what is missing, `run.link` where a link in it leads out of it, `run.in-use`
 * (exit code 2)
 */
export async function openRunDirectory(
  path: string,
  options: { write?: boolean } = {},
): Promise<RunDirectory> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => undefined);
  if (found === undefined)
    throw inputError('run.not-found', `${path} does not exist; name a directory under runs/`);
  if (!found.isDirectory()) {
    throw inputError('run.not-a-run', `${path} is a file; name the run directory that it lies in`);
  }
  const run = layOut(absolute, async () => undefined);
  // What a run was can be told without its manifest, but not without its configuration.
  if (!existsSync(run.config)) {
    throw inputError(
      'run.not-a-run',
      `${path} is not a run directory: ${relative(absolute, run.config)} is missing; name one that \`ohmprop train\` wrote`,
    );
  }
  await requireNoLinksOut(absolute);
  if (options.write !== true) return run;
  const lock = await lockRun(absolute);
  return { ...run, release: () => lock.release() };
}

function layOut(path: string, release: () => Promise<void>): RunDirectory {
  return {
    path,
    config: join(path, 'config.yaml'),
    manifest: join(path, MANIFEST_FILE),
    metrics: join(path, 'metrics.jsonl'),
    journal: join(path, 'journal.jsonl'),
    checkpoints: join(path, 'checkpoints'),
    figures: join(path, 'figures'),
    report: join(path, 'report.html'),
    release,
  };
}

/**
 * Refuses a path that holds something: only what is not there yet, or is an empty directory, may become a run.
 * @throws OhmpropError `run.in-use` unless a directory for a new run is new or empty
 * @throws `run.in-use` (exit code 2)
 */
export async function requireFreeDirectory(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isDirectory()) {
    throw inputError('run.in-use', `${path} is a file; give --out a directory that is new or empty`);
  }
  const entries = await readdir(path).catch((cause: Error) => {
    throw inputError(
      'run.in-use',
      `${path} cannot be read (${cause.message}); give --out another directory`,
      cause,
    );
  });
  if (entries.length === 0) return;
  throw inputError(
    'run.in-use',
    `${path} is in use: it holds ${entries.length} entries (${entries.slice(0, 3).join(', ')}${entries.length > 3 ? ', …' : ''}); give --out a directory that is new or empty, or continue that run with \`ohmprop resume ${path}\``,
  );
}

/** `2026-01-31_14-05-09`, in local time: sorts by age and is a file name on every system. */
function localTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}_${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('-')}`;
}

/** A name that is a file name on every system: letters, digits, `.`, `_` and `-`, no dot at its ends. */
export function fileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'run';
}
