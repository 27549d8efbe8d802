/** A stream that a process writes to; its failures come as events. */
interface Output {
  readonly isTTY?: boolean;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/**
 * Keeps a command alive whose output nobody takes: a reader that has gone away (`| head`, a closed terminal) is no failure,
 * and what is not read is not missed. A full disk behind stdout is one, but once the command has done its work: to leave at
 * once would leave a board driven, or a run without its last checkpoint.
 * @param tell of the failure, once
 * @returns whether results were lost
 */
export function outliveReaders(
  { stdout, stderr }: { stdout: Output; stderr: Output },
  tell: (text: string) => void,
): { readonly failed: boolean } {
  const outcome = { failed: false };
  // Nobody is left to be told.
  stderr.on('error', () => {});
  stdout.on('error', ({ code, message }) => {
    if (outcome.failed || stdout.isTTY === true || readerGone.has(code)) return;
    outcome.failed = true;
    tell(`ohmprop: cannot write to standard output: ${message}`);
  });
  return outcome;
}

/** A pipe or socket that nobody reads, and what Node says of it afterwards. */
const readerGone = new Set<string | undefined>(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);
