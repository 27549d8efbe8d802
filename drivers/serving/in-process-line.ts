import { runError } from '../../core/index.js';
import { type Clock, type Transport, TransportListeners } from '../transport/index.js';
import type { LineDevice, LineEnd } from './line-device.js';

/** The line to a device in the same process. Deadlines count the device's time. */
export class InProcessLine implements Transport {
  readonly name: string;
  readonly clock: Clock;
  readonly latency_seconds = 0.04;
  /** Bytes that went to the device. */
  sentBytes = 0;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private end: LineEnd | undefined;

  constructor(private readonly device: LineDevice) {
    this.name = device.name;
    this.clock = device.clock;
  }

  async open(): Promise<void> {
    this.listeners.reopen();
    this.end = this.device.connect((bytes) => {
      if (this.end !== undefined) this.listeners.emit(bytes);
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.end === undefined) throw runError('line.closed', `${this.name}: the line is not open`);
    this.writeNow(bytes);
  }

  writeNow(bytes: Uint8Array): void {
    if (this.end === undefined) return;
    this.sentBytes += bytes.length;
    this.end.input(bytes);
  }

  /** Pulls the cable. */
  unplug(): void {
    const { end } = this;
    this.end = undefined;
    end?.closed();
    this.listeners.end(runError('line.lost', `${this.name}: the cable was pulled`));
  }

  async close(): Promise<void> {
    const { end } = this;
    this.end = undefined;
    end?.closed();
    this.listeners.end();
  }
}
