import {
  type BoardProfile,
  moveTap,
  sameTaps,
  type TapReport,
  type Taps,
  tapsHash,
} from '../../devices/boards/index.js';

/**
 * Where the wipers of a board stand, as far as that is known without reading them all, which takes 7 ms: after steps that this
 * host gave, or after an update that left them as they were. The board's own hash has to say the same, else they are read.
 * What an update that the board works out by itself does to them only reading tells.
 */
export class KnownWipers {
  /** Nothing where they are to be read. */
  now: Taps | undefined;
  /** Before the update whose outcome has not been read yet. */
  private before: Taps | undefined;
  /** The last update left all as they were, so that the next may do so too: only then a hash is worth what it costs. */
  private still = false;

  forget(): void {
    this.now = undefined;
    this.before = undefined;
    this.still = false;
  }

  async read(read: () => Promise<Taps>): Promise<Taps> {
    const taps = await read();
    this.still = this.before !== undefined && sameTaps(this.before, taps);
    this.before = undefined;
    this.now = taps;
    return taps;
  }

  /**
   * Reads after an update those that it can have moved, the others standing where they did; all, where that is not known.
   * @param pots the closed ones, rising
   */
  readMoved(pots: readonly number[], read: (pots?: readonly number[]) => Promise<Taps>): Promise<Taps> {
    return this.read(async () => {
      const { before } = this;
      if (before === undefined) return read();
      const part = await read(pots);
      const taps = before.taps.slice();
      const residuals = before.residuals.slice();
      for (const e of pots) [taps[e], residuals[e]] = [part.taps[e], part.residuals[e]];
      return { taps, residuals };
    });
  }

  /** An update that the board works out. @param step is to ask for a hash, or not */
  async stepped<Report extends TapReport>(step: (hash: boolean) => Promise<Report>): Promise<Report> {
    const { now, still } = this;
    this.forget();
    const report = await step(now !== undefined && still);
    if (now !== undefined && report.tapsHash === tapsHash(now)) {
      this.now = now;
      this.still = true;
    } else this.before = now;
    return report;
  }

  /** An update by steps [1/256 tap] that are known here. */
  async moved(
    { tapMin, tapMax }: BoardProfile,
    steps: Int16Array,
    move: () => Promise<TapReport>,
  ): Promise<TapReport> {
    const { now } = this;
    this.forget();
    const report = await move();
    if (now === undefined) return report;
    const after = { taps: now.taps.slice(), residuals: now.residuals.slice() };
    for (let e = 0; report.applied && e < steps.length; e++) {
      const { tap, residual } = moveTap(now.taps[e], now.residuals[e], steps[e], tapMin, tapMax);
      after.taps[e] = tap;
      after.residuals[e] = residual;
    }
    if (report.tapsHash === tapsHash(after)) this.now = after;
    return report;
  }
}
