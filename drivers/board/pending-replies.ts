import type { Frame } from '../framing/index.js';
import type { Clock } from '../transport/index.js';
import { type Operation, replyBit, status } from './operations-table.js';

interface Waiting {
  readonly operation: Operation;
  readonly sequence: number;
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: Error) => void;
}

/** Brings replies to who waits for them: one at a time, and those to requests that were sent ahead. */
export class PendingReplies {
  private waiting: Waiting | undefined;
  /** Replies to requests that were sent ahead, which may come in one stretch with the reply before. */
  private readonly ahead = new Map<number, Frame | undefined>();

  constructor(
    private readonly clock: Clock,
    private readonly session: number,
  ) {}

  /** A request that nobody waits for yet has been sent. */
  expectAhead(sequence: number): void {
    this.ahead.set(sequence, undefined);
  }

  /** The reply to a request that was sent ahead is here. */
  hasArrived(sequence: number): boolean {
    return this.ahead.get(sequence) !== undefined;
  }

  /** The reply, or undefined when the deadline comes first. */
  wait(operation: Operation, sequence: number, seconds: number): Promise<Frame | undefined> {
    const here = this.ahead.get(sequence);
    this.ahead.delete(sequence);
    if (here !== undefined) return Promise.resolve(here);
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(seconds, () => {
        this.waiting = undefined;
        resolve(undefined);
      });
      const settle = <T>(end: (value: T) => void) => {
        return (value: T) => {
          cancel();
          this.waiting = undefined;
          end(value);
        };
      };
      this.waiting = { operation, sequence, resolve: settle(resolve), reject: settle(reject) };
    });
  }

  /** @returns `awaited`, `ahead`, or `stale` where nobody waits for it any longer */
  take(frame: Frame): 'awaited' | 'ahead' | 'stale' {
    const { waiting } = this;
    if (this.ahead.has(frame.sequence) && frame.session === this.session) {
      this.ahead.set(frame.sequence, frame);
      return 'ahead';
    }
    const awaited =
      waiting !== undefined &&
      frame.sequence === waiting.sequence &&
      frame.operation === (waiting.operation.code | replyBit) &&
      (frame.session === this.session ||
        frame.status === status.otherSession ||
        frame.status === status.otherVersion);
    if (!awaited) return 'stale';
    waiting.resolve(frame);
    return 'awaited';
  }

  fail(error: Error): void {
    this.waiting?.reject(error);
  }
}
