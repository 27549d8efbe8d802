import { type FileHandle, open } from 'node:fs/promises';
import { crc32, inflateRawSync } from 'node:zlib';
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

/**
 * Reads every file of a ZIP archive and holds each to its checksum, which fflate does not. Each file's bytes begin at
 * the start of their own buffer, so that typed arrays can be laid over them.
 * @returns name → bytes
 * @throws `records.not-found`, `records.damaged` (exit code 2)
 */
export async function readZip(path: string): Promise<Map<string, Uint8Array>> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    throw inputError('records.not-found', `${path} cannot be opened: ${(cause as Error).message}`, cause);
  }
  try {
    const { size } = await file.stat();
    const files = new Map<string, Uint8Array>();
    for (const entry of await readDirectory(file, size)) {
      if (files.has(entry.name)) throw new Error(`${entry.name} is in it twice`);
      files.set(entry.name, await readEntry(file, size, entry));
    }
    return files;
  } catch (cause) {
    if (cause instanceof OhmpropError) throw cause;
    throw inputError('records.damaged', `${path} is damaged or torn: ${(cause as Error).message}`, cause);
  } finally {
    await file.close();
  }
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

  const directory = await readAt(file, size, offset, bytes);
  const entries: DirectoryEntry[] = [];
  let position = 0;
  while (position < bytes) {
    const entry = directory.subarray(position);
    if (entry.readUInt32LE(0) !== DIRECTORY_ENTRY.signature)
      throw new Error('its table of contents is unreadable');
    const nameEnd = DIRECTORY_ENTRY.bytes + entry.readUInt16LE(28);
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

async function readEntry(file: FileHandle, size: number, entry: DirectoryEntry): Promise<Uint8Array> {
  const header = await readAt(file, size, entry.offset, LOCAL_HEADER.bytes);
  if (header.readUInt32LE(0) !== LOCAL_HEADER.signature)
    throw new Error(`${entry.name} is not where it should be`);
  const nameBytes = header.readUInt16LE(26);
  const nameAt = entry.offset + LOCAL_HEADER.bytes;
  const name = (await readAt(file, size, nameAt, nameBytes)).toString('utf8');
  if (name !== entry.name) throw new Error(`${entry.name} is called ${name} in another place`);
  const dataAt = nameAt + nameBytes + header.readUInt16LE(28);
  const stored = await readAt(file, size, dataAt, entry.storedBytes);
  const data = inflate(entry, stored);
  if (data.length !== entry.bytes || crc32(data) !== entry.crc)
    throw new Error(`${entry.name} fails its checksum`);
  return data;
}

const STORED = 0;
const DEFLATED = 8;

function inflate(entry: DirectoryEntry, stored: Buffer): Uint8Array {
  if (entry.method === STORED) return stored;
  if (entry.method !== DEFLATED) throw new Error(`${entry.name} is compressed by method ${entry.method}`);
  return inflateRawSync(stored, { maxOutputLength: Math.max(1, entry.bytes) });
}

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
