import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep, win32 } from 'node:path';
import { inputError, type OhmpropError } from '../core/index.js';

/** What a run directory keeps for itself, at any depth below these names. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  ...['config.yaml', 'manifest.json', 'metrics.jsonl', 'journal.jsonl', 'report.html', 'run.lock'],
  ...['checkpoints', 'figures', 'logs'],
]);

/** Deeper than a run directory ever is. */
const DEPTH = 4;

/**
 * Where a file lies that a run's configuration names: in the run directory, whatever the configuration says, as it may be
 * somebody else's.
 * @param name a relative path without `..`, not one of the run's own names
 * @param field the configuration's, for messages
 * @returns an absolute path; nothing needs to be there yet
 * @throws `run.outside` (exit code 2) for any other name, and where a link on the way leads out of the directory
 */
export async function runFile(directory: string, name: string, field: string): Promise<string> {
  requireInnerName(name, field);
  const path = resolve(directory, name);
  const root = await realpath(directory);
  for (let above = path; above !== resolve(directory); above = dirname(above)) {
    const found = await lstat(above).catch(() => undefined);
    if (found?.isSymbolicLink()) await requireTarget(above, root);
  }
  return path;
}

/** Refuses a name that `runFile` would refuse in any directory. @throws `run.outside` (exit code 2) */
export function requireInnerName(name: string, field: string): void {
  const parts = name.split(/[\\/]/);
  const relativeName =
    name !== '' && !name.startsWith('/') && !win32.isAbsolute(name) && !/^[a-z]:/i.test(name);
  if (!relativeName || parts.includes('..') || name.includes('\0')) {
    throw inputError(
      'run.outside',
      `${field}: ${JSON.stringify(name)} lies outside the run directory; a run writes in its own directory only: give a name in it, such as pulses.csv`,
    );
  }
  const first = parts.find((part) => part !== '' && part !== '.');
  if (first === undefined || OWN_NAMES.has(first)) {
    throw inputError(
      'run.outside',
      `${field}: ${JSON.stringify(name)} is a name that a run directory keeps for itself; give another, such as pulses.csv`,
    );
  }
}

/**
 * Refuses a run directory in which a link leads out of it: what is written there would be written elsewhere. The directory
 * itself may be reached through links. Pipes, sockets and devices have no place in it either: they may wait for ever.
 * @throws `run.link`, `run.special` (exit code 2)
 */
export async function requireNoLinksOut(directory: string): Promise<void> {
  const root = await realpath(directory);
  const look = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) await requireTarget(path, root);
      else if (!entry.isFile() && !entry.isDirectory()) throw notAFile(path);
      else if (entry.isDirectory() && depth < DEPTH) await look(path, depth + 1);
    }
  };
  await look(root, 1);
}

/** A link may lead to what is in the run directory; one that leads nowhere would make a file where it points. */
async function requireTarget(link: string, root: string): Promise<void> {
  const target = await realpath(link).catch(() => undefined);
  if (target !== undefined && !isFileOrFolder(await stat(target))) throw notAFile(link);
  const inside = target !== undefined && !relative(root, target).split(sep).includes('..');
  if (inside && !win32.isAbsolute(relative(root, target))) return;
  throw inputError(
    'run.link',
    `${link} is a link that leads ${target === undefined ? 'nowhere' : 'out of the run directory'}; put the file itself there, or remove the link`,
  );
}

function isFileOrFolder(stats: Stats): boolean {
  return stats.isFile() || stats.isDirectory();
}

function notAFile(path: string): OhmpropError {
  return inputError(
    'run.special',
    `${path} is neither a file nor a folder, but a pipe, a socket or a device; remove it`,
  );
}
