/** Weights of a new sample, and how many deviations a deadline keeps from the mean (RFC 6298, section 2). */
const MEAN_GAIN = 1 / 8;
const DEVIATION_GAIN = 1 / 4;
const DEVIATIONS = 4;
/** What each attempt in vain makes of the next wait (RFC 6298, 5.5). */
const BACK_OFF = 2;

/**
 * How long to wait for a reply, from the round trips that were measured: their smoothed mean and four times their mean
 * deviation, as TCP does (RFC 6298) and Klipper for its boards. What counts is the time beyond what line and work are
 * known to need, so that long requests and short ones teach each other.
 */
export class RoundTrips {
  private mean_seconds: number | undefined;
  private deviation_seconds = 0;

  /** @param least_seconds what a round trip may take on this line in any case: the wait before anything is measured */
  constructor(private readonly least_seconds: number) {}

  /** Time beyond the expected that a reply is given, s. */
  get allowance_seconds(): number {
    const { mean_seconds, deviation_seconds, least_seconds } = this;
    if (mean_seconds === undefined) return least_seconds;
    return Math.max(least_seconds, mean_seconds + DEVIATIONS * deviation_seconds);
  }

  /** A reply came so long after its request, beyond what line and work need. */
  measured(beyond_seconds: number): void {
    const sample = Math.max(0, beyond_seconds);
    if (this.mean_seconds === undefined) {
      this.mean_seconds = sample;
      this.deviation_seconds = sample / 2;
      return;
    }
    this.deviation_seconds +=
      DEVIATION_GAIN * (Math.abs(sample - this.mean_seconds) - this.deviation_seconds);
    this.mean_seconds += MEAN_GAIN * (sample - this.mean_seconds);
  }

  /**
   * How long an attempt waits, s.
   * @param expected_seconds what line and work need
   * @param inVain attempts before this one
   * @param longest_seconds no wait is longer, unless line and work need it
   */
  wait_seconds(expected_seconds: number, inVain: number, longest_seconds: number): number {
    const wait = (expected_seconds + this.allowance_seconds) * BACK_OFF ** Math.min(inVain, 30);
    return Math.min(wait, Math.max(expected_seconds + this.least_seconds, longest_seconds));
  }
}
