import type { RandomStream } from '../../core/index.js';

/** A parser under hostile input. */
export interface Target {
  /** A case that takes longer is at fault [ms]; default a second. */
  readonly patience_ms?: number;
  /** Makes ready what all cases share; once a thread. @param folder for files, empty, of this thread alone */
  prepare?(folder: string): Promise<void>;
  /** One input, the same for the same stream. */
  make(random: RandomStream): unknown;
  /**
   * Hands it to the parser. An OhmpropError is an answer; whatever else is thrown is a fault.
   * @returns whether it was accepted
   */
  take(input: unknown): boolean | Promise<boolean>;
  /** What of an input goes into the file that keeps it. */
  kept(input: unknown): string | Uint8Array;
}
