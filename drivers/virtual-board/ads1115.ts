import type { AVRTWI, CPU, TWIEventHandler } from 'avr8js';
import { clock_Hz } from './avr-core.js';

/**
 * ADS1115 on the two-wire bus: pointer register, 16-bit configuration, single-shot conversions that take their time.
 * Only the ±6.144 V range and single-ended channels are modelled; another choice gives no conversion.
 */
export class Ads1115 implements TWIEventHandler {
  private pointer = 0;
  private written = 0;
  private toRead: number[] = [];
  private config = 0x8583;
  private pendingHigh = 0;
  private result = 0;
  private readyAt = 0;
  /** A part that does not answer: every address is refused. */
  dead = false;

  constructor(
    private readonly cpu: CPU,
    private readonly twi: AVRTWI,
    private readonly address: number,
    private readonly sample: (channel: number) => number,
  ) {}

  start(): void {
    this.later(() => this.twi.completeStart());
  }

  stop(): void {
    this.later(() => this.twi.completeStop());
  }

  connectToSlave(address: number, write: boolean): void {
    const mine = address === this.address && !this.dead;
    if (mine && write) this.written = 0;
    if (mine && !write) this.toRead = this.register();
    this.later(() => this.twi.completeConnect(mine));
  }

  writeByte(value: number): void {
    if (this.written === 0) this.pointer = value & 3;
    else if (this.written === 1) this.pendingHigh = value;
    else if (this.written === 2 && this.pointer === 1) this.configure((this.pendingHigh << 8) | value);
    this.written++;
    this.later(() => this.twi.completeWrite(true));
  }

  readByte(): void {
    const byte = this.toRead.shift() ?? 0xff;
    this.later(() => this.twi.completeRead(byte));
  }

  private configure(word: number): void {
    this.config = word & 0x7fff;
    const start = (word & 0x8000) !== 0;
    const channel = (word >> 12) & 7;
    const range = (word >> 9) & 7;
    if (!start || channel < 4 || range !== 0) return;
    const perSecond = [8, 16, 32, 64, 128, 250, 475, 860][(word >> 5) & 7];
    this.readyAt = this.cpu.cycles + clock_Hz / perSecond;
    this.result = this.sample(channel - 4);
  }

  private register(): number[] {
    // A conversion read too early gives the one before; the worst case is made visible as full scale.
    const busy = this.cpu.cycles < this.readyAt;
    const value = this.pointer === 0 ? (busy ? 0x7fff : this.result) : this.config | (busy ? 0 : 0x8000);
    return [(value >> 8) & 0xff, value & 0xff];
  }

  /** Nine bits at the bus's clock. */
  private later(done: () => void): void {
    this.cpu.addClockEvent(done, Math.round((9 * clock_Hz) / this.twi.sclFrequency));
  }
}
