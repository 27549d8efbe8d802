import type { MessageReader } from '../framing/index.js';
import type { Clock } from '../transport/index.js';
import type { ExchangeRequest } from './request.js';
import type { Silence } from './silence.js';

/** What had come over the line when a request was first sent. */
export interface SoFar {
  readonly bytes: number;
  readonly damaged: number;
  readonly late: number;
}

/** One request with its attempts: when it was sent, how long it was waited for, when it was answered. */
export class Trial<M> {
  /** Attempts in vain. */
  attempts = 0;
  /** What was waited for on purpose, s: while this program stood still nobody was impatient. */
  waited_seconds = 0;
  /** It went out when it was first waited for, rather than ahead. */
  sentItself = false;
  private first_seconds = 0;
  private due_seconds = 0;
  private wait_seconds = 0;
  private answered_seconds = 0;
  private timersLate_seconds = 0;

  constructor(
    readonly request: ExchangeRequest<M>,
    private readonly clock: Clock,
    private readonly before: SoFar,
  ) {}

  began(wait_seconds: number, sent: boolean): void {
    const now = this.clock.now_seconds();
    if (this.attempts === 0) {
      this.first_seconds = now;
      this.sentItself = sent;
    }
    this.wait_seconds = wait_seconds;
    this.due_seconds = now + wait_seconds;
  }

  inVain(): void {
    this.attempts++;
    this.waited_seconds += this.wait_seconds;
    this.timersLate_seconds = Math.max(this.timersLate_seconds, this.clock.now_seconds() - this.due_seconds);
  }

  answered(): void {
    this.answered_seconds = this.clock.now_seconds();
  }

  /** From its first attempt to its reply, s. */
  get took_seconds(): number {
    return this.answered_seconds - this.first_seconds;
  }

  /** Its round trip beyond what line and work need, s, if the reply was to the first attempt. */
  beyond(byte_seconds: number): number {
    const { bytes, reply_bytes, work_seconds } = this.request;
    return (
      this.answered_seconds - this.first_seconds - work_seconds - (bytes.length + reply_bytes) * byte_seconds
    );
  }

  observed(
    reader: MessageReader,
    late: number,
  ): Pick<
    Silence,
    | 'request'
    | 'attempts'
    | 'waited_seconds'
    | 'bytesMeanwhile'
    | 'lateReplies'
    | 'damaged'
    | 'timersLate_seconds'
  > {
    const { before, attempts, waited_seconds, timersLate_seconds } = this;
    return {
      request: this.request.name,
      attempts,
      waited_seconds,
      timersLate_seconds,
      bytesMeanwhile: reader.bytes - before.bytes,
      lateReplies: late - before.late,
      damaged: reader.damaged - before.damaged,
    };
  }
}
