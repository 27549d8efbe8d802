import type { SerialPort } from 'serialport';
import { runError } from '../../core/index.js';
import { wallClock } from './clock.js';
import { TransportListeners } from './listeners.js';
import { portError } from './port-errors.js';
import { otherUsersOf } from './port-users.js';
import type { Transport } from './transport.js';
import { restNow, writeDescriptorNow } from './write-now.js';
import { written } from './written.js';

/** Rate of the learning boards. */
export const boardBaud = 500_000;

/** How a port is set: 8 data bits, 1 stop bit; instruments differ in rate and parity. */
export interface SerialSettings {
  readonly baud: number;
  /** Default none. A pseudo-terminal drops it without a word. */
  readonly parity?: 'none' | 'even' | 'odd';
  /** XON/XOFF both ways: for what speaks lines of text alone. */
  readonly softwareFlow?: boolean;
}

/** What its thread may take on Windows to hand bytes over, ms. */
const WINDOWS_WRITE_ms = 20;

/** Of serialport's binding, what it keeps to itself: a descriptor (POSIX) or a handle (Windows). */
interface OpenBinding {
  readonly fd: number | null;
}

/**
 * A serial port. Opening one may reset a board through DTR; nothing here waits for that, because `hello` is repeated until the
 * board answers. On POSIX systems DTR rises whenever a port is opened and, by the driver's default (HUPCL), falls when it is
 * closed: with HUPCL cleared it stays up, so that only the first opening after plugging in makes an edge. On Windows DTR is not
 * raised at all (`hupcl: false` there means DTR_CONTROL_DISABLE).
 */
export class SerialTransport implements Transport {
  readonly name: string;
  readonly address: string;
  readonly clock = wallClock;
  /** A USB bridge holds bytes back for up to 16 ms each way (FTDI's default). */
  readonly latency_seconds = 0.04;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private port: SerialPort | undefined;

  constructor(
    private readonly path: string,
    private readonly settings: SerialSettings = { baud: boardBaud },
  ) {
    this.name = path;
    this.address = path;
  }

  async open(): Promise<void> {
    const { SerialPort: Port } = await import('serialport');
    const { baud, parity = 'none', softwareFlow = false } = this.settings;
    const port = new Port({
      path: this.path,
      baudRate: baud,
      parity,
      xon: softwareFlow,
      xoff: softwareFlow,
      autoOpen: false,
      hupcl: false,
      lock: true,
    });
    await new Promise<void>((resolve, reject) => {
      port.open((error) =>
        error ? reject(portError(this.path, error, otherUsersOf(this.path))) : resolve(),
      );
    });
    port.on('data', (bytes: Buffer) => this.listeners.emit(bytes));
    // An unplugged cable closes the port once, twice, or with an error alone; listeners are called once.
    port.on('error', (error: Error) => this.listeners.end(error));
    port.on('close', (error?: Error) => this.listeners.end(error ?? new Error('the port was closed')));
    this.port = port;
    await keepDtr(port, baud);
    this.listeners.reopen();
  }

  otherUsers(): string[] {
    return otherUsersOf(this.path);
  }

  write(bytes: Uint8Array): Promise<void> {
    const { port } = this;
    if (port === undefined || !port.isOpen) {
      return Promise.reject(runError('line.closed', `${this.name}: the port is not open`));
    }
    return written(port, bytes);
  }

  writeNow(bytes: Uint8Array): void {
    const { port } = this;
    if (port === undefined || !port.isOpen) return;
    const descriptor = (port.port as OpenBinding | undefined)?.fd;
    if (process.platform === 'win32' || typeof descriptor !== 'number') {
      // There the descriptor is a handle that Node cannot write to; the binding's own thread does it meanwhile.
      port.port?.write(Buffer.from(bytes)).catch(() => {});
      restNow(WINDOWS_WRITE_ms);
    } else {
      writeDescriptorNow(descriptor, bytes);
    }
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

/**
 * Clears HUPCL, which serialport leaves as it finds it: `hupcl: false` only does not set it. Node has no ioctl, so `stty` does it
 * on the port that is open; where there is none, closing lets DTR fall, and `ohmprop doctor ADDRESS` says so.
 * It gets the port as its fourth descriptor: Node makes the first three of a child blocking, here too, as both share one open file.
 * Then a read waits in a thread of the pool of this process for ever, and the port stays locked after it was closed.
 */
async function keepDtr(port: SerialPort, baudRate: number): Promise<void> {
  const descriptor = (port.port as OpenBinding | undefined)?.fd;
  if (process.platform === 'win32' || typeof descriptor !== 'number') return;
  const { spawn } = await import('node:child_process');
  await new Promise<void>((resolve) => {
    const stty = spawn('/bin/sh', ['-c', 'exec stty -hupcl <&3 3<&-'], {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
    });
    stty.once('error', () => resolve());
    stty.once('exit', () => resolve());
  });
  // macOS keeps a rate like this one only until somebody sets the line again.
  if (process.platform !== 'darwin' || !port.isOpen) return;
  await new Promise<void>((resolve) => port.update({ baudRate }, () => resolve()));
}
