import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { atAnyEnd } from '../../core/index.js';
import { processStart } from '../../records/index.js';

/** A line that a process of this machine has open, as it has written it down. */
export interface HeldLine {
  readonly address: string;
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  /** When its process started, where that can be known: its number alone comes around again. */
  readonly started?: string;
  /** For people: what is at the other end, as far as it is known. */
  readonly what?: string;
  /** Where an instrument is at the other end: its whole address, `smu:gpib:/dev/ttyUSB0,24`. None of a board. */
  readonly instrument?: string;
}

/** What whoever holds a line answers when he is asked to stop what is there. */
export interface StopAnswer {
  /** The device itself said that it is safe. */
  readonly confirmed: boolean;
}

/** A line that this process holds. */
export interface Holding {
  /** Says what is at the other end. */
  describe(what: string): void;
  /** Takes the line out of the list. A second call does nothing. */
  release(): void;
}

/** What asks for a stop. */
export const stopWord = 'stop\n';
const MAX_RECORD_BYTES = 4096;

/**
 * Where the lines that are held are written down, for every user of the machine: whoever may stop a board need not be who
 * drives it. `OHMPROP_LINES` names another place.
 */
function linesDirectory(): string {
  const root = process.platform === 'win32' ? tmpdir() : '/tmp';
  return process.env.OHMPROP_LINES ?? join(root, 'ohmprop-lines');
}

/** One name a line: a port goes by many (by-id, ttyUSB0). */
export function lineKey(address: string): string {
  let name = address;
  try {
    if (!address.startsWith('tcp:')) name = realpathSync(address);
  } catch {
    // One that has gone keeps the name that it was given.
  }
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

/** Windows has pipes for it, which lie in no directory. */
function socketPath(name: string): string {
  const directory = linesDirectory();
  if (process.platform !== 'win32') return join(directory, `${name}.sock`);
  const place = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  return `\\\\.\\pipe\\ohmprop-${place}-${name}`;
}

/** Lines that this process has held: each has a record of its own, as several may try for one board, of which one is served. */
let holdings = 0;

/**
 * Writes down that this process has a line open, and listens to whoever asks it to stop what is there. Where that cannot be
 * written the line works all the same.
 * @param stop called when somebody asks: stops it at once, and says whether the device has confirmed it
 * @param instrument its whole address, of an instrument
 */
export async function holdLine(
  address: string,
  stop: () => Promise<StopAnswer>,
  instrument?: string,
): Promise<Holding> {
  const name = `${lineKey(address)}.${process.pid}-${holdings++}`;
  const file = join(linesDirectory(), `${name}.json`);
  const path = socketPath(name);
  const started = processStart(process.pid);
  const record: HeldLine = {
    address,
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    ...(started === undefined ? {} : { started }),
    ...(instrument === undefined ? {} : { instrument }),
  };
  let server: Server | undefined;
  try {
    makeDirectory();
    sweep();
    if (process.platform !== 'win32') rmSync(path, { force: true });
    server = await listen(path, stop);
    write(file, record);
  } catch {
    server?.close();
    return { describe: () => {}, release: () => {} };
  }
  const remove = () => {
    rmSync(file, { force: true });
    if (process.platform !== 'win32') rmSync(path, { force: true });
  };
  const forget = atAnyEnd(remove);
  let held = true;
  return {
    describe: (what) => {
      if (held) write(file, { ...record, what });
    },
    release: () => {
      if (!held) return;
      held = false;
      forget();
      server.close();
      remove();
    },
  };
}

/** The process of this machine that has a line open, of several the one that came first; nobody where none is alive. */
export function holderOf(address: string): HeldLine | undefined {
  return holdersOf(address).at(0);
}

/** Every process that has a line open, or tries to get it, those that came first before others. */
export function holdersOf(address: string): HeldLine[] {
  return listenersOf(address).map(({ held }) => held);
}

/** The same, with the sockets at which they listen. */
export function listenersOf(address: string): { held: HeldLine; socket: string }[] {
  return records(lineKey(address)).sort((a, b) => a.held.since.localeCompare(b.held.since));
}

/** Every line that a process of this machine has open, once, with the process that came first. */
export function heldLines(): HeldLine[] {
  const first = new Map<string, HeldLine>();
  for (const { held } of records('')) {
    const { address, instrument = '' } = held;
    const key = `${lineKey(address)} ${instrument}`;
    const other = first.get(key);
    if (other === undefined || held.since < other.since) first.set(key, held);
  }
  return [...first.values()].sort((a, b) => a.address.localeCompare(b.address));
}

/** Records whose processes are alive, of names that begin so. */
function records(prefix: string): { held: HeldLine; socket: string }[] {
  try {
    const directory = linesDirectory();
    return readdirSync(directory)
      .filter((file) => file.startsWith(prefix) && file.endsWith('.json'))
      .flatMap((file) => {
        const held = aliveRecord(join(directory, file));
        return held === undefined ? [] : [{ held, socket: socketPath(file.slice(0, -'.json'.length)) }];
      });
  } catch {
    return [];
  }
}

/** Takes away what processes of this machine have left that were killed. */
function sweep(): void {
  const directory = linesDirectory();
  for (const file of readdirSync(directory)) {
    if (!file.endsWith('.json')) continue;
    const record = readRecord(join(directory, file));
    // What cannot be read may be about to be written.
    if (record === undefined || record.host !== hostname() || isAlive(record)) continue;
    try {
      rmSync(join(directory, file), { force: true });
      if (process.platform !== 'win32') rmSync(socketPath(file.slice(0, -'.json'.length)), { force: true });
    } catch {
      // Of another user.
    }
  }
}

function listen(path: string, stop: () => Promise<StopAnswer>): Promise<Server> {
  const server = createServer((socket) => serve(socket, stop));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      // Anybody may ask for a stop.
      if (process.platform !== 'win32') chmodSync(path, 0o666);
      server.unref();
      resolve(server);
    });
  });
}

function serve(socket: Socket, stop: () => Promise<StopAnswer>): void {
  let text = '';
  socket.unref();
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    text = (text + bytes.toString('latin1')).slice(0, stopWord.length);
    if (text !== stopWord) return;
    text = '';
    stop().then(
      ({ confirmed }) => socket.end(confirmed ? 'confirmed\n' : 'unconfirmed\n'),
      () => socket.end('unconfirmed\n'),
    );
  });
}

function makeDirectory(): void {
  const directory = linesDirectory();
  mkdirSync(directory, { recursive: true });
  // A link of somebody else's would have files written where he wants them.
  if (!lstatSync(directory).isDirectory()) throw new Error(`${directory} is no directory`);
  try {
    chmodSync(directory, 0o1777);
  } catch {
    // Another user made it, and has done so.
  }
}

function write(file: string, record: HeldLine): void {
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify({ kind: 'held-line', format: 1, ...record }), {
    flag: 'wx',
    mode: 0o644,
  });
}

function aliveRecord(file: string): HeldLine | undefined {
  const record = readRecord(file);
  return record !== undefined && record.host === hostname() && isAlive(record) ? record : undefined;
}

function readRecord(file: string): HeldLine | undefined {
  try {
    if (lstatSync(file).size > MAX_RECORD_BYTES) return undefined;
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<HeldLine> | null;
    if (typeof value?.address !== 'string' || !Number.isInteger(value.pid)) return undefined;
    return value as HeldLine;
  } catch {
    return undefined;
  }
}

/** Whether the process that wrote a record lives, and not another that has its number since. */
function isAlive({ pid, started }: HeldLine): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === processStart(pid);
}
