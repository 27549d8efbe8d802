import type { Clock } from './clock.js';

/**
 * A line of bytes to a board or an instrument.
 *
 * Promises: listeners get at least one byte at a time, in order; `onClose` listeners are called once, with the error if
 * the line was lost rather than closed; after that `write` is refused. A resolved `write` means that the bytes were
 * handed over, not that anybody got them.
 */
export interface Transport {
  /** For people: `/dev/ttyUSB0`, `tcp://host:5025`, `virtual board, seed 1`. */
  readonly name: string;
  /** Where another process finds the same line: a port's path, tcp://host:port. None where only this one can reach it. */
  readonly address?: string | undefined;
  /** What deadlines on this line are measured with. */
  readonly clock: Clock;
  /** What a round trip may take beside the bytes themselves and the work at the other end, s. */
  readonly latency_seconds: number;
  open(): Promise<void>;
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Hands bytes over before it returns, past everything that waits to be written: for a process that ends, or a person who
   * stops what is driven. Never throws; a line that is closed or full takes nothing. Without it `write` has to do.
   */
  writeNow?(bytes: Uint8Array): void;
  /** Who else has it open, as far as the system tells; they take bytes away from each other. */
  otherUsers?(): readonly string[];
  /** Returns what removes the listener. */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  onClose(listener: (error?: Error) => void): () => void;
  /** Closing twice does nothing. */
  close(): Promise<void>;
}
