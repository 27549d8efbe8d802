import { createConnection, type Socket } from 'node:net';
import { inputError, runError } from '../../core/index.js';
import { wallClock } from './clock.js';
import { TransportListeners } from './listeners.js';
import type { Transport } from './transport.js';
import { writeDescriptorNow } from './write-now.js';
import { written } from './written.js';

const connect_ms = 5000;

/** A board or an instrument behind a TCP socket, `tcp://host:port`. */
export class TcpTransport implements Transport {
  readonly name: string;
  readonly address: string;
  readonly clock = wallClock;
  /** TCP loses nothing, so what it brings late is seldom worth asking for twice. */
  readonly latency_seconds = 0.25;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private socket: Socket | undefined;

  constructor(
    private readonly host: string,
    private readonly port: number,
  ) {
    this.name = `tcp://${host}:${port}`;
    this.address = this.name;
  }

  /** @throws OhmpropError if the text is not `tcp://host:port` */
  static of(address: string): TcpTransport {
    const match = /^tcp:\/\/([^:/]+|\[[0-9a-fA-F:]+\]):(\d{1,5})\/?$/.exec(address);
    if (match === null || Number(match[2]) > 65535) {
      throw inputError(
        'line.address',
        `"${address}" is not a TCP address; write for instance tcp://localhost:5025 (ports go up to 65535)`,
      );
    }
    return new TcpTransport(match[1].replace(/^\[|\]$/g, ''), Number(match[2]));
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ host: this.host, port: this.port, timeout: connect_ms });
      const refuse = (reason: string, cause?: Error) => {
        socket.destroy();
        reject(
          runError(
            'line.unreachable',
            `${this.name}: ${reason}; is the server running, and on that port?`,
            cause,
          ),
        );
      };
      socket.once('timeout', () => refuse(`no answer within ${connect_ms / 1000} s`));
      socket.once('error', (error) => refuse(error.message, error));
      socket.once('connect', () => {
        socket.removeAllListeners();
        socket.setTimeout(0);
        socket.setNoDelay(true);
        socket.on('data', (bytes: Buffer) => this.listeners.emit(bytes));
        socket.on('error', (error) => this.listeners.end(error));
        socket.on('close', () => this.listeners.end(new Error('the other side closed the connection')));
        this.socket = socket;
        this.listeners.reopen();
        resolve();
      });
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    const { socket } = this;
    if (socket === undefined || socket.destroyed) {
      return Promise.reject(runError('line.closed', `${this.name}: the connection is not open`));
    }
    return written(socket, bytes);
  }

  writeNow(bytes: Uint8Array): void {
    const { socket } = this;
    if (socket === undefined || socket.destroyed) return;
    const descriptor = (socket as { _handle?: { readonly fd?: number } | null })._handle?.fd;
    // Node hands what it can to the system within \`write\`, unless an earlier write has not left yet.
    const waits = socket.writableLength > 0 && descriptor !== undefined && descriptor >= 0;
    if (waits) writeDescriptorNow(descriptor, bytes);
    else socket.write(bytes);
  }

  async close(): Promise<void> {
    const { socket } = this;
    this.socket = undefined;
    this.listeners.end();
    if (socket === undefined || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.end();
      socket.destroySoon();
    });
  }
}
