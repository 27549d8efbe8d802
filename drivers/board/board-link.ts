import { type OhmpropError, runError } from '../../core/index.js';
import { encodeFrame, type Frame, FrameReader, protocolVersion } from '../framing/index.js';
import type { Transport } from '../transport/index.js';
import { type Operation, quantities, replyBit, status, statusMeaning } from './operations-table.js';

/** Ten bits a byte at 500 kbaud. */
const byte_seconds = 10 / 500e3;
/** What a host, a USB bridge and the board's own loop may take, s. */
const slack_seconds = 0.04;

export interface LinkCounters {
  requests: number;
  retries: number;
  /** Replies to something that is no longer waited for. */
  staleReplies: number;
  crcErrors: number;
  framingErrors: number;
}

export interface LinkOptions {
  /** Attempts a request before the board counts as lost. Default 8. */
  readonly attempts?: number;
  readonly onEvent?: (frame: Frame) => void;
}

interface Waiting {
  readonly operation: Operation;
  readonly sequence: number;
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: Error) => void;
  readonly onFirstByte?: () => void;
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
  private waiting: Waiting | undefined;
  /** Replies to requests that were sent ahead, which may come in one stretch with the reply before. */
  private readonly early = new Map<number, Frame | undefined>();
  private queue: Promise<unknown> = Promise.resolve();
  private lost: OhmpropError | undefined;
  private readonly reader: FrameReader;
  private readonly removers: (() => void)[];

  constructor(
    readonly transport: Transport,
    readonly session: number,
    private readonly options: LinkOptions = {},
  ) {
    this.reader = new FrameReader((frame) => this.take(frame));
    this.removers = [
      transport.onData((bytes) => {
        this.waiting?.onFirstByte?.();
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
   * @throws OhmpropError when the board refuses, or does not answer
   */
  request(
    operation: Operation,
    payload: Uint8Array = new Uint8Array(),
    work_seconds = 0,
    attempts = this.options.attempts ?? 8,
  ): Promise<Uint8Array> {
    const turn = this.queue.then(() => this.exchange(operation, payload, work_seconds, attempts));
    this.queue = turn.catch(() => {});
    return turn.then((frame) => this.accepted(operation, frame));
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
          this.early.set(lines[i + 1].sequence, undefined);
          this.transport.write(lines[i + 1].bytes).catch(() => {});
        };
        // After a lost reply nothing that was sent ahead counts.
        const send = (again: boolean) => {
          if (sent > i && !again) return;
          sent = i + 1;
          return this.transport.write(line.bytes);
        };
        replies.push(
          await this.attempts(operation, line, work_seconds, this.options.attempts ?? 8, send, ahead),
        );
      }
      return replies;
    });
    this.queue = turn.catch(() => {});
    return turn.then((frames) => frames.map((frame) => this.accepted(operation, frame)));
  }

  /** Sends bytes outside all order: the emergency stop. */
  async shout(bytes: Uint8Array): Promise<void> {
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
    attempts: number,
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
    attempts: number,
    send: (again: boolean) => Promise<void> | undefined,
    onFirstByte?: () => void,
  ): Promise<Frame> {
    this.counters.requests++;
    const patience_seconds = slack_seconds + work_seconds + (bytes.length + 256) * byte_seconds;
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (this.lost) throw this.lost;
      if (attempt > 0) this.counters.retries++;
      const reply = this.reply(operation, sequence, patience_seconds, onFirstByte);
      // A line that is lost while we write tells so through the reply as well.
      await send(attempt > 0)?.catch(() => {});
      const answer = await reply;
      if (answer !== undefined) return answer;
    }
    throw runError(
      'board.silent',
      `${this.transport.name}: no answer to "${operation.name}" in ${attempts} attempts of ${(1000 * patience_seconds).toFixed(0)} ms; ${this.heard()}`,
    );
  }

  /** What silence most likely means. */
  private heard(): string {
    const { framingErrors, crcErrors } = this.reader;
    if (this.answered) return 'look at cable and supply. What the board did with the request is not known';
    return framingErrors + crcErrors > 0
      ? 'bytes came, but none of them make a frame: this is not a learning board, or its rate is not 500000 baud'
      : 'nothing came at all: this is not a learning board, or it has no supply or no firmware (firmware/README.md)';
  }

  /** The reply, or undefined when the deadline comes first. */
  private reply(
    operation: Operation,
    sequence: number,
    seconds: number,
    onFirstByte?: () => void,
  ): Promise<Frame | undefined> {
    const here = this.early.get(sequence);
    this.early.delete(sequence);
    if (here !== undefined) {
      onFirstByte?.();
      return Promise.resolve(here);
    }
    return new Promise((resolve, reject) => {
      const cancel = this.transport.clock.after(seconds, () => {
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
      this.waiting = {
        operation,
        sequence,
        resolve: settle(resolve),
        reject: settle(reject),
        ...(onFirstByte === undefined ? {} : { onFirstByte }),
      };
    });
  }

  private take(frame: Frame): void {
    if (frame.sequence === 0 && frame.operation >= 0xc0) {
      this.options.onEvent?.(frame);
      return;
    }
    const { waiting } = this;
    const awaited =
      waiting !== undefined &&
      frame.sequence === waiting.sequence &&
      frame.operation === (waiting.operation.code | replyBit) &&
      (frame.session === this.session ||
        frame.status === status.otherSession ||
        frame.status === status.otherVersion);
    if (this.early.has(frame.sequence) && frame.session === this.session) {
      this.early.set(frame.sequence, frame);
    } else if (awaited) {
      this.answered = true;
      waiting.resolve(frame);
    } else this.counters.staleReplies++;
  }

  private accepted(operation: Operation, frame: Frame): Uint8Array {
    if (frame.status === status.ok) return frame.payload;
    const where = `${this.transport.name}: the board refused "${operation.name}": `;
    if (frame.status === status.otherVersion) {
      throw runError(
        'board.version',
        `${where}it speaks protocol ${frame.payload[0]}, this driver protocol ${protocolVersion}; flash the committed .hex`,
      );
    }
    if (frame.status === status.outOfRange && frame.payload.length >= 11) {
      const view = new DataView(frame.payload.buffer, frame.payload.byteOffset, frame.payload.length);
      const what = quantities[view.getUint8(0)] ?? 'value';
      throw runError(
        'board.out-of-range',
        `${where}${what} ${view.getUint16(1, true)} is ${view.getInt32(3, true)}, the limit is ${view.getInt32(7, true)}`,
      );
    }
    const code = frame.status === status.otherSession ? 'board.other-session' : 'board.refused';
    throw runError(code, `${where}${statusMeaning[frame.status] ?? `status ${frame.status}`}`);
  }

  private end(error?: Error): void {
    this.lost = runError(
      'board.lost',
      `${this.transport.name}: the line is ${error ? `lost (${error.message})` : 'closed'}; what the board did with a request under way is not known`,
      error,
    );
    this.waiting?.reject(this.lost);
  }
}
