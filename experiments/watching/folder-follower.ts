import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { heldLines } from '../../drivers/transport/index.js';
import { isFollowed, RunFollower } from './run-follower.js';
import type { HeldTold, Told } from './told.js';

/** A folder is looked through for new directories so often, ms. */
const FOLDER_ms = 1000;
const HELD_ms = 1000;
/** More directories than that are no longer looked at: the newest are. */
const MOST_RUNS = 400;

/** Follows a directory of runs, or one run, and what this machine holds. */
export class FolderFollower {
  private readonly runs = new Map<string, RunFollower>();
  private count = 0;
  private folderAt = Number.NEGATIVE_INFINITY;
  private heldAt = Number.NEGATIVE_INFINITY;
  private held: readonly HeldTold[] = [];
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** What a page is told that knows nothing yet. */
  whole(): Told[] {
    const runs = [...this.runs.values()].flatMap((run) => run.whole() ?? []);
    return [...runs, { type: 'held', lines: this.held }];
  }

  run(id: string): RunFollower | undefined {
    return [...this.runs.values()].find((run) => run.id === id);
  }

  /** What has changed since the last look. */
  async look(now_ms: number): Promise<Told[]> {
    const told: Told[] = [];
    if (now_ms - this.folderAt >= FOLDER_ms) {
      this.folderAt = now_ms;
      told.push(...(await this.lookThrough()));
    }
    if (now_ms - this.heldAt >= HELD_ms) {
      this.heldAt = now_ms;
      const held = heldNow();
      if (JSON.stringify(held) !== JSON.stringify(this.held)) told.push({ type: 'held', lines: held });
      this.held = held;
    }
    for (const run of this.runs.values()) told.push(...(await run.look(now_ms)));
    return told;
  }

  /** Takes up what is new, lets go what is gone. */
  private async lookThrough(): Promise<Told[]> {
    const there = new Set(await followedIn(this.path));
    const told: Told[] = [];
    for (const [path, run] of this.runs) {
      if (there.has(path)) continue;
      this.runs.delete(path);
      told.push({ type: 'gone', id: run.id });
    }
    for (const path of there) {
      if (this.runs.has(path)) continue;
      const shown = relative(this.path, path) || basename(path);
      this.runs.set(path, new RunFollower(`r${++this.count}`, path, shown));
    }
    return told;
  }
}

/** Directories that a page can show: the one itself, or those in it, with the trials of a study. */
async function followedIn(root: string): Promise<string[]> {
  const found: string[] = [];
  if (isFollowed(root)) found.push(root);
  else for (const path of await foldersIn(root)) if (isFollowed(path)) found.push(path);
  for (const path of [...found]) {
    for (const trial of await foldersIn(join(path, 'trials'))) {
      const run = join(trial, 'run');
      if (isFollowed(run)) found.push(run);
    }
    // Runs of several seeds lie in one directory.
    for (const inner of await foldersIn(path)) if (isFollowed(inner)) found.push(inner);
  }
  return found.slice(-MOST_RUNS);
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.flatMap((entry) => (entry.isDirectory() ? [join(path, entry.name)] : [])).sort();
}

function heldNow(): HeldTold[] {
  return heldLines().map(({ address, instrument, pid, since, what }) => ({
    address: instrument ?? address,
    pid,
    since,
    ...(what === undefined ? {} : { what }),
  }));
}
