import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { inputError, quoted, runError } from '../../core/index.js';
import {
  type Clock,
  holderOf,
  listPorts,
  type SerialPortInfo,
  SerialTransport,
  TcpTransport,
  type Transport,
  TransportListeners,
  wallClock,
} from '../transport/index.js';
import { readDescription } from './board-description.js';
import { BoardLink } from './board-link.js';
import { knownBoards } from './known-boards.js';
import { operations } from './operations-table.js';

/** How a board is named by its own number. */
const PREFIX = 'serial:';

/** Makers of the bridges between USB and serial line that boards carry: Arduino (two), FTDI, WCH, Silicon Labs, Prolific, Microchip. */
const BRIDGES = ['2341', '2a03', '0403', '1a86', '10c4', '067b', '04d8'];

/** A board that opening its port has reset answers when its bootloader lets it, s. */
const hello_seconds = 2.5;

/** The serial number that an address names; nothing where it is another kind of address. */
export function serialOf(address: string): string | undefined {
  return address.startsWith(PREFIX) ? address.slice(PREFIX.length) : undefined;
}

/**
 * Where the board with that serial number is now: where it was last, then every port behind a known kind of USB bridge. Each is
 * opened and asked who it is; nothing else is done to it.
 * @throws OhmpropError `board.not-found` where no port has it
 */
export async function findBoard(serial: string): Promise<string> {
  const known = knownBoards().find((board) => board.serial === serial);
  if (known !== undefined && isThere(known.line) && (await serialAt(known.line)) === serial)
    return known.line;
  const ports = (await listPorts()).filter(mayCarryBoard).map(({ path, stable }) => stable ?? path);
  const others = ports.filter((path) => path !== known?.line && holderOf(path) === undefined);
  const serials = await Promise.all(others.map(serialAt));
  const at = serials.indexOf(serial);
  if (at >= 0) return others[at];
  const seen = serials.filter((found) => found !== undefined && found !== '');
  const last = known === undefined ? '' : `; it was on ${known.line} last (${known.seen})`;
  throw runError(
    'board.not-found',
    `${PREFIX}${serial}: no board with this serial number on ${others.length === 0 ? 'any port' : others.join(', ')}${seen.length === 0 ? '' : `, but ${seen.join(', ')}`}${last}; look at cable and supply, or name its port`,
  );
}

/**
 * The line to the board with a serial number, wherever it is when it is opened.
 * @param address `serial:V0000001`
 * @throws OhmpropError `board.name` unless that can be a serial number
 */
export class NumberedBoardTransport implements Transport {
  readonly clock: Clock = wallClock;
  private line: Transport | undefined;
  private readonly serial: string;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;

  constructor(private readonly asked: string) {
    this.serial = serialOf(asked) ?? '';
    if (!/^[\x21-\x7e]{1,8}$/.test(this.serial)) {
      throw inputError(
        'board.name',
        `${quoted(asked)}: a serial number has one to eight characters without spaces, for instance serial:V0000001; "ohmprop board list --known" shows those that are known`,
      );
    }
  }

  get name(): string {
    return this.line === undefined ? this.asked : this.line.name;
  }

  get address(): string | undefined {
    return this.line?.address;
  }

  get latency_seconds(): number {
    return this.line?.latency_seconds ?? 0.25;
  }

  async open(): Promise<void> {
    const line = lineAt(await findBoard(this.serial));
    await line.open();
    line.onData((bytes) => this.listeners.emit(bytes));
    line.onClose((error) => this.listeners.end(error));
    this.line = line;
    this.listeners.reopen();
  }

  write(bytes: Uint8Array): Promise<void> {
    const { line } = this;
    if (line !== undefined) return line.write(bytes);
    return Promise.reject(runError('line.closed', `${this.name}: the line is not open`));
  }

  writeNow(bytes: Uint8Array): void {
    this.line?.writeNow?.(bytes);
  }

  async close(): Promise<void> {
    await this.line?.close();
    this.listeners.end();
  }
}

function lineAt(address: string): Transport {
  return address.startsWith('tcp:') ? TcpTransport.of(address) : new SerialTransport(address);
}

/** Whether a port is behind a bridge that boards carry. */
export function mayCarryBoard({ vendorId }: SerialPortInfo): boolean {
  return vendorId !== undefined && BRIDGES.includes(vendorId.toLowerCase());
}

/** Whether there may be something at an address, as far as can be told without opening it. */
export function isThere(line: string): boolean {
  return line.startsWith('tcp:') || process.platform === 'win32' || existsSync(line);
}

/** What the board at an address calls itself; nothing where none answers, or the port cannot be had. */
export async function serialAt(address: string): Promise<string | undefined> {
  const line = lineAt(address);
  try {
    await line.open();
  } catch {
    return undefined;
  }
  const link = new BoardLink(line, randomInt(1, 2 ** 32), { patience_seconds: hello_seconds });
  try {
    const answer = await link.request(operations.hello, undefined, 0.1, { patience_seconds: hello_seconds });
    return readDescription(answer, address).serial;
  } catch {
    return undefined;
  } finally {
    link.detach();
    await line.close();
  }
}
