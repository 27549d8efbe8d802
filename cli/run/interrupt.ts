/** Exit code of a run that was interrupted: 128 + SIGINT, as shells have it. */
export const INTERRUPTED = 130;

/**
 * The first Ctrl-C (or a SIGTERM) asks the run to come to an orderly end; a second one leaves at once.
 * @returns the signal, and how to stop listening
 */
export function onInterrupt(notice: string): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController();
  const listener = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    process.stderr.write(`\n${notice}\n`);
    controller.abort();
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  const dispose = (): void => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
  return { signal: controller.signal, dispose };
}
