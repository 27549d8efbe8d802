import { OhmpropError, runError } from '../../core/index.js';
import type { HardwareLine } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';

/** What a board on a line may meet that it can go on after, once it has been opened anew and looked at. */
const PASSING = new Set([
  // The line is gone, or nothing that can be understood has come over it for as long as anybody waits.
  'line.lost',
  'line.closed',
  'line.silent',
  'line.slow',
  'line.noisy',
  'line.no-answer',
  'line.echo',
  'line.foreign',
  // The board has started anew, or has made itself safe while this machine slept; not what somebody stopped in an emergency.
  'board.restarted',
  'board.other-session',
  'board.disarmed',
  // Its middle potential has left its band: this machine has stopped it, and waits until it is back.
  'board.out-of-band',
]);

/** What opening a line may meet while a board is away; who asked for something impossible hears that at once. */
const AWAY = /^(board|line)\./;

/** First and longest time between two looks for a board that is away, s. */
const LOOK_seconds = { first: 0.1, most: 2 };

/** How long a board that is lost is waited for, where nothing else is said, s. */
const PATIENCE_seconds = 120;

/** How long a lost board is waited for in a run, s: 0 not at all. */
export function patienceWith({ network }: RunConfig): number {
  return network.kind === 'board' ? (network.boardPatience ?? PATIENCE_seconds) : 0;
}

/** Whether a board can go on after it, once it is found again. */
export function isPassing(error: unknown): error is OhmpropError {
  return error instanceof OhmpropError && PASSING.has(error.code);
}

/** How long a lost board is waited for, and who hears of what is met meanwhile. */
export interface Waiting {
  readonly patience_seconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Told once of each reason why the board cannot be had. */
  readonly tell?: (text: string) => Promise<void>;
}

/**
 * Opens the line to a board anew, again and again until it is there.
 * @param cause what it was lost by
 * @returns false where an end was asked for meanwhile
 * @throws OhmpropError `board.gone` once patience has ended
 */
export async function findAgain(
  line: HardwareLine,
  cause: OhmpropError,
  { patience_seconds, signal, tell }: Waiting,
): Promise<boolean> {
  const started = performance.now();
  const told = new Set<string>();
  for (let wait = LOOK_seconds.first; ; wait = Math.min(2 * wait, LOOK_seconds.most)) {
    if (signal?.aborted) return false;
    try {
      await line.reopen();
      return !signal?.aborted;
    } catch (error) {
      if (signal?.aborted) return false;
      if (!(error instanceof OhmpropError) || !AWAY.test(error.code)) throw error;
      if (!told.has(error.code)) await tell?.(error.message);
      told.add(error.code);
      const waited = (performance.now() - started) / 1000;
      if (waited + wait > patience_seconds) {
        throw runError(
          'board.gone',
          `${cause.message}; it was waited for ${waited.toFixed(0)} s (--board-patience), last: ${error.message}`,
          cause,
        );
      }
    }
    await pause(wait, signal);
  }
}

/** Some time, or until an end is asked for. */
export async function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, 1000 * seconds);
    signal?.addEventListener('abort', done, { once: true });
  });
}
