import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/**
 * Other processes that have a port open, as `name (process 1234)`. Linux alone tells, and only of processes of the same user, or all to
 * root; elsewhere nothing is known. Looking takes some milliseconds.
 */
export function otherUsersOf(path: string): string[] {
  if (process.platform !== 'linux') return [];
  try {
    const port = realpathSync(path);
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && hasOpen(name, port))
      .map((pid) => `${nameOf(pid)} (process ${pid})`);
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
