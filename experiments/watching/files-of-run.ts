import { closeSync, constants, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFacts } from './told.js';

const MOST_PICTURES = 60;
const TAIL_BYTES = 8192;
const FOLDERS = ['', 'figures'];

/** Pictures that lie in a directory and in its figures; links are none. */
export function picturesIn(run: string): RunFacts['pictures'] {
  const pictures = FOLDERS.flatMap((folder) =>
    namesIn(join(run, folder))
      .filter((name) => name.endsWith('.svg'))
      .map((name) => (folder === '' ? name : `${folder}/${name}`)),
  );
  return pictures.slice(0, MOST_PICTURES).flatMap((path) => {
    const found = lstatSync(join(run, path), { throwIfNoEntry: false });
    return found?.isFile() ? [{ path, written_ms: Math.round(found.mtimeMs) }] : [];
  });
}

/** Whether a page may be given a file of a run: its report, and the pictures that it was told of. */
export function isShown(path: string): boolean {
  return path === 'report.html' || /^(figures\/)?[\w.-]{1,200}\.svg$/.test(path);
}

/** The end of the log that was written to last. */
export function logTail(folder: string): RunFacts['log'] {
  const newest = namesIn(folder)
    .map((name) => ({ name, found: lstatSync(join(folder, name), { throwIfNoEntry: false }) }))
    .filter(({ found }) => found?.isFile())
    .sort((a, b) => (a.found?.mtimeMs ?? 0) - (b.found?.mtimeMs ?? 0))
    .at(-1);
  if (newest?.found === undefined) return undefined;
  const { name, found } = newest;
  try {
    const descriptor = openSync(join(folder, name), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const from = Math.max(0, found.size - TAIL_BYTES);
      const block = Buffer.alloc(TAIL_BYTES);
      const bytes = readSync(descriptor, block, 0, TAIL_BYTES, from);
      const text = block.subarray(0, bytes).toString('utf8');
      return { name, text: from === 0 ? text : text.slice(text.indexOf('\n') + 1) };
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
