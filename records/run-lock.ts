import { randomBytes } from 'node:crypto';
import { link, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { inputError } from '../core/index.js';
import { readRegularFile } from '../core/input/index.js';
import { diskError } from './atomic-write.js';
import { LEASE_MS, renewLease } from './lock-lease.js';
import { processStart } from './process-start.js';

const LOCK_FILE = 'run.lock';

/** Locks that this very process holds: its number alone says nothing where numbers come around again. */
const held = new Set<string>();

/** Says that one process, and no other, writes a run directory. */
export interface RunLock {
  /** Aborted when another host has taken over a lease that could not be renewed. */
  readonly lost?: AbortSignal;
  /** A second call does nothing. */
  release(): Promise<void>;
}

/**
 * Takes the lock of a run directory. The lock of a process that is no more is taken over; that of a process on another host, which cannot
 * be asked, where it was held on lease and the lease has not been renewed.
 * @param options.lease where hosts share the directory: says every few seconds that its holder is there
 * @throws `run.in-use` (exit code 2) while another process holds it
 */
export async function lockRun(
  directory: string,
  { lease = false, lease_ms = LEASE_MS }: { readonly lease?: boolean; readonly lease_ms?: number } = {},
): Promise<RunLock> {
  const path = join(directory, LOCK_FILE);
  const token = randomBytes(8).toString('hex');
  const since = new Date().toISOString();
  const started = processStart(process.pid);
  const mine = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    since,
    started,
    token,
    ...(lease ? { lease_ms } : {}),
  });
  if (!(await createOnly(path, mine))) {
    const theirs = await contentOf(path);
    if (isAlive(theirs) && !(await hasRunOut(path, theirs, token))) throw inUse(directory, path, theirs);
    await removeStale(directory, path, theirs, token);
    if (!(await createOnly(path, mine))) throw inUse(directory, path, await contentOf(path));
  }
  held.add(token);
  const renewal = lease ? renewLease(path, mine, lease_ms) : undefined;
  return {
    ...(renewal === undefined ? {} : { lost: renewal.lost }),
    release: async () => {
      if (!held.delete(token)) return;
      await renewal?.stop();
      const now = await contentOf(path);
      if (now === mine) await rm(path, { force: true });
    },
  };
}

/**
 * Lets go what a process on another host left of its lock in a directory within one whose lease it has lost.
 * @throws nothing: what stays is found by whoever takes that lock
 */
export async function dropForeignLock(directory: string): Promise<void> {
  const path = join(directory, LOCK_FILE);
  const holder = parseHolder(await contentOf(path));
  if (holder !== undefined && holder.host !== hostname()) await rm(path, { force: true });
}

/** Who writes a run directory now, as a phrase for people; nobody where its lock is free or its holder is no more. */
export async function livingHolder(directory: string): Promise<string | undefined> {
  const text = await contentOf(join(directory, LOCK_FILE));
  return isAlive(text) ? describeHolder(text) : undefined;
}

/** Nothing where there is no lock, or something else than a lock. */
async function contentOf(path: string): Promise<string> {
  const bytes = await readRegularFile(path, { most_bytes: MAX_LOCK_BYTES }).catch(() => new Uint8Array());
  return new TextDecoder().decode(bytes);
}

const MAX_LOCK_BYTES = 4096;

async function createOnly(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw diskError(cause, path, content.length);
  }
}

/** Two processes may find the same stale lock: moved away first and then looked at, a fresh one is never lost. */
async function removeStale(directory: string, path: string, stale: string, token: string): Promise<void> {
  const aside = `${path}.${token}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await contentOf(aside);
  if (moved !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  if (moved !== stale) throw inUse(directory, path, moved);
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** When its process started, where that can be known: its number alone comes around again, after a reboot soon. */
  readonly started?: string;
  readonly token: string;
  /** Held on lease: not renewed for as long, ms, its holder is no more. */
  readonly lease_ms?: number;
}

/** Whether the lease of a process on another host has run out, by the clock of the disk that both write to. */
async function hasRunOut(path: string, text: string, token: string): Promise<boolean> {
  const holder = parseHolder(text);
  if (holder?.lease_ms === undefined || holder.host === hostname()) return false;
  const probe = `${path}.${token}.now`;
  try {
    await writeFile(probe, '', { flag: 'wx' });
    const [now, renewed] = await Promise.all([stat(probe), stat(path)]);
    return now.mtimeMs - renewed.mtimeMs > holder.lease_ms;
  } catch {
    return false;
  } finally {
    await rm(probe, { force: true });
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return Number.isInteger(value?.pid) ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(text: string): boolean {
  const holder = parseHolder(text);
  if (holder === undefined) return false;
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return held.has(holder.token);
  const now = processStart(holder.pid);
  if (holder.started !== undefined && now !== undefined && holder.started !== now) return false;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(directory: string, path: string, text: string) {
  return inputError(
    'run.in-use',
    `${directory} is in use by ${describeHolder(text)}; wait for it or stop it, choose another directory with --out, or delete ${path} if that process is surely gone`,
  );
}

function describeHolder(text: string): string {
  const holder = parseHolder(text);
  return holder === undefined
    ? 'another process'
    : `process ${holder.pid} on ${holder.host} since ${holder.since}`;
}
