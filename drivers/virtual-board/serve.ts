import { createServer, type Server } from 'node:net';
import { runError } from '../../core/index.js';
import { openPty } from '../serving/index.js';
import type { LineFaults } from './line-faults.js';
import { OneAtATime } from './one-at-a-time.js';
import { PacedBoard } from './paced-board.js';
import type { ResetPin, VirtualBoard } from './virtual-board.js';

/** A virtual board that other processes can open. Closing it frees the address and stops the board. */
export interface ServedBoard {
  /** Where others find it: a device path or tcp://host:port. */
  readonly address: string;
  readonly paced: PacedBoard;
  /** Pulls the cable for so long, s; the board runs on. On TCP alone. */
  unplug?(seconds: number): void;
  close(): Promise<void>;
}

/** A client of whom nothing is heard for so long is let go, s. Hosts that hold an armed board say something twice a second. */
export const defaultSilence_seconds = 60;

/** Where and how a virtual board is served. */
export interface TcpServing {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default this machine alone. */
  readonly host?: string;
  readonly faults?: LineFaults;
  /** Opening the port resets the board, as DTR does on an Arduino: every client that is served. */
  readonly dtrReset?: ResetPin;
  /** A client of whom nothing is heard for so long is let go, s; 0 never lets one go. Default 60. */
  readonly silence_seconds?: number;
  /** Told of clients that come, go, and are sent away: a sentence each. */
  readonly tell?: (text: string) => void;
}

/** Serves a virtual board on a TCP port, to one client at a time. @throws OhmpropError `line.serve` */
export async function serveOnTcp(board: VirtualBoard, options: TcpServing): Promise<ServedBoard> {
  const { host = '127.0.0.1', silence_seconds = defaultSilence_seconds, tell, dtrReset } = options;
  const paced = new PacedBoard(board, (bytes) => connections.write(bytes), options.faults);
  const connections = new OneAtATime({
    onData: (bytes) => paced.input(bytes),
    onServe: dtrReset === undefined ? undefined : () => paced.resetPin(dtrReset),
    silence_seconds,
    tell,
  });
  paced.onRoom = () => connections.resume();
  const server: Server = createServer((socket) => connections.add(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      paced.stop();
      reject(
        runError('line.serve', `tcp://${host}:${options.port}: ${error.message}; choose another port`, error),
      );
    });
    server.listen(options.port, host, () => resolve());
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    address: `tcp://${host}:${port}`,
    paced,
    unplug: (seconds) => connections.unplug(seconds),
    close: async () => {
      paced.stop();
      connections.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Serves a virtual board on a pseudo-terminal, which looks like a serial port. Needs socat or python3 to make one. */
export async function serveOnPty(
  board: VirtualBoard,
  options: { faults?: LineFaults } = {},
): Promise<ServedBoard> {
  const { helper, path } = await openPty();
  const { stdin, stdout } = helper;
  const paced = new PacedBoard(
    board,
    (bytes) => {
      if (stdin?.write(bytes) === false) stdout?.pause();
    },
    options.faults,
  );
  // What the board cannot take yet stays in the terminal; so does what it is asked for while nobody reads its answers.
  const goOn = () => {
    if (stdin?.writableNeedDrain !== true) stdout?.resume();
  };
  paced.onRoom = goOn;
  stdin?.on('drain', goOn);
  stdout?.on('data', (bytes: Buffer) => {
    if (!paced.input(bytes)) stdout.pause();
  });
  helper.stdin?.on('error', () => {});
  return {
    address: path,
    paced,
    close: async () => {
      paced.stop();
      if (helper.exitCode !== null) return;
      await new Promise<void>((resolve) => {
        helper.once('exit', () => resolve());
        helper.kill();
      });
    },
  };
}
