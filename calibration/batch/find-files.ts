import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, sep } from 'node:path';
import { inputError, quoted } from '../../core/index.js';

/** A file that is to be read. */
export interface FoundFile {
  readonly path: string;
  /** Within the folder that was named, or that all named files share. */
  readonly name: string;
}

/** A file that is not, and why. */
export interface SkippedFile extends FoundFile {
  /** What it is and what would make it readable, for people. */
  readonly reason: string;
  /** Of the error, where reading it failed. */
  readonly code?: string;
}

/** What there is in folders and files that somebody named. */
export interface FoundFiles {
  readonly files: readonly FoundFile[];
  readonly skipped: readonly SkippedFile[];
}

/** Endings of what no instrument writes as a table, with what to do. */
const otherKinds: Readonly<Record<string, string>> = Object.fromEntries(
  (
    [
      ['png jpg jpeg gif bmp tif tiff svg webp', 'a picture: digitise its curve, or export the numbers'],
      ['pdf ps eps', 'a printed page: export the numbers, or digitise the curve'],
      ['doc docx odt rtf', 'a text document: save the table in it as CSV'],
      ['ppt pptx odp key', 'slides: export the numbers'],
      ['zip gz tar 7z rar bz2', 'an archive: unpack it'],
      ['opj opju ogw', 'an Origin project: export the worksheet as CSV (File, Export, ASCII)'],
      ['py ipynb r jl c cpp h java sh bat js ts', 'a program'],
      ['md html htm url lnk', 'notes'],
      ['json yaml yml toml ini cfg', 'settings or results of a program; save a table in it as CSV'],
      ['cir sp spice lib va', 'a circuit: ohmprop circuit reads it'],
      ['exe dll so bin iso', 'a program'],
      ['mp4 avi mov mkv mp3 wav', 'a film or sound'],
    ] as const
  ).flatMap(([endings, reason]) => endings.split(' ').map((ending) => [`.${ending}`, reason])),
);

/** Files that go with measurements and are none. */
const companions = new Set([
  'calibrate.yaml',
  'thumbs.db',
  'desktop.ini',
  'readme',
  'readme.txt',
  'license',
  'licence',
]);

/** What a run of ours has in it: its tables are results, not measurements. */
const RUN_FILES = ['manifest.json', 'config.yaml'];

/** Beyond this a folder was named by mistake. */
export const MAX_FILES = 100_000;

/**
 * Files to be read out of folders and files: folders with all that lies in them, but hidden files, runs of ohmprop and what is no
 * table by its name, which is listed. In the order of their names, numbers in them counted (`cycle_2` before `cycle_10`).
 * @throws `calibrate.not-found`, `calibrate.nothing`, `calibrate.too-many` (exit code 2)
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const files: FoundFile[] = [];
  const skipped: SkippedFile[] = [];
  const named: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
      throw inputError(
        'calibrate.not-found',
        `${quoted(path)} cannot be read (${cause.code ?? cause.message}); name a folder or files`,
        cause,
      );
    });
    if (!found.isDirectory()) named.push(path);
    else await walk(path, '', files, skipped);
  }
  const shared = sharedFolder(named);
  files.push(...named.map((path) => ({ path, name: path.slice(shared) })));
  const once = new Map(files.map((file) => [file.path, file]));
  if (once.size === 0) {
    const seen = skipped.length === 0 ? 'no file' : `no table among ${skipped.length} files`;
    throw inputError(
      'calibrate.nothing',
      `${paths.map((path) => quoted(path)).join(', ')}: ${seen}; name a folder with measurements`,
    );
  }
  // A folder that everything lies in says nothing.
  const all = [...once.values(), ...skipped];
  const cut = named.length > 0 ? 0 : sharedFolder(all.map(({ name }) => name));
  const short = <T extends FoundFile>(file: T): T => ({ ...file, name: file.name.slice(cut) });
  return { files: [...once.values()].map(short), skipped: skipped.map(short) };
}

/** How many characters all of these paths begin with, up to a folder's end: what is left tells them apart. */
function sharedFolder(paths: readonly string[]): number {
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  if (folders.length === 0 || folders[0] === '.') return 0;
  let shared = paths[0].length - basename(paths[0]).length;
  for (const path of paths) {
    while (shared > 0 && !path.startsWith(paths[0].slice(0, shared))) {
      shared = paths[0].lastIndexOf(sep, shared - 2) + 1;
    }
  }
  return shared;
}

async function walk(root: string, within: string, files: FoundFile[], skipped: SkippedFile[]): Promise<void> {
  const folder = join(root, within);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  if (within !== '' && RUN_FILES.every((name) => names.has(name))) {
    skipped.push({ path: folder, name: within, reason: 'a run of ohmprop' });
    return;
  }
  entries.sort((a, b) => byNumbers.compare(a.name, b.name));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name.startsWith('~$')) continue;
    const name = join(within, entry.name);
    if (entry.isDirectory()) await walk(root, name, files, skipped);
    else if (!(await isFile(entry, join(root, name)))) continue;
    else {
      const path = join(root, name);
      const reason = reasonToSkip(entry.name);
      if (reason === undefined) files.push({ path, name });
      else if (reason !== '') skipped.push({ path, name, reason });
      if (files.length > MAX_FILES) {
        throw inputError(
          'calibrate.too-many',
          `${quoted(root)}: more than ${MAX_FILES} files lie in it; name a folder further inside`,
        );
      }
    }
  }
}

const byNumbers = new Intl.Collator('en', { numeric: true });

/** A link is followed to a file; to a folder it may lead in circles. */
async function isFile(entry: Dirent, path: string): Promise<boolean> {
  if (entry.isFile()) return true;
  if (!entry.isSymbolicLink()) return false;
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Undefined for what is to be read; empty for what goes without saying. */
function reasonToSkip(name: string): string | undefined {
  if (companions.has(name.toLowerCase()) || name.endsWith('.cell.json')) return '';
  // Tables are compressed one by one, too: by the name inside.
  const ending = extname(name).toLowerCase();
  if (
    ending === '.gz' &&
    extname(basename(name, extname(name))) !== '.tar' &&
    extname(basename(name, extname(name))) !== ''
  )
    return undefined;
  return otherKinds[ending];
}
