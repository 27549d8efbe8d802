import type { Clock } from '../transport/index.js';

/** What is at the far end of a line: takes bytes and answers. */
export interface LineDevice {
  /** For people: `emulated MODEL 2400`. */
  readonly name: string;
  /** Its time; a line in this process counts deadlines by it. */
  readonly clock: Clock;
  /**
   * Somebody opens the line.
   * @param send takes what is said to him
   */
  connect(send: (bytes: Uint8Array) => void): LineEnd;
}

/** One connection, as the device sees it. */
export interface LineEnd {
  input(bytes: Uint8Array): void;
  /** He has gone; what he had switched on stays as it is. */
  closed(): void;
}

/** A device that other processes can open. */
export interface ServedDevice {
  /** Where: a device's path or tcp://host:port. */
  readonly address: string;
  close(): Promise<void>;
}
