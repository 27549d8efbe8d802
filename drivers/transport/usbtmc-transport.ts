import { closeSync, constants, openSync, read, writeSync } from 'node:fs';
import { inputError, runError } from '../../core/index.js';
import { wallClock } from './clock.js';
import { TransportListeners } from './listeners.js';
import { portError } from './port-errors.js';
import type { Transport } from './transport.js';
import { writeDescriptorNow } from './write-now.js';

/** The longest stretch of an answer that is fetched at once, bytes. */
const READ_BYTES = 1 << 16;

/**
 * An instrument on USB that speaks USB-TMC, through Linux's driver: `/dev/usbtmc0`. One line is one message, and an answer has to be
 * fetched. The driver lets nothing through while an answer is fetched, so that whatever is written then, a stop included, waits
 * for it (5 s at most, the driver's time).
 */
export class UsbtmcTransport implements Transport {
  readonly name: string;
  readonly address: string;
  readonly clock = wallClock;
  readonly latency_seconds = 0.1;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private descriptor: number | undefined;
  private awaited = 0;
  private reading = false;
  /** Bytes of an answer that was begun. */
  private rest = false;

  /** @param asks whether a line is answered */
  constructor(
    private readonly path: string,
    private readonly asks: (line: string) => boolean,
    platform: string = process.platform,
  ) {
    if (platform !== 'linux') {
      throw inputError(
        'line.usbtmc',
        `usbtmc:${path}: only Linux has a driver that this program can use; connect the instrument by LAN (smu:tcp://ADDRESS:5025)`,
      );
    }
    this.name = `usbtmc:${path}`;
    this.address = path;
  }

  async open(): Promise<void> {
    try {
      this.descriptor = openSync(this.path, constants.O_RDWR | constants.O_NOCTTY);
    } catch (error) {
      throw portError(this.path, error as Error);
    }
    this.awaited = 0;
    this.listeners.reopen();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.descriptor === undefined) throw runError('line.closed', `${this.name}: the line is not open`);
    try {
      this.say(bytes, (descriptor, line) => writeSync(descriptor, line));
    } catch (error) {
      this.listeners.end(error as Error);
      throw runError('line.lost', `${this.name}: ${(error as Error).message}`, error);
    }
  }

  writeNow(bytes: Uint8Array): void {
    try {
      this.say(bytes, (descriptor, line) => writeDescriptorNow(descriptor, line));
    } catch {
      // A line that is gone takes nothing.
    }
  }

  async close(): Promise<void> {
    const { descriptor } = this;
    this.descriptor = undefined;
    if (descriptor !== undefined) closeSync(descriptor);
    this.listeners.end();
  }

  private say(bytes: Uint8Array, put: (descriptor: number, line: Uint8Array) => unknown): void {
    for (const text of Buffer.from(bytes).toString('latin1').split('\n')) {
      if (text === '' || this.descriptor === undefined) continue;
      put(this.descriptor, Buffer.from(`${text}\n`, 'latin1'));
      if (!this.asks(text)) continue;
      this.awaited++;
      this.fetch();
    }
  }

  private fetch(): void {
    const { descriptor } = this;
    if (this.reading || descriptor === undefined || (this.awaited === 0 && !this.rest)) return;
    this.reading = true;
    const buffer = Buffer.alloc(READ_BYTES);
    read(descriptor, buffer, 0, buffer.length, null, (error, count) => {
      this.reading = false;
      if (descriptor !== this.descriptor) return;
      // The driver's time was over before the instrument had something to say.
      const late = error !== null && /ETIMEDOUT|EAGAIN/.test(error.code ?? '');
      if (error !== null && !late) {
        this.listeners.end(error);
        return;
      }
      if (count > 0) {
        const bytes = buffer.subarray(0, count);
        for (const byte of bytes) if (byte === 10 && this.awaited > 0) this.awaited--;
        this.rest = bytes[count - 1] !== 10;
        this.listeners.emit(bytes);
      }
      this.fetch();
    });
  }
}
