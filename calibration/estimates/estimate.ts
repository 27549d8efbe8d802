/** Share of repetitions in which an interval holds the true value; one for all of calibration, so that intervals compare. */
export const LEVEL = 0.95;

/**
 * A number found from data, with its interval. The unit belongs to the name of whatever holds it (`tau_s`, `window`).
 * Where `identifiable` is false the data does not say the number: print "not identifiable" with the interval, never `value`.
 */
export interface Estimate {
  readonly value: number;
  /** Ends of the interval; −Infinity or Infinity, or a bound of the search, where it is open. */
  readonly low: number;
  readonly high: number;
  readonly level: typeof LEVEL;
  readonly identifiable: boolean;
  /** Numbers that it was found from. */
  readonly n: number;
  /** What these are worth where they depend on each other. */
  readonly nEffective?: number;
  /** The estimator in words, as a methods paragraph prints it: `maximum likelihood, profile likelihood interval`. */
  readonly method: string;
}
