/** How long a process that is ended takes to be gone, ms. */
const END_ms = 500;

/** Ends a process that hangs and holds a line. @returns whether it is gone */
export async function endHolder(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 'SIGKILL');
    for (let waited_ms = 0; waited_ms < END_ms; waited_ms += 10) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      process.kill(pid, 0);
    }
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
