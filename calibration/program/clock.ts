import type { CellArray } from '../../devices/contract/index.js';

/** How time passes for an array: its own, where it is simulated, else that of the wall. */
export interface ProgramClock {
  now_seconds(): number;
  /** Ends early when the signal says so. */
  wait(seconds: number, signal?: AbortSignal): Promise<void>;
}

/** Simulated time passes only while somebody waits; pulses and reads take none of it. */
export function clockOf(array: CellArray): ProgramClock {
  if (array.wait === undefined) return wallClock();
  let now_seconds = 0;
  return {
    now_seconds: () => now_seconds,
    async wait(seconds) {
      await array.wait!(seconds);
      now_seconds += seconds;
    },
  };
}

function wallClock(): ProgramClock {
  return {
    now_seconds: () => performance.now() / 1000,
    wait: (seconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const end = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, 1000 * seconds);
        signal?.addEventListener('abort', end);
      }),
  };
}
