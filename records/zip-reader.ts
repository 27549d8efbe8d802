import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { inputError, OhmpropError } from '../core/index.js';

/** ZIP record signatures and sizes: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16. */
const LOCAL_HEADER = { signature: 0x04034b50, bytes: 30 };
const DIRECTORY_ENTRY = { signature: 0x02014b50, bytes: 46 };
const DIRECTORY_END = { signature: 0x06054b50, bytes: 22 };
const MAX_COMMENT = 0xffff;

interface DirectoryEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly storedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

/** A file of an archive, before it is read. */
export interface ZipMember {
  readonly name: string;
  /** Of its content, as the archive says; what unpacks to more is refused. */
  readonly bytes: number;
  /** It is packed: what it takes of memory does not follow from the archive's size. */
  readonly packed: boolean;
}

/** An archive that is open. */
export interface ZipArchive {
  readonly members: readonly ZipMember[];
  /**
   * The first bytes of a member, fewer where it is shorter. Not held to its checksum.
   * @throws `records.damaged` (exit code 2)
   */
  head(name: string, bytes: number): Promise<Uint8Array>;
  /**
   * A member, held to its checksum, which fflate does not. Its bytes begin at the start of their own buffer, so that typed arrays
   * can be laid over them.
   * @throws `records.damaged` (exit code 2)
   */
  read(name: string): Promise<Uint8Array>;
}

/** More files are in no archive of ours, nor of NumPy. */
const MAX_MEMBERS = 10_000;

/**
 * Opens a ZIP archive, reads its table of contents, and hands it over: nothing is unpacked that is not asked for.
 * @throws `records.not-found`, `records.damaged` (exit code 2); what `use` throws, as `records.damaged` where it is no message yet
 */
export async function withZip<T>(path: string, use: (archive: ZipArchive) => Promise<T>): Promise<T> {
  let file: FileHandle;
  try {
    // A pipe without a writer would wait for one for ever.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw inputError('records.not-found', `${path} cannot be opened: ${(cause as Error).message}`, cause);
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is not a regular file');
    const { size } = stats;
    const entries = new Map<string, DirectoryEntry>();
    for (const entry of await readDirectory(file, size)) {
      if (entries.has(entry.name)) throw new Error(`${entry.name} is in it twice`);
      entries.set(entry.name, entry);
    }
    const entryOf = (name: string): DirectoryEntry => {
      const entry = entries.get(name);
      if (entry === undefined) throw new Error(`${name} is not in it`);
      return entry;
    };
    return await use({
      members: [...entries.values()].map(({ name, bytes, method }) => ({
        name,
        bytes,
        packed: method !== STORED,
      })),
      head: (name, bytes) => readHead(file, size, entryOf(name), bytes),
      read: (name) => readEntry(file, size, entryOf(name)),
    });
  } catch (cause) {
    if (cause instanceof OhmpropError) throw cause;
    throw inputError('records.damaged', `${path} is damaged or torn: ${(cause as Error).message}`, cause);
  } finally {
    await file.close();
  }
}

/**
 * Reads every file of a ZIP archive, of one that is trusted: what is received is read member by member, by `withZip`.
 * @returns name → bytes
 * @throws `records.not-found`, `records.damaged` (exit code 2)
 */
export async function readZip(path: string): Promise<Map<string, Uint8Array>> {
  return withZip(path, async ({ members, read }) => {
    const files = new Map<string, Uint8Array>();
    for (const { name } of members) files.set(name, await read(name));
    return files;
  });
}

async function readDirectory(file: FileHandle, size: number): Promise<DirectoryEntry[]> {
  const tailBytes = Math.min(size, DIRECTORY_END.bytes + MAX_COMMENT);
  const tail = await readAt(file, size, size - tailBytes, tailBytes);
  let at = tailBytes - DIRECTORY_END.bytes;
  while (at >= 0 && !(tail.readUInt32LE(at) === DIRECTORY_END.signature && endsHere(tail, at))) at--;
  if (at < 0) throw new Error(`no table of contents at its end (${size} bytes)`);
  const count = tail.readUInt16LE(at + 10);
  const bytes = tail.readUInt32LE(at + 12);
  const offset = tail.readUInt32LE(at + 16);
  if (offset + bytes !== size - tailBytes + at)
    throw new Error('its table of contents is not where it should be');

  if (count > MAX_MEMBERS) throw new Error(`${count} files are in it; ${MAX_MEMBERS} are the most`);
  const directory = await readAt(file, size, offset, bytes);
  const entries: DirectoryEntry[] = [];
  let position = 0;
  while (position < bytes) {
    const entry = directory.subarray(position);
    if (entry.length < DIRECTORY_ENTRY.bytes || entry.readUInt32LE(0) !== DIRECTORY_ENTRY.signature)
      throw new Error('its table of contents is unreadable');
    const nameEnd = DIRECTORY_ENTRY.bytes + entry.readUInt16LE(28);
    if (entries.length >= count) throw new Error(`more files than the ${count} that its end says`);
    entries.push({
      name: entry.toString('utf8', DIRECTORY_ENTRY.bytes, nameEnd),
      method: entry.readUInt16LE(10),
      crc: entry.readUInt32LE(16),
      storedBytes: entry.readUInt32LE(20),
      bytes: entry.readUInt32LE(24),
      offset: entry.readUInt32LE(42),
    });
    position += nameEnd + entry.readUInt16LE(30) + entry.readUInt16LE(32);
  }
  if (entries.length !== count) throw new Error(`${entries.length} files where its end says ${count}`);
  return entries;
}

/** Whether the end record at `at`, with its comment, reaches exactly the end of the file. */
function endsHere(tail: Buffer, at: number): boolean {
  return at + DIRECTORY_END.bytes + tail.readUInt16LE(at + 20) === tail.length;
}

/** Where the stored bytes of an entry begin. */
async function dataPlace(file: FileHandle, size: number, entry: DirectoryEntry): Promise<number> {
  const header = await readAt(file, size, entry.offset, LOCAL_HEADER.bytes);
  if (header.readUInt32LE(0) !== LOCAL_HEADER.signature)
    throw new Error(`${entry.name} is not where it should be`);
  const nameBytes = header.readUInt16LE(26);
  const nameAt = entry.offset + LOCAL_HEADER.bytes;
  const name = (await readAt(file, size, nameAt, nameBytes)).toString('utf8');
  if (name !== entry.name) throw new Error(`${entry.name} is called ${name} in another place`);
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new Error(`${entry.name} is compressed by method ${entry.method}`);
  if (entry.method === STORED && entry.storedBytes !== entry.bytes)
    throw new Error(`${entry.name} has two sizes`);
  return nameAt + nameBytes + header.readUInt16LE(28);
}

async function readEntry(file: FileHandle, size: number, entry: DirectoryEntry): Promise<Uint8Array> {
  const dataAt = await dataPlace(file, size, entry);
  const stored = await readAt(file, size, dataAt, entry.storedBytes);
  const data =
    entry.method === STORED ? stored : inflateRawSync(stored, { maxOutputLength: Math.max(1, entry.bytes) });
  if (data.length !== entry.bytes || crc32(data) !== entry.crc)
    throw new Error(`${entry.name} fails its checksum`);
  return data;
}

async function readHead(
  file: FileHandle,
  size: number,
  entry: DirectoryEntry,
  bytes: number,
): Promise<Uint8Array> {
  const dataAt = await dataPlace(file, size, entry);
  // Deflate takes at most 5 bytes more for every 16 KiB that it cannot pack.
  const most = Math.min(entry.storedBytes, entry.method === STORED ? bytes : bytes + HEAD_SLACK);
  const stored = await readAt(file, size, dataAt, most);
  if (entry.method === STORED) return stored;
  return inflateHead(stored, Math.min(bytes, entry.bytes));
}

const HEAD_SLACK = 2 ** 16;

/** Unpacks until there is enough: the stream is cut there, and not looked at further. */
function inflateHead(stored: Uint8Array, bytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const inflate = createInflateRaw({ chunkSize: 2 ** 14 });
    const end = (): void => {
      resolve(Buffer.concat(parts).subarray(0, bytes));
      inflate.destroy();
    };
    inflate.on('data', (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length >= bytes) end();
    });
    inflate.on('end', end);
    // What is cut short here has no end of its own.
    inflate.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'Z_BUF_ERROR' && length > 0) end();
      else reject(error);
    });
    inflate.end(stored);
  });
}

const STORED = 0;
const DEFLATED = 8;

/** A read moves at most this much: the system call itself stops at 2 GiB. */
const BYTES_A_READ = 2 ** 26;

async function readAt(file: FileHandle, size: number, position: number, bytes: number): Promise<Buffer> {
  if (position < 0 || position + bytes > size)
    throw new Error(`it ends at byte ${size}, before byte ${position + bytes}`);
  // Not from Node's pool: arrays are laid over these bytes and need them aligned.
  const out = Buffer.from(new ArrayBuffer(bytes));
  let done = 0;
  while (done < bytes) {
    const { bytesRead } = await file.read(out, done, Math.min(BYTES_A_READ, bytes - done), position + done);
    if (bytesRead === 0) throw new Error(`it ends at byte ${position + done}`);
    done += bytesRead;
  }
  return out;
}
