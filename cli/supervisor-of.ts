/** Names the process that supervises the one that it started. */
export const SUPERVISOR = 'OHMPROP_SUPERVISOR';

/**
 * Whether this process trains for a supervisor, and whether that is still there. Its number alone comes around again; a process
 * whose parent died has another parent, except on Windows.
 */
export function supervisorOf(env: Readonly<Record<string, string | undefined>>): {
  readonly supervised: boolean;
  readonly alive: boolean;
} {
  const pid = Number(env[SUPERVISOR]);
  // A command that a supervised run starts inherits its environment.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return { supervised: false, alive: false };
  return { supervised: true, alive: process.ppid === pid && lives(pid) };
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
