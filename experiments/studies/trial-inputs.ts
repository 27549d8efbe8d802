import { type Stats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { inputError } from '../../core/index.js';
import { hashSource } from '../../records/index.js';
import type { Tree } from '../schema/index.js';

/** A file that went into a trial. */
export interface TrialInput {
  /** As the options name it. */
  readonly file: string;
  readonly sha256: string;
}

/** Files that a folder may have: a set of data, not a disk. */
const MOST_FILES = 1000;

/**
 * Every file that options name: as a text of its own, behind a kind (`csv:flowers.csv`, `mnist:DIR`), before a part (`W.npz:name`). A text
 * that happens to be the name of a file as well counts too: that makes a trial anew where nothing had to be, never the other way.
 */
export class InputHashes {
  private readonly known = new Map<string, { readonly stamp: string; readonly sha256: string }>();

  constructor(private readonly directory: string) {}

  /** @throws `study.inputs` (exit code 2) of a folder of more files than are looked at one by one */
  async of(options: Tree): Promise<TrialInput[]> {
    const named = [...new Set(texts(options))].sort();
    const found: TrialInput[] = [];
    for (const text of named) {
      for (const file of candidatesOf(text))
        found.push(...(await this.hashesOf(file, isFolderName(text, file))));
    }
    return found.filter(({ file }, at) => found.findIndex((other) => other.file === file) === at);
  }

  private async hashesOf(file: string, isFolder: boolean): Promise<TrialInput[]> {
    const path = resolve(this.directory, file);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() === true) return [{ file, sha256: await this.hashOf(path, stats) }];
    if (stats?.isDirectory() !== true || !isFolder) return [];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const inside = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    if (inside.length > MOST_FILES)
      throw inputError(
        'study.inputs',
        `${file}: a folder of ${inside.length} files; a study notes the content of every file that it reads, of at most ${MOST_FILES} in a folder. Name the files that are meant, or a folder of them alone`,
      );
    const hashes: TrialInput[] = [];
    for (const one of inside.sort()) {
      const sha256 = await this.hashOf(one, statSync(one));
      hashes.push({ file: join(file, one.slice(path.length + 1)), sha256 });
    }
    return hashes;
  }

  /** A file that has not been touched is not read again. */
  private async hashOf(path: string, { size, mtimeMs, ino }: Stats): Promise<string> {
    const stamp = `${size} ${mtimeMs} ${ino}`;
    const before = this.known.get(path);
    if (before?.stamp === stamp) return before.sha256;
    const { sha256 } = await hashSource(path);
    this.known.set(path, { stamp, sha256 });
    return sha256;
  }
}

/** All texts of a tree. */
export function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(texts);
}

/** A bare word is the name of a preset before it is a folder; behind a kind, as in `mnist:digits`, it can only be one. */
const isFolderName = (text: string, part: string): boolean =>
  part.includes('/') || (text.endsWith(`:${part}`) && text.split(':').length === 2);

/** The parts of a text that may be a path: what colons part, by itself and together. */
export function candidatesOf(text: string): string[] {
  if (text === '' || text.length > 1000 || text.includes('\n')) return [];
  const between = text.split(':');
  if (between.length > MOST_PARTS) return [text];
  const found = between.flatMap((_, first) =>
    between.slice(first).map((_, more) => between.slice(first, first + more + 1).join(':')),
  );
  return [...new Set([text, ...found])].filter((part) => part !== '');
}

const MOST_PARTS = 8;
