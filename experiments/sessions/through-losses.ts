import type { ComposedRun } from '../composition/index.js';
import { findAgain, isPassing, patienceWith } from './lost-board.js';

/** A board that was lost, and found again, before its run had a journal to write that into. */
export interface EarlyPause {
  readonly text: string;
  readonly code: string;
  readonly seconds: number;
}

/** What ends the waiting early, and who hears of it. */
export interface EarlyWaiting {
  readonly signal?: AbortSignal | undefined;
  readonly tell: (text: string) => Promise<void>;
}

/**
 * Does what comes before a run's first update. Where its board is lost meanwhile, that is waited for and opened anew, and all is done
 * from the start: what the board held may be gone.
 * @param work can be begun again at any point
 * @throws OhmpropError what it was lost by, where an end is asked for; `board.gone` once patience has ended
 */
export async function throughLosses<T>(
  { composition: { hardware }, config }: Pick<ComposedRun, 'composition' | 'config'>,
  work: () => Promise<T>,
  { signal, tell }: EarlyWaiting,
): Promise<{ result: T; pauses: EarlyPause[] }> {
  const pauses: EarlyPause[] = [];
  const line = hardware?.line;
  const patience_seconds = patienceWith(config);
  for (;;) {
    try {
      return { result: await work(), pauses };
    } catch (error) {
      if (line === undefined || patience_seconds === 0 || !isPassing(error)) throw error;
      const started = performance.now();
      const { message: text, code } = error;
      await tell(`paused: ${text}`);
      if (!(await findAgain(line, error, { patience_seconds, signal, tell }))) throw error;
      const seconds = (performance.now() - started) / 1000;
      await tell(`goes on after ${seconds.toFixed(1)} s, from the start: nothing was learned yet`);
      pauses.push({ text, code, seconds });
    }
  }
}
