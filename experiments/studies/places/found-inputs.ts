import { existsSync, statSync } from 'node:fs';
import { readdir, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { inputError } from '../../../core/index.js';
import { hashSource, makeDirectory } from '../../../records/index.js';
import type { Tree } from '../../schema/index.js';
import type { Trial } from '../trial.js';
import { candidatesOf } from '../trial-inputs.js';

/** Files that are looked at in the folders of data: a collection of data sets, not a disk. */
const MOST_FILES = 20_000;

/** The files of a trial on a machine that may have them elsewhere than where its study was started: found by what is in them. */
export class FoundInputs {
  private readonly hashes = new Map<string, { readonly stamp: string; readonly sha256: string }>();
  private index: Map<string, string> | undefined;

  /** @param folders in which to look, with what is below them */
  constructor(private readonly folders: readonly string[]) {}

  /**
   * The trial as it is computed here: a file that is where the study has it, and the same, stays; another is put in its place.
   * @param cwd where the study was started, where this machine sees that; else nothing is taken to be where the study has it
   * @param aside where found files get the names that the study has for them
   * @throws `study.data` (exit code 2) where a file is nowhere
   */
  async put(trial: Trial, cwd: string | undefined, aside: string): Promise<Trial> {
    const files = new Map<string, string>();
    let areAllThere = true;
    for (const { file, sha256 } of trial.inputs) {
      const there = cwd === undefined ? undefined : resolve(cwd, file);
      if (there !== undefined && (await this.hashOf(there)) === sha256) {
        files.set(file, there);
        continue;
      }
      areAllThere = false;
      const found = await this.find(sha256);
      if (found === undefined) {
        const where =
          this.folders.length === 0
            ? 'name folders of data with --look-in'
            : `it is not in ${this.folders.join(', ')}`;
        throw inputError(
          'study.data',
          `${file} (SHA-256 ${sha256.slice(0, 16)}…) is not here as the study has it; ${where}`,
        );
      }
      files.set(file, found);
    }
    if (areAllThere) return trial;
    // Under the trial's own name: two studies may have two files of one name.
    const folder = join(aside, trial.key);
    for (const [file, found] of files) await link(found, inside(folder, file));
    return { ...trial, options: moved(trial.options, files, folder) as Tree };
  }

  private async hashOf(path: string): Promise<string | undefined> {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() !== true) return undefined;
    const stamp = `${stats.size} ${stats.mtimeMs} ${stats.ino}`;
    const known = this.hashes.get(path);
    if (known?.stamp === stamp) return known.sha256;
    const hash = await hashSource(path).then(
      ({ sha256 }) => sha256,
      () => undefined,
    );
    if (hash !== undefined) this.hashes.set(path, { stamp, sha256: hash });
    return hash;
  }

  private async find(sha256: string): Promise<string | undefined> {
    const known = this.index?.get(sha256);
    if (known !== undefined && (await this.hashOf(known)) === sha256) return known;
    // Anew: what was missing may have been copied here since.
    this.index = new Map();
    for (const folder of this.folders) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const entry of entries.filter((one) => one.isFile()).slice(0, MOST_FILES)) {
        const path = resolve(entry.parentPath, entry.name);
        const hash = await this.hashOf(path);
        if (hash !== undefined && !this.index.has(hash)) this.index.set(hash, path);
      }
    }
    return this.index.get(sha256);
  }
}

/** A path that stays below a folder, whatever it was relative to, and another for each file: `../a.csv` is not `a.csv`. */
function inside(folder: string, file: string): string {
  const parts = normalize(file).split(/[\\/]/);
  return resolve(
    folder,
    isAbsolute(file) ? 'root' : 'here',
    ...parts.filter((part) => !['', '.'].includes(part)).map((part) => (part === '..' ? 'above' : part)),
  );
}

async function link(found: string, path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeDirectory(dirname(path));
  await symlink(found, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Options with the paths of files, and of folders that they lie in, as they are here. */
function moved(value: unknown, files: ReadonlyMap<string, string>, folder: string): unknown {
  if (typeof value === 'string') {
    for (const part of candidatesOf(value)) {
      const path = join(part);
      const names = [...files.keys()].some(
        (file) => join(file) === path || join(file).startsWith(join(path, '/')),
      );
      if (!names) continue;
      // between colons, not anywhere: `csv:c` names a file c
      const at = `:${value}:`.indexOf(`:${part}:`);
      return value.slice(0, at) + inside(folder, part) + value.slice(at + part.length);
    }
    return value;
  }
  if (Array.isArray(value)) return value.map((one) => moved(one, files, folder));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, moved(one, files, folder)]));
}
