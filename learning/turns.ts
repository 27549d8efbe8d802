/** Work without a pause longer than this, ms, is felt when Ctrl-C is pressed. */
const MOST_MS = 20;

/**
 * Lets the rest of the process (signals, progress) have its turn. A device that computes here and now never waits for
 * anything, and a loop of such steps alone would leave an interruption unheard until it ends.
 */
export class Turns {
  private last = performance.now();

  /** To be awaited between pieces of work; waits only if the last turn was long ago. */
  async offer(): Promise<void> {
    if (performance.now() - this.last < MOST_MS) return;
    await new Promise(setImmediate);
    this.last = performance.now();
  }
}
