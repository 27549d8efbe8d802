import { join } from 'node:path';
import { journalAfter } from '../records/index.js';
import type { Notification } from './notification.js';

/** Between two looks at a journal, ms: a pause is told of as quickly as anybody can come to mend it. */
const LOOK_ms = 250;

/** Who tells people, and keeps how far a run's journal has been told of, bytes. */
export interface Telling {
  tell(notification: Notification): Promise<void>;
  toldUpTo(run: string): number;
  setToldUpTo(run: string, bytes: number): Promise<void>;
}

/**
 * Tells of what a run's journal says that happened: each pause once, and that it went on. The journal is written before anybody is
 * told; who reads it from outside misses nothing when the process that wrote it is killed the moment after. How far it was told
 * is in the run's directory, so that a session whose supervisor was killed goes on telling where that had come to.
 */
export class JournalTeller {
  private readonly journal: string;
  private looking: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  /** What was looked at of it, bytes; what was told may end before. */
  private seen = 0;

  constructor(
    private readonly notifier: Telling,
    /** Directory of the run. */
    private readonly run: string,
  ) {
    this.journal = join(run, 'journal.jsonl');
  }

  /** Looks now and then until `done`. @param anew the journal is not there yet, or another one than before */
  begin(anew: boolean): void {
    if (anew) this.seen = 0;
    this.timer = setInterval(() => void this.look(), LOOK_ms);
  }

  /** Looks a last time. */
  async done(): Promise<void> {
    clearInterval(this.timer);
    await this.look();
  }

  /** Tells of all that was written since the last look. A journal that cannot be read says nothing. */
  look(): Promise<void> {
    this.looking = this.looking.then(() => this.tellNew()).catch(() => {});
    return this.looking;
  }

  private async tellNew(): Promise<void> {
    const from = Math.max(this.seen, this.notifier.toldUpTo(this.run));
    for await (const { line, end } of journalAfter(this.journal, from)) {
      this.seen = end;
      if (line.kind !== 'happened' || (line.what !== 'paused' && line.what !== 'resumed')) continue;
      // Before it is told: who is killed in between leaves it untold, and tells nothing twice.
      await this.notifier.setToldUpTo(this.run, end);
      const { what: event, text, code, seconds, at } = line;
      await this.notifier.tell({
        event,
        run: this.run,
        text,
        at,
        ...(code === undefined ? {} : { code }),
        ...(seconds === undefined ? {} : { seconds }),
      });
    }
  }
}
