import { Worker } from 'node:worker_threads';

/** How long a lock on lease counts without having been renewed, ms: several missed renewals, and what disks of clusters are late by. */
export const LEASE_MS = 60_000;

/** A lease that is being renewed. */
export interface Renewal {
  /** Aborted when the lock turns out to be another's. */
  readonly lost: AbortSignal;
  stop(): Promise<void>;
}

/**
 * Renews a lease from a thread of its own: a process that solves for minutes without a pause is no dead one. Writes the bytes that are there
 * already, so that the disk notes its own time, whatever this host's clock says, and a reader never finds half a lock.
 */
export function renewLease(path: string, content: string, lease_ms: number): Renewal {
  const lost = new AbortController();
  const thread = new Worker(renewing, {
    eval: true,
    workerData: { path, content, every_ms: lease_ms / 6 },
    // A thread of a process that measures its memory or prints by loaders wants neither.
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  thread.unref();
  thread.on('message', () => lost.abort());
  // Without its thread a lease runs out, and is then taken over: nothing is lost but time.
  thread.on('error', () => undefined);
  return {
    lost: lost.signal,
    stop: async () => {
      await thread.terminate();
    },
  };
}

const renewing = `
const { workerData: { path, content, every_ms }, parentPort } = require('node:worker_threads');
const { openSync, readFileSync, writeSync, closeSync } = require('node:fs');
setInterval(() => {
  try {
    if (readFileSync(path, 'utf8') !== content) return void parentPort.postMessage('lost');
    const file = openSync(path, 'r+');
    try { writeSync(file, content, 0); } finally { closeSync(file); }
  } catch (error) {
    if (error.code === 'ENOENT') parentPort.postMessage('lost');
  }
}, every_ms);
`;
