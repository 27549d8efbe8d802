import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { holdersOf } from './held-lines.js';

/**
 * Other processes that have a port open, as `name (process 1234)`, with the board where it is one of ours. Linux alone tells, and only of processes of the same user, or all to
 * root; elsewhere nothing is known. Looking takes some milliseconds.
 */
export function otherUsersOf(path: string): string[] {
  if (process.platform !== 'linux') return [];
  try {
    const port = realpathSync(path);
    const held = holdersOf(path);
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && hasOpen(name, port))
      .map((pid) => {
        // One of ours has written down what it has there.
        const what = held.find((holder) => holder.pid === Number(pid))?.what;
        return `${nameOf(pid)} (process ${pid}${what === undefined ? '' : `: ${what}`})`;
      });
  } catch {
    return [];
  }
}

function hasOpen(pid: string, port: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((descriptor) => {
      try {
        return readlinkSync(`${folder}/${descriptor}`) === port;
      } catch {
        return false;
      }
    });
  } catch {
    // Of somebody else, or gone.
    return false;
  }
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'a program';
  }
}
