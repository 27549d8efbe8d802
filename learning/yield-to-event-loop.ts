import { eventLoopTurn } from '../core/index.js';

/** Work without a pause longer than this, ms, is felt when Ctrl-C is pressed. */
const MAX_MS = 20;

/** When the rest of the process last had its turn: one for the process, as short epochs never see 20 ms go by alone. */
let last_ms = performance.now();

/**
 * Lets the rest of the process (signals, progress) have its turn. A device that computes here and now never waits for
 * anything, and a loop of such steps alone would leave an interruption unheard until it ends. To be awaited between
 * pieces of work; waits only if the last turn was long ago.
 */
export async function yieldToEventLoop(): Promise<void> {
  if (performance.now() - last_ms < MAX_MS) return;
  await eventLoopTurn();
  last_ms = performance.now();
}
