/**
 * What is asked of the other end of a line.
 * @typeParam M what the line's framing cuts its bytes into
 */
export interface ExchangeRequest<M> {
  /** For people: `hello`, `"*IDN?"`. */
  readonly name: string;
  /** As it goes over the line. */
  readonly bytes: Uint8Array;
  /** What the other end needs for the work itself, s. */
  readonly work_seconds: number;
  /** The longest reply, bytes. */
  readonly reply_bytes: number;
  /**
   * The same bytes may be sent again when nothing comes: the other end tells a repetition from a new request, or the
   * request changes nothing. What may not is asked once, and waited for as long as patience lasts.
   */
  readonly repeatable: boolean;
  /** Whether a message is the reply to this request, early or late. */
  answers(message: M): boolean;
}

/** How long one request is repeated; what is left out is the exchange's. */
export interface RequestLimits {
  /** Attempts before the other end counts as silent, whatever the time. */
  readonly attempts?: number;
  readonly patience_seconds?: number;
  /** No wait between two attempts is longer. */
  readonly longestWait_seconds?: number;
}
