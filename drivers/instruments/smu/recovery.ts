import { OhmpropError } from '../../../core/index.js';
import type { LastRun, Smu } from './smu.js';
import type { SmuReader } from './smu-reader.js';
import { RunCutShort } from './smu-run.js';

/** A read is tried so often before an instrument counts as lost. */
const MOST_READS = 8;
/** Levels of the run that a pulse is: itself, and 0 V. */
export const PULSE_LEVELS = 2;

/** Who hears of a line that has come back. */
export interface RecoveryListener {
  /** What happened, for people. */
  cameBack?(text: string): void;
  /** What the instrument still holds of the run before. */
  lastRun?(last: LastRun): void;
}

/** Makes an instrument ready again after what goes by: noise on the line, a stall, a lost supply, a lost line. */
export class SmuRecovery {
  /** Reads that did not come to their end. */
  reads = 0;

  constructor(
    private readonly smu: Smu,
    private readonly reader: SmuReader,
    private readonly listener: RecoveryListener = {},
  ) {}

  /**
   * Reads again, on an instrument that is armed anew, where a read did not come to its end: it changes nothing.
   * @param lossesOnly whether anything but a lost line ends it
   */
  async reading<T>(read: () => Promise<T>, lossesOnly = false): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await read();
      } catch (error) {
        this.reads++;
        if (attempt >= MOST_READS || (lossesOnly && !this.smu.lineLost)) throw error;
        await this.again(error);
      }
    }
  }

  /** @throws what went wrong, where that is nothing that goes by */
  async again(error: unknown): Promise<void> {
    const { smu } = this;
    if (!(error instanceof OhmpropError)) throw error;
    const cut = error instanceof RunCutShort;
    const cause = cut && error.cause instanceof OhmpropError ? error.cause : error;
    const passing = (cut && !error.misdriven) || /^(line\.|smu\.refused)/.test(error.code);
    // a line that is lost and not its own: that of a switch matrix
    const another = cause.code === 'line.lost' && !smu.lineLost;
    if (!passing || another || smu.stopped) throw error;
    if (smu.lineLost) await this.comeBack();
    await smu.armAgain();
  }

  private async comeBack(): Promise<void> {
    const said = await this.smu.comeBack();
    // which cell stands between its terminals by now nobody knows
    this.reader.forgetSelection();
    this.listener.cameBack?.(said);
    const last = await this.smu.lastRun(PULSE_LEVELS);
    if (last !== undefined) this.listener.lastRun?.(last);
  }
}
