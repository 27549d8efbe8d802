import type { SerialPort } from 'serialport';
import { type OhmpropError, runError } from '../../core/index.js';
import { wallClock } from './clock.js';
import { TransportListeners } from './listeners.js';
import type { Transport } from './transport.js';
import { written } from './written.js';

/** Rate of the learning boards. */
export const boardBaud = 500_000;

/**
 * A serial port. Opening one resets many boards through DTR; nothing here waits for that, because `hello` is
 * repeated until the board answers. The line is left as it is when closed (no hang-up), so that closing resets nothing.
 */
export class SerialTransport implements Transport {
  readonly name: string;
  readonly clock = wallClock;
  /** A USB bridge holds bytes back for up to 16 ms each way (FTDI's default). */
  readonly latency_seconds = 0.04;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private port: SerialPort | undefined;

  constructor(
    private readonly path: string,
    private readonly baud = boardBaud,
  ) {
    this.name = path;
  }

  async open(): Promise<void> {
    const { SerialPort: Port } = await import('serialport');
    const port = new Port({
      path: this.path,
      baudRate: this.baud,
      autoOpen: false,
      hupcl: false,
      lock: true,
    });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error ? reject(explain(this.path, error)) : resolve()));
    });
    port.on('data', (bytes: Buffer) => this.listeners.emit(bytes));
    // An unplugged cable closes the port once, twice, or with an error alone; listeners are called once.
    port.on('error', (error: Error) => this.listeners.end(error));
    port.on('close', (error?: Error) => this.listeners.end(error ?? new Error('the port was closed')));
    this.port = port;
    this.listeners.reopen();
  }

  write(bytes: Uint8Array): Promise<void> {
    const { port } = this;
    if (port === undefined || !port.isOpen) {
      return Promise.reject(runError('line.closed', `${this.name}: the port is not open`));
    }
    return written(port, bytes);
  }

  async close(): Promise<void> {
    const { port } = this;
    this.port = undefined;
    this.listeners.end();
    if (port === undefined || !port.isOpen) return;
    // What was written last (a disarming, a stop) must leave before the port does.
    await new Promise<void>((resolve) => port.drain(() => resolve()));
    await new Promise<void>((resolve) => port.close(() => resolve()));
  }
}

function explain(path: string, error: Error): OhmpropError {
  const text = error.message;
  const remedy = /permission|EACCES/i.test(text)
    ? 'you may not open it: run "sudo usermod -aG dialout $USER" and log in again'
    : /lock|busy|temporarily unavailable/i.test(text)
      ? 'in use by another program: close that one'
      : /no such file|ENOENT|cannot open/i.test(text)
        ? 'it is not there: "ohmprop board list" shows the ports that are'
        : 'look at the cable and at what else uses the port';
  return runError('line.port', `${path}: ${text}; ${remedy}`, error);
}
