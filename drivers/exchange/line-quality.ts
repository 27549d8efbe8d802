/** Frames that are remembered, by a weight that fades. */
const MEMORY = 50;
/** How seldom, for each span of its watchdog, the other end may hear nothing although it was spoken to. */
const RISK = 1e-9;
/** Attempts within the watchdog's time even on a line that spoils nothing: this program may be slow as well. */
const LEAST_ATTEMPTS = 4;

/**
 * How much a line spoils, from the frames that came damaged. Both directions count as alike: what the other end could not
 * read it does not tell. Replies that are merely late do not count, so that a slow board is not flooded.
 */
export class LineQuality {
  private damaged = 0;
  private frames = 0;
  private bytes = 0;

  /** What came since the last call. */
  saw(frames: number, damaged: number, bytes: number): void {
    const keep = (1 - 1 / MEMORY) ** frames;
    this.damaged = keep * this.damaged + damaged;
    this.frames = keep * this.frames + frames;
    this.bytes = keep * this.bytes + bytes;
  }

  /** Probability that so many bytes do not all arrive unharmed. */
  loss(bytes: number): number {
    if (this.damaged === 0) return 0;
    // Errors are independent from byte to byte; half a frame more keeps the logarithm finite.
    const whole = (this.frames - this.damaged + 0.5) / (this.frames + 0.5);
    const perByte = -Math.log(whole) / (this.bytes / this.frames);
    return 1 - Math.exp(-perByte * bytes);
  }

  /**
   * The longest wait between two attempts of a request with which a watchdog hears one of them, s.
   * @param watchdog_seconds after so long without a word the other end gives up
   */
  longestWait_seconds(watchdog_seconds: number, bytes: number): number {
    const loss = this.loss(bytes);
    const attempts = loss === 0 ? LEAST_ATTEMPTS : Math.log(RISK) / Math.log(loss);
    return watchdog_seconds / Math.max(LEAST_ATTEMPTS, attempts);
  }
}
