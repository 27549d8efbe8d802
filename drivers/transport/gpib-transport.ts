import type { Clock } from './clock.js';
import { TransportListeners } from './listeners.js';
import type { Transport } from './transport.js';

/** Device clear, as a serial line to an instrument has it: on its own in a write it becomes the bus's. */
const DEVICE_CLEAR = 0x18;
const LINE_FEED = 10;
const ESCAPE = 27;
/** Bytes that mean something to the adapter itself. */
const ESCAPED = [LINE_FEED, 13, ESCAPE, '+'.charCodeAt(0)];

/** How long the adapter waits for a byte of an answer, ms, before it can be told anything else: a stop is never further away. */
const READ_ms = 200;
/** When an answer is asked for again that had not begun, s. */
const AGAIN_seconds = 0.25;

/**
 * An instrument on a GPIB bus behind an adapter of Prologix's kind (GPIB-USB, GPIB-ETHERNET manual 1.3; AR488 and others speak the
 * same): lines go to the instrument, lines that begin with `++` to the adapter. Automatic reading is off, as it would address an
 * instrument to talk that has nothing to say: who asks tells so.
 */
export class GpibTransport implements Transport {
  readonly latency_seconds = 0.1;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private awaited = 0;
  private cancelAgain: (() => void) | undefined;
  private removers: (() => void)[] = [];

  /**
   * @param adapter the line to the adapter
   * @param number of the instrument on the bus, 0 … 30
   * @param asks whether a line is answered
   */
  constructor(
    private readonly adapter: Transport,
    private readonly number: number,
    private readonly asks: (line: string) => boolean,
  ) {}

  get name(): string {
    return `gpib:${this.adapter.name},${this.number}`;
  }

  /** The adapter's: it does one thing at a time. */
  get address(): string | undefined {
    return this.adapter.address;
  }

  get clock(): Clock {
    return this.adapter.clock;
  }

  async open(): Promise<void> {
    await this.adapter.open();
    this.listeners.reopen();
    this.awaited = 0;
    this.removers = [
      this.adapter.onData((bytes) => this.hear(bytes)),
      this.adapter.onClose((error) => this.listeners.end(error)),
    ];
    const settings = [
      // Not into its EEPROM, which wears.
      '++savecfg 0',
      '++mode 1',
      '++auto 0',
      `++addr ${this.number}`,
      '++eoi 1',
      '++eos 2',
      '++eot_enable 0',
      `++read_tmo_ms ${READ_ms}`,
    ];
    await this.adapter.write(Buffer.from(`${settings.join('\n')}\n`));
  }

  otherUsers(): readonly string[] {
    return this.adapter.otherUsers?.() ?? [];
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.adapter.write(this.forAdapter(bytes));
  }

  writeNow(bytes: Uint8Array): void {
    const said = this.forAdapter(bytes);
    if (this.adapter.writeNow === undefined) this.adapter.write(said).catch(() => {});
    else this.adapter.writeNow(said);
  }

  async close(): Promise<void> {
    this.cancelAgain?.();
    for (const remove of this.removers) remove();
    await this.adapter.close();
    this.listeners.end();
  }

  /** Lines as the adapter takes them, and what has it fetch answers. */
  private forAdapter(bytes: Uint8Array): Uint8Array {
    const out: number[] = [];
    const tell = (text: string) => out.push(...Buffer.from(`${text}\n`));
    for (const line of linesOf(bytes)) {
      if (line.length === 1 && line[0] === DEVICE_CLEAR) {
        tell('++clr');
        this.awaited = 0;
        continue;
      }
      for (const byte of line) {
        if (ESCAPED.includes(byte)) out.push(ESCAPE);
        out.push(byte);
      }
      out.push(LINE_FEED);
      if (!this.asks(Buffer.from(line).toString('latin1'))) continue;
      tell('++read eoi');
      this.awaited++;
      this.askAgain();
    }
    return Uint8Array.from(out);
  }

  /** The adapter gives up after its time: an answer that comes later has to be fetched anew. */
  private askAgain(): void {
    this.cancelAgain?.();
    this.cancelAgain = this.clock.after(AGAIN_seconds, () => {
      if (this.awaited === 0) return;
      this.adapter.write(Buffer.from('++read eoi\n')).catch(() => {});
      this.askAgain();
    });
  }

  private hear(bytes: Uint8Array): void {
    for (const byte of bytes) if (byte === LINE_FEED && this.awaited > 0) this.awaited--;
    if (this.awaited === 0) this.cancelAgain?.();
    else this.askAgain();
    this.listeners.emit(bytes);
  }
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== LINE_FEED) continue;
    if (at > from) lines.push(bytes.subarray(from, at));
    from = at + 1;
  }
  return lines;
}
