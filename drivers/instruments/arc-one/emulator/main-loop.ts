import type { Board } from './board.js';
import { type Firmware, field } from './firmware.js';
import { jobs } from './jobs.js';

/** Job after job. A code that it does not know is passed over. */
export function* mainLoop(board: Board): Firmware {
  for (;;) {
    const code = yield* field();
    const job = jobs.get(code.trim());
    if (job !== undefined) yield* job(board);
  }
}
