// The one platform file of this room: a browser has no files, and gives the readers text and bytes.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/** How a file is read. */
export interface ReadFileOptions {
  /** A larger file is refused before it is read, one that grows meanwhile while it is. */
  readonly most_bytes: number;
  readonly signal?: AbortSignal;
}

/** A pipe without a writer would wait for one for ever; of a regular file this changes nothing. */
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** One `read` moves at most this much: the system call itself stops at 2 GiB. */
const BYTES_A_READ = 2 ** 26;

/**
 * Reads a file that a user named: a regular one of bounded size. Devices, pipes, sockets and directories are refused, as some
 * of them never end. The one way of reading such a file.
 * @throws Error that says why, in words that go into a message after the file's name
 */
export async function readRegularFile(path: string, options: ReadFileOptions): Promise<Uint8Array> {
  const file = await open(path, WITHOUT_WAITING).catch((cause: NodeJS.ErrnoException) => {
    throw inWords(cause);
  });
  try {
    const room = new Room(await file.stat(), options.most_bytes);
    while (true) {
      options.signal?.throwIfAborted();
      const { buffer, offset, length } = room.next();
      const { bytesRead } = await file.read(buffer, offset, length);
      if (bytesRead === 0) return room.content();
      room.took(bytesRead);
    }
  } catch (cause) {
    throw inWords(cause);
  } finally {
    await file.close();
  }
}

/** `readRegularFile` for those who cannot wait. @throws Error that says why */
export function readRegularFileSync(path: string, options: Pick<ReadFileOptions, 'most_bytes'>): Uint8Array {
  let file: number | undefined;
  try {
    file = openSync(path, WITHOUT_WAITING);
    const room = new Room(fstatSync(file), options.most_bytes);
    while (true) {
      const { buffer, offset, length } = room.next();
      const bytesRead = readSync(file, buffer, offset, length, null);
      if (bytesRead === 0) return room.content();
      room.took(bytesRead);
    }
  } catch (cause) {
    throw inWords(cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The bytes of a file as they come: as many as it says it has, more where it says nothing (/proc) or grows. */
class Room {
  private buffer: Uint8Array;
  private length = 0;

  constructor(
    stats: Stats,
    private readonly most: number,
  ) {
    if (!stats.isFile()) throw new Error(kindOf(stats));
    this.requireSize(stats.size);
    // Not from Node's pool, so that typed arrays can be laid over them; one byte more, so that the end is seen.
    this.buffer = new Uint8Array(stats.size + 1);
  }

  next(): { buffer: Uint8Array; offset: number; length: number } {
    if (this.length === this.buffer.length) {
      const larger = new Uint8Array(Math.max(2 * this.length, 1 << 16));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    const length = Math.min(BYTES_A_READ, this.buffer.length - this.length);
    return { buffer: this.buffer, offset: this.length, length };
  }

  took(bytes: number): void {
    this.length += bytes;
    this.requireSize(this.length);
  }

  content(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private requireSize(bytes: number): void {
    if (bytes <= this.most) return;
    throw new Error(`it has ${bytes} bytes, ${this.most} are the most that is read here`);
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'this is a directory, a file is needed';
  const what = stats.isFIFO() ? 'a pipe' : stats.isSocket() ? 'a socket' : 'a device';
  return `this is ${what}, not a regular file; save its content in a file and name that`;
}

const sayings: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a directory, a file is needed',
  ENOTDIR: 'a part of the path is not a directory',
  EACCES: 'no permission to read it',
  ENXIO: 'this is a socket or a device that is not there, not a regular file',
};

function inWords(cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !Object.hasOwn(sayings, code)) return cause;
  return Object.assign(new Error(`${sayings[code]} (${code})`, { cause }), { code });
}
