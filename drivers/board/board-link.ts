import { type OhmpropError, runError } from '../../core/index.js';
import { encodeFrame, type Frame, FrameReader, protocolVersion } from '../framing/index.js';
import { boardBaud, type Transport } from '../transport/index.js';
import { Deadlines } from './deadlines.js';
import { sayingOf, saysInUse, wordsOf } from './line-words.js';
import { type Operation, replyBit } from './operations-table.js';
import { PendingReplies } from './pending-replies.js';
import { acceptedPayload } from './refusals.js';

/** Ten bits a byte. */
const byte_seconds = 10 / boardBaud;
const defaultPatience_seconds = 10;

/** What has happened on a line since it was opened. */
export interface LinkCounters {
  requests: number;
  retries: number;
  /** Replies to something that is no longer waited for. */
  staleReplies: number;
  crcErrors: number;
  framingErrors: number;
}

/** How patient a `BoardLink` is, and who hears what the board says unasked. */
export interface LinkOptions {
  /** Attempts a request before the board counts as lost. Default: as many as its patience allows. */
  readonly attempts?: number;
  /** How long a request is repeated before the board counts as lost, by the line's clock, s. Default 10. */
  readonly patience_seconds?: number;
  readonly onEvent?: (frame: Frame) => void;
}

/**
 * Requests and replies over a line, one at a time: a deadline for each, the same frame again when nothing comes (the
 * board answers a retry from its memory), and what comes too late is dropped. After the last attempt the board counts
 * as lost; what it did with the request is then unknown.
 */
export class BoardLink {
  readonly counters: LinkCounters = {
    requests: 0,
    retries: 0,
    staleReplies: 0,
    crcErrors: 0,
    framingErrors: 0,
  };
  private sequence = 0;
  private answered = false;
  /** Requests of ours that came back. */
  private echoes = 0;
  private readonly replies: PendingReplies;
  /** Of the request under way: what to do when its reply begins to come. */
  private onFirstByte: (() => void) | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private lost: OhmpropError | undefined;
  private readonly deadlines = new Deadlines();
  private readonly reader: FrameReader;
  private readonly removers: (() => void)[];

  constructor(
    readonly transport: Transport,
    readonly session: number,
    private readonly options: LinkOptions = {},
  ) {
    this.replies = new PendingReplies(transport.clock, session);
    this.reader = new FrameReader((frame) => this.take(frame));
    this.removers = [
      transport.onData((bytes) => {
        this.onFirstByte?.();
        this.reader.push(bytes);
        this.counters.crcErrors = this.reader.crcErrors;
        this.counters.framingErrors = this.reader.framingErrors;
      }),
      transport.onClose((error) => this.end(error)),
    ];
  }

  /**
   * The reply's payload.
   * @param work_seconds what the board needs for the work itself
   * @param attempts if other than the link's
   * @throws OhmpropError when the board refuses, or does not answer
   */
  request(
    operation: Operation,
    payload: Uint8Array = new Uint8Array(),
    work_seconds = 0,
    attempts = this.options.attempts,
  ): Promise<Uint8Array> {
    const turn = this.queue.then(() => this.exchange(operation, payload, work_seconds, attempts));
    this.queue = turn.catch(() => {});
    return turn.then((frame) => acceptedPayload(this.transport.name, operation, frame));
  }

  /**
   * Replies' payloads to many requests of an operation that does not act. Each request leaves when the reply before it
   * begins to come, which the board allows, so that the line back never rests.
   */
  stream(operation: Operation, payloads: readonly Uint8Array[], work_seconds = 0): Promise<Uint8Array[]> {
    const turn = this.queue.then(async () => {
      const lines = payloads.map((payload) => this.nextLine(operation, payload));
      const replies: Frame[] = [];
      let sent = 0;
      for (const [i, line] of lines.entries()) {
        const ahead = () => {
          if (sent !== i + 1 || sent === lines.length) return;
          sent++;
          this.replies.expectAhead(lines[i + 1].sequence);
          this.transport.write(lines[i + 1].bytes).catch(() => {});
        };
        // After a lost reply nothing that was sent ahead counts.
        const send = (again: boolean) => {
          if (sent > i && !again) return;
          sent = i + 1;
          return this.transport.write(line.bytes);
        };
        replies.push(await this.attempts(operation, line, work_seconds, this.options.attempts, send, ahead));
      }
      return replies;
    });
    this.queue = turn.catch(() => {});
    return turn.then((frames) =>
      frames.map((frame) => acceptedPayload(this.transport.name, operation, frame)),
    );
  }

  /** Sends bytes outside all order: the emergency stop. */
  async sendImmediately(bytes: Uint8Array): Promise<void> {
    await this.transport.write(bytes);
  }

  /** Stops listening; the line stays open. */
  detach(): void {
    for (const remove of this.removers) remove();
  }

  private async exchange(
    operation: Operation,
    payload: Uint8Array,
    work_seconds: number,
    attempts: number | undefined,
  ): Promise<Frame> {
    const line = this.nextLine(operation, payload);
    return this.attempts(operation, line, work_seconds, attempts, () => this.transport.write(line.bytes));
  }

  /** A request under the next sequence number, as it goes over the line. */
  private nextLine(operation: Operation, payload: Uint8Array): { sequence: number; bytes: Uint8Array } {
    this.sequence = (this.sequence + 1) & 0xffff;
    const { sequence, session } = this;
    const frame = encodeFrame({
      version: protocolVersion,
      operation: operation.code,
      status: 0,
      sequence,
      session,
      payload,
    });
    // A delimiter first: whatever half a frame lies on the line ends here.
    const bytes = new Uint8Array(frame.length + 1);
    bytes.set(frame, 1);
    return { sequence, bytes };
  }

  private async attempts(
    operation: Operation,
    { sequence, bytes }: { sequence: number; bytes: Uint8Array },
    work_seconds: number,
    attempts: number | undefined,
    send: (again: boolean) => Promise<void> | undefined,
    onFirstByte?: () => void,
  ): Promise<Frame> {
    this.counters.requests++;
    const { latency_seconds } = this.transport;
    const patience_seconds = this.options.patience_seconds ?? defaultPatience_seconds;
    const expected_seconds = latency_seconds + work_seconds + (bytes.length + 256) * byte_seconds;
    let attempt = 0;
    let waited_seconds = 0;
    while (attempts === undefined ? waited_seconds < patience_seconds : attempt < attempts) {
      if (this.lost) throw this.lost;
      if (attempt > 0) this.counters.retries++;
      const wait_seconds = this.deadlines.wait_seconds(expected_seconds);
      if (this.replies.hasArrived(sequence)) onFirstByte?.();
      else this.onFirstByte = onFirstByte;
      const reply = this.replies.wait(operation, sequence, wait_seconds);
      // A line that is lost while we write says so through the reply as well.
      await send(attempt > 0)?.catch(() => {});
      const answer = await reply.finally(() => {
        this.onFirstByte = undefined;
      });
      if (answer !== undefined) {
        this.deadlines.answered();
        return answer;
      }
      attempt++;
      waited_seconds += wait_seconds;
    }
    throw runError(
      'board.silent',
      `${this.transport.name}: no answer to "${operation.name}" in ${attempt} attempts and ${waited_seconds.toFixed(1)} s; ${this.diagnosis()}`,
    );
  }

  /** What silence most likely means. */
  private diagnosis(): string {
    const { bytes, rest } = this.reader;
    if (this.answered) return 'look at cable and supply. What the board did with the request is not known';
    if (this.echoes > 0) {
      return 'what was sent comes back: the line is looped back, or an echo is switched on, and no board answers';
    }
    return bytes > 0
      ? `bytes came, but none of them make a frame: this is not a learning board, or its rate is not ${boardBaud} baud${sayingOf(wordsOf(rest))}`
      : 'nothing came at all: this is not a learning board, or it has no supply or no firmware (firmware/README.md)';
  }

  private take(frame: Frame): void {
    if (frame.sequence === 0 && frame.operation >= 0xc0) {
      this.options.onEvent?.(frame);
      return;
    }
    // A request of ours that comes back is no reply, and no late one either.
    if (frame.session === this.session && (frame.operation & replyBit) === 0) {
      this.echoes++;
      return;
    }
    const taken = this.replies.take(frame);
    if (taken === 'awaited') this.answered = true;
    if (taken !== 'stale') return;
    this.counters.staleReplies++;
    this.deadlines.late();
  }

  private end(error?: Error): void {
    const words = wordsOf(this.reader.rest);
    const { name } = this.transport;
    this.lost =
      !this.answered && saysInUse(words)
        ? runError(
            'line.in-use',
            `${name}: in use by another program${sayingOf(words)}; close that one`,
            error,
          )
        : runError(
            'board.lost',
            `${name}: the line is ${error ? `lost (${error.message})` : 'closed'}${sayingOf(words)}; what the board did with a request under way is not known`,
            error,
          );
    this.replies.fail(this.lost);
  }
}
