import cliProgress from 'cli-progress';
import { type Io, onInterrupt } from '../io.js';

/** How work that may take long is told to end, and says how far it has come. */
export interface Work {
  readonly signal: AbortSignal;
  /** @param share of the whole, 0 to 1 @param at where it is, in words */
  readonly progress: (share: number, at: string) => void;
}

/** Work below this is done before a bar would help. */
const SHOW_AFTER_MS = 2000;
const STEPS_OF_BAR = 1000;

/** Carries out what may take long: a bar on stderr while it does; Ctrl-C asks it to end. */
export async function atWork<T>(io: Io, notice: string, work: (work: Work) => Promise<T>): Promise<T> {
  const { signal, dispose } = onInterrupt(io, notice);
  const started = performance.now();
  const bar = new cliProgress.SingleBar({
    stream: io.stderr,
    format: '{bar} {at}, {eta_formatted} left',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  let shown = false;
  const progress = (share: number, at: string): void => {
    const elapsed = performance.now() - started;
    if (shown) bar.update(STEPS_OF_BAR * share, { at });
    else if (elapsed > SHOW_AFTER_MS / 4 && elapsed > SHOW_AFTER_MS * share) {
      bar.start(STEPS_OF_BAR, STEPS_OF_BAR * share, { at });
      shown = true;
    }
  };
  try {
    return await work({ signal, progress });
  } finally {
    if (shown) bar.stop();
    dispose();
  }
}
