/** Longest wait between two attempts, s: an armed board's watchdog (2 s) must hear one of several that a bad line spoils. */
const MAX_WAIT_seconds = 0.5;
/** What a reply that came too late makes of the next wait. */
const GROWTH = 1.5;
/** How fast the wait returns to what was expected, a request. */
const RETURN = 0.98;

/**
 * How long to wait for a reply before the same frame is sent again. What a line and the work should take is known. A line
 * that loses frames is asked again at that pace; a machine or a board that is slower shows in replies that come after
 * their request was repeated, and then the waits grow, so that it is not flooded with copies.
 */
export class Deadlines {
  private slowness = 1;

  wait_seconds(expected_seconds: number): number {
    return Math.min(expected_seconds * this.slowness, Math.max(expected_seconds, MAX_WAIT_seconds));
  }

  /** A reply came. */
  answered(): void {
    this.slowness = Math.max(1, RETURN * this.slowness);
  }

  /** A reply came to something that had been repeated and answered meanwhile. */
  late(): void {
    this.slowness = Math.min(GROWTH * this.slowness, 100);
  }
}
