import { join } from 'node:path';
import { boardLineLog } from '../../drivers/board/index.js';
import { type LineLog, LineRing } from '../../drivers/transport/index.js';
import type { Sink } from './events.js';

/**
 * What goes over the line of a run's board: its last minutes are kept in the run's `logs/`, as they happen, and taken away again
 * when a session ends well.
 */
export class KeptLine {
  private readonly ring = new LineRing();
  private readonly remove: () => void;

  /** @param log that somebody else writes down as well */
  constructor(readonly log: LineLog = boardLineLog()) {
    this.remove = log.add(this.ring);
  }

  /** From now on in a run directory. */
  keepIn(run: string): void {
    this.ring.keepIn(join(run, 'logs'));
  }

  /** Does the session's work, its closing included; where that fails, the last minutes stay and are named. */
  async around<T>(work: () => Promise<T>, sinks: readonly Sink[] = []): Promise<T> {
    try {
      const result = await work();
      this.remove();
      this.ring.discard();
      return result;
    } catch (error) {
      this.remove();
      const file = this.ring.end();
      if (file !== undefined) {
        const text = `what went over the line before that: ${file}`;
        for (const sink of sinks) await (async () => sink({ type: 'hardware', text }))().catch(() => {});
      }
      throw error;
    }
  }
}
