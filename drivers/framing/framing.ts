/** Cuts a stream of bytes into messages, however it is split. What is damaged is counted and dropped. */
export interface MessageReader {
  push(bytes: Uint8Array): void;
  /** All bytes that have come. */
  readonly bytes: number;
  /** Whole messages that have come. */
  readonly messages: number;
  /** Messages that came damaged, and stretches that are none. */
  readonly damaged: number;
  /** What has come since the last message ended, as far as a message is long. */
  readonly rest: Uint8Array;
}

/** How messages are told from each other on a line. */
export type Framing<M> = (onMessage: (message: M) => void) => MessageReader;
