import { type Io, onInterrupt } from '../io.js';
import { WorkBar } from '../work-bar.js';

/** How work that may take long is told to end, and says how far it has come. */
export interface Work {
  readonly signal: AbortSignal;
  /** @param share of the whole, 0 to 1 @param at where it is, in words */
  readonly progress: (share: number, at: string) => void;
}

/** A bar goes in so many steps. */
const STEPS_OF_BAR = 1000;

/** Carries out what may take long: a bar on stderr while it does; Ctrl-C asks it to end. */
export async function atWork<T>(io: Io, notice: string, work: (work: Work) => Promise<T>): Promise<T> {
  const { signal, dispose } = onInterrupt(io, notice);
  const bar = new WorkBar(io, '{bar} {what}, {eta_formatted} left');
  try {
    return await work({
      signal,
      progress: (share, at) => bar.update(STEPS_OF_BAR * share, STEPS_OF_BAR, at),
    });
  } finally {
    bar.stop();
    dispose();
  }
}
