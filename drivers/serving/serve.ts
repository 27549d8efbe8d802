import { createServer, type Socket } from 'node:net';
import { runError } from '../../core/index.js';
import type { LineDevice, ServedDevice } from './line-device.js';
import { openPty } from './pseudo-terminal.js';

/** A client that was refused has so long to read why, ms. */
const FAREWELL_ms = 1000;
/** One that comes while another is served waits so long for him to leave, ms. */
const GRACE_ms = 30;

/** Where a device is served. */
export interface DeviceServing {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default this machine alone. */
  readonly host?: string;
  /** Clients at a time; who comes beyond is told so and sent away. Default 1. */
  readonly clients?: number;
  /** Told of clients that come, go, and are sent away. */
  readonly tell?: (text: string) => void;
}

/** Serves a device on a TCP port. @throws OhmpropError `line.serve` */
export async function serveDeviceOnTcp(device: LineDevice, options: DeviceServing): Promise<ServedDevice> {
  const { host = '127.0.0.1', clients = 1, tell } = options;
  const all = new Set<Socket>();
  const served = new Set<Socket>();
  const nameOf = (socket: Socket) => `${socket.remoteAddress ?? 'a client'}:${socket.remotePort ?? 0}`;
  const serve = (socket: Socket) => {
    const name = nameOf(socket);
    served.add(socket);
    socket.setNoDelay(true);
    tell?.(`${name} is served`);
    const end = device.connect((bytes) => socket.write(bytes));
    socket.on('data', (bytes: Buffer) => end.input(bytes));
    socket.once('close', () => {
      served.delete(socket);
      end.closed();
      tell?.(`${name} has left`);
    });
  };
  const refuse = (socket: Socket) => {
    tell?.(`${nameOf(socket)} was sent away: in use`);
    socket.end('in use by another client\r\n');
    // Unread, what it still sends would have the operating system throw away what we said.
    socket.resume();
    socket.setTimeout(FAREWELL_ms, () => socket.destroy());
  };
  const server = createServer((socket) => {
    all.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => all.delete(socket));
    if (served.size < clients) return serve(socket);
    // Who left just before this one came is heard of within some turns of the event loop.
    setTimeout(() => {
      if (socket.destroyed) return;
      if (served.size < clients) serve(socket);
      else refuse(socket);
    }, GRACE_ms);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        runError('line.serve', `tcp://${host}:${options.port}: ${error.message}; choose another port`, error),
      ),
    );
    server.listen(options.port, host, () => resolve());
  });
  const at = server.address();
  const port = typeof at === 'object' && at !== null ? at.port : options.port;
  return {
    address: `tcp://${host}:${port}`,
    close: async () => {
      for (const socket of all) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Serves a device on a pseudo-terminal, which looks like a serial port. Needs socat or python3 to make one. */
export async function serveDeviceOnPty(device: LineDevice): Promise<ServedDevice> {
  const { helper, path } = await openPty();
  helper.stdin?.on('error', () => {});
  const end = device.connect((bytes) => helper.stdin?.write(bytes));
  helper.stdout?.on('data', (bytes: Buffer) => end.input(bytes));
  return {
    address: path,
    close: async () => {
      end.closed();
      if (helper.exitCode !== null) return;
      await new Promise<void>((resolve) => {
        helper.once('exit', () => resolve());
        helper.kill();
      });
    },
  };
}
