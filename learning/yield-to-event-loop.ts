import { eventLoopTurn } from '../core/index.js';

/** Work without a pause longer than this, ms, is felt when Ctrl-C is pressed. */
const MAX_MS = 20;

/**
 * Lets the rest of the process (signals, progress) have its turn. A device that computes here and now never waits for
 * anything, and a loop of such steps alone would leave an interruption unheard until it ends. To be awaited between
 * pieces of work; waits only if the last turn was long ago. One object a run, for all its epochs and evaluations, as short ones
 * never see 20 ms go by alone.
 */
export class EventLoopTurns {
  private last_ms = performance.now();

  async offer(): Promise<void> {
    if (performance.now() - this.last_ms < MAX_MS) return;
    await eventLoopTurn();
    this.last_ms = performance.now();
  }
}
