import type { Clock } from './clock.js';
import type { Transport } from './transport.js';

/** Says what bytes on a line are; one for each line that is opened, as it remembers half a message. */
export interface LineDescriber {
  /** A few words, or nothing where no message is complete. */
  describe(direction: '<' | '>', bytes: Uint8Array): string;
}

/** Where the lines of a log go. Lines are without a line feed. */
export interface LineLogSink {
  note(line: string): void;
}

/**
 * Writes down what goes over lines, for whoever listens: `+12.345678 > 00a1b2 ; what it is`, seconds since the first line was
 * opened, by the line's clock; `>` from this computer, `<` to it. One log may see several lines one after the other, as when a board
 * is opened again. A sink that fails is told of once and no longer written to: a full disk ends no run.
 */
export class LineLog {
  private readonly sinks = new Set<LineLogSink>();
  private start_seconds: number | undefined;

  /**
   * @param describer of the protocol that is spoken
   * @param onTrouble hears that a sink has failed
   */
  constructor(
    private readonly describer: () => LineDescriber,
    private readonly onTrouble: (text: string) => void = () => {},
  ) {}

  /** @returns what ends it */
  add(sink: LineLogSink): () => void {
    this.sinks.add(sink);
    return () => this.sinks.delete(sink);
  }

  /** The line, with everything on it written down. @param describer of another protocol than this log's */
  watch(line: Transport, describer: LineDescriber = this.describer()): Transport {
    return new WatchedTransport(line, this, describer);
  }

  /** Bytes that went over a line. */
  bytes(clock: Clock, direction: '<' | '>', bytes: Uint8Array, what: string): void {
    const said = what === '' ? '' : ` ; ${what}`;
    this.put(`${this.at(clock)} ${direction} ${Buffer.from(bytes).toString('hex')}${said}`);
  }

  /** What happened to a line. */
  remark(clock: Clock, text: string): void {
    this.put(`# ${this.at(clock)} ${text.replace(/\s+/g, ' ')}`);
  }

  private at(clock: Clock): string {
    const now = clock.now_seconds();
    this.start_seconds ??= now;
    return `+${(now - this.start_seconds).toFixed(6)}`;
  }

  private put(line: string): void {
    for (const sink of [...this.sinks]) {
      try {
        sink.note(line);
      } catch (error) {
        this.sinks.delete(sink);
        this.onTrouble(`the line is no longer written down: ${(error as Error).message}`);
      }
    }
  }
}

/** Passes everything through to another line and writes it down. */
class WatchedTransport implements Transport {
  readonly clock: Clock;

  constructor(
    private readonly line: Transport,
    private readonly log: LineLog,
    private readonly describer: LineDescriber,
  ) {
    this.clock = line.clock;
    // Before anybody else listens, so that what a reply leads to is written after it.
    line.onData((bytes) => this.note('<', bytes));
    line.onClose((error) => log.remark(this.clock, error ? `the line is lost: ${error.message}` : 'closed'));
  }

  // A line that is found by a serial number knows where it is when it is opened.
  get name(): string {
    return this.line.name;
  }

  get address(): string | undefined {
    return this.line.address;
  }

  get latency_seconds(): number {
    return this.line.latency_seconds;
  }

  async open(): Promise<void> {
    this.log.remark(this.clock, `${this.name} is opened, ${new Date().toISOString()}`);
    try {
      await this.line.open();
    } catch (error) {
      this.log.remark(this.clock, `not opened: ${(error as Error).message}`);
      throw error;
    }
  }

  otherUsers(): readonly string[] {
    return this.line.otherUsers?.() ?? [];
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.note('>', bytes);
    await this.line.write(bytes);
  }

  writeNow(bytes: Uint8Array): void {
    // What stops a board goes out first, and is written down after it.
    if (this.line.writeNow === undefined) this.line.write(bytes).catch(() => {});
    else this.line.writeNow(bytes);
    this.note('>', bytes);
  }

  onData(listener: (bytes: Uint8Array) => void): () => void {
    return this.line.onData(listener);
  }

  onClose(listener: (error?: Error) => void): () => void {
    return this.line.onClose(listener);
  }

  close(): Promise<void> {
    return this.line.close();
  }

  private note(direction: '<' | '>', bytes: Uint8Array): void {
    this.log.bytes(this.clock, direction, bytes, this.describer.describe(direction, bytes));
  }
}
