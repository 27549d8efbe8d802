import { runError } from '../../core/index.js';
import { type Counterpart, Exchange, type ExchangeRequest, type RequestLimits } from '../exchange/index.js';
import { encodeFrame, type Frame, FrameReader, protocolVersion } from '../framing/index.js';
import { boardBaud, type Transport } from '../transport/index.js';
import { events, type Operation, replyBit, resetCauses, status } from './operations-table.js';
import { acceptedPayload } from './refusals.js';

/** Ten bits a byte. */
const byte_seconds = 10 / boardBaud;
/** The longest reply, with all around it, bytes. */
const MAX_REPLY_BYTES = 256;

const board: Counterpart = {
  name: 'board',
  nothingCame:
    'nothing came at all: this is not a learning board, or it has no supply or no firmware (firmware/README.md)',
  somethingElse: `bytes came, but none of them make a frame: this is not a learning board, or its rate is not ${boardBaud} baud`,
};

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
  /** How long a request is repeated before the board counts as lost, by the line's clock, s. Default 120. */
  readonly patience_seconds?: number;
  readonly onEvent?: (frame: Frame) => void;
  /** Told when a request has waited for some seconds, and when it is answered after all. */
  readonly onWaiting?: (waiting: boolean, seconds: number) => void;
}

/**
 * Requests of the board protocol over an `Exchange`: sequence numbers, so that the board answers a retry from its memory
 * and a late reply is known for one; refusals as errors; and a board that starts again in the middle of a session.
 */
export class BoardLink {
  private sequence = 0;
  private readonly exchange: Exchange<Frame>;
  private reader!: FrameReader;
  /** Its session is known to the board, because something in it was answered. */
  private inSession = false;

  constructor(
    readonly transport: Transport,
    readonly session: number,
    private readonly options: LinkOptions = {},
  ) {
    const { attempts, patience_seconds, onWaiting } = options;
    this.exchange = new Exchange(transport, {
      framing: (onMessage) => {
        this.reader = new FrameReader(onMessage);
        return this.reader;
      },
      byte_seconds,
      counterpart: board,
      ...(attempts === undefined ? {} : { attempts }),
      ...(patience_seconds === undefined ? {} : { patience_seconds }),
      ...(onWaiting === undefined ? {} : { onWaiting }),
      unasked: (frame) => this.unasked(frame),
    });
  }

  /** As they are now. */
  get counters(): Readonly<LinkCounters> {
    const { crcErrors, framingErrors } = this.reader;
    return { ...this.exchange.counters, crcErrors, framingErrors };
  }

  /** After so long without a request an armed board makes itself safe, s: one of several attempts has to reach it. */
  set watchdog_seconds(seconds: number | undefined) {
    this.exchange.watchdog_seconds = seconds;
  }

  /**
   * The reply's payload.
   * @param work_seconds what the board needs for the work itself
   * @param limits if other than the link's; a number is one of attempts
   * @throws OhmpropError when the board refuses (`board.*`, see `refusals.ts`) or has started again (`board.restarted`), does
   * not answer (`line.no-answer`, `line.echo`, `line.foreign`, `line.slow`, `line.noisy`,
   * `line.silent`), or the line ends (`line.lost`, `line.in-use`)
   */
  async request(
    operation: Operation,
    payload: Uint8Array = new Uint8Array(),
    work_seconds = 0,
    limits: RequestLimits | number = {},
  ): Promise<Uint8Array> {
    const frame = await this.exchange.request(
      this.framed(operation, payload, work_seconds),
      typeof limits === 'number' ? { attempts: limits } : limits,
    );
    return this.accepted(operation, frame);
  }

  /**
   * Replies' payloads to many requests of an operation that does not act. Each request leaves when the reply before it
   * begins to come, which the board allows, so that the line back never rests.
   */
  async stream(
    operation: Operation,
    payloads: readonly Uint8Array[],
    work_seconds = 0,
  ): Promise<Uint8Array[]> {
    const requests = payloads.map((payload) => this.framed(operation, payload, work_seconds));
    const frames = await this.exchange.stream(requests);
    return frames.map((frame) => this.accepted(operation, frame));
  }

  /** Sends bytes outside all order: the emergency stop. */
  async sendImmediately(bytes: Uint8Array): Promise<void> {
    await this.transport.write(bytes);
  }

  /** From now on nothing is waited for longer than this, s; what is under way included. */
  hurry(patience_seconds: number): void {
    this.exchange.hurry(patience_seconds);
  }

  /** Stops listening; the line stays open. */
  detach(): void {
    this.exchange.detach();
  }

  private accepted(operation: Operation, frame: Frame): Uint8Array {
    const payload = acceptedPayload(this.transport.name, operation, frame);
    this.inSession = true;
    return payload;
  }

  /** A request under the next sequence number, as it goes over the line. */
  private framed(operation: Operation, payload: Uint8Array, work_seconds: number): ExchangeRequest<Frame> {
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
    return {
      name: operation.name,
      bytes,
      work_seconds,
      reply_bytes: MAX_REPLY_BYTES,
      repeatable: true,
      answers: (reply) =>
        reply.sequence === sequence &&
        reply.operation === (operation.code | replyBit) &&
        (reply.session === session ||
          reply.status === status.otherSession ||
          reply.status === status.otherVersion),
    };
  }

  private unasked(frame: Frame): 'event' | 'echo' | undefined {
    if (frame.sequence === 0 && frame.operation >= 0xc0) {
      this.options.onEvent?.(frame);
      if (frame.operation === events.boot && this.inSession) this.restarted(frame.payload[0]);
      return 'event';
    }
    // A request of ours that comes back is no reply, and no late one either.
    return frame.session === this.session && (frame.operation & replyBit) === 0 ? 'echo' : undefined;
  }

  /** A board that has started again knows nothing of this session: it has to be opened anew. */
  private restarted(cause: number): void {
    this.exchange.fail(
      runError(
        'board.restarted',
        `${this.transport.name}: the board started again (${resetCauses(cause)}) and belongs to nobody now; what it did with a request under way is not known: open it again and compare its state`,
      ),
    );
  }
}
