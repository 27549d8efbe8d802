import {
  type BoardProfile,
  type BoardStepReport,
  moveTap,
  sameTaps,
  type TapReport,
  type Taps,
  type TapUpdate,
  tapsFromShort,
  tapsHash,
} from '../../devices/boards/index.js';

/** What an update that the board works out is to tell of the wipers with its report. */
export type WantedOfWipers = Pick<TapUpdate, 'hash' | 'shortTaps'>;

/**
 * Where the wipers of a board stand, as far as that is known without reading them all, which takes 7 ms: after steps that this
 * host gave, after an update that left them as they were, or after one that the board worked out and told of in short. The
 * board's own hash has to say the same, else they are read.
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

  /**
   * An update that the board works out.
   * @param pots that it can move: the closed ones, rising
   * @param short the board can tell it in short
   * @param step is to ask for so much
   */
  async stepped(
    pots: readonly number[],
    short: boolean,
    step: (wanted: WantedOfWipers) => Promise<BoardStepReport>,
  ): Promise<BoardStepReport> {
    const { now, still } = this;
    this.forget();
    const hash = now !== undefined && (still || short);
    const report = await step(hash ? { hash, ...(still ? {} : { shortTaps: true }) } : {});
    if (now === undefined) return report;
    const { tapsHash: told, shortTaps } = report;
    if (told === tapsHash(now)) this.now = now;
    else if (told !== undefined && shortTaps !== undefined)
      this.now = tapsFromShort(now, pots, shortTaps, told);
    this.still = this.now === now;
    if (this.now === undefined) this.before = now;
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
