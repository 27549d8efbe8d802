import { runError } from '../../core/index.js';
import type { HardwareLine } from '../composition/index.js';
import type { RunJournal } from './run-journal.js';

/** Checks a board between epochs by what its nodes read, no wiper moved, and writes down in the run's journal what it found. */
export class BoardChecks {
  /** The epoch after which a check is owed: one that a lost board cut off is made once it is back. */
  private owed: number | undefined;

  /**
   * @param name of the board, for people
   * @param every so many epochs; 0 never checks
   */
  constructor(
    private readonly line: Pick<HardwareLine, 'check'>,
    private readonly journal: Pick<RunJournal, 'happened'>,
    private readonly name: string,
    private readonly every: number,
  ) {}

  /** An epoch has ended, its checkpoint is kept. */
  async ended(epoch: number): Promise<void> {
    if (this.every === 0 || epoch % this.every !== 0) return;
    this.owed = epoch;
    await this.catchUp();
  }

  /**
   * Makes the check that is owed, if any.
   * @throws OhmpropError `board.departs` where nodes read something else than its parts and wipers make
   */
  async catchUp(): Promise<void> {
    const epoch = this.owed;
    if (epoch === undefined) return;
    const began = performance.now();
    const { good, nodes, departures, causeText, drives, by } = await this.line.check();
    this.owed = undefined;
    const seconds = (performance.now() - began) / 1000;
    if (good) {
      const text = `after epoch ${epoch}: all ${nodes.length} nodes read what is expected under ${drives.length} sets of inputs, by ${by}; no wiper moved`;
      await this.journal.happened({ what: 'checked', text, seconds });
      return;
    }
    const found = [...departures, causeText ?? 'no single part explains it'].join('; ');
    await this.journal.happened({ what: 'departs', text: `after epoch ${epoch}: ${found}`, seconds });
    throw runError(
      'board.departs',
      `${this.name}: after epoch ${epoch} ${found} (judged by ${by}). The run ends here, its checkpoint is kept (--check-every); "ohmprop board selftest" finds what it is`,
    );
  }
}
