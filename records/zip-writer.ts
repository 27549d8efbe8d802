import { crc32 } from 'node:zlib';
import { Zip, type ZipInputFile } from 'fflate';
import { runError } from '../core/index.js';
import { type Disk, writeFileAtomically } from './atomic-write.js';

/** A file inside the archive; its parts are written one after the other. */
export interface ZipEntry {
  readonly name: string;
  readonly parts: readonly Uint8Array[];
}

/** Sizes and offsets are 32 bit: fflate's streaming writer has no ZIP64. */
const MAX_ARCHIVE = 2 ** 32 - 1;
/** More than the local header, data descriptor and directory entry of a file, names apart. */
const OVERHEAD_A_FILE = 128;
/** A fixed time, so that the same content is the same file bit for bit; the earliest that a ZIP can hold. */
const FIXED_TIME = new Date(1980, 0, 1);

/**
 * Writes a ZIP archive of stored (uncompressed) files, atomically and without a copy of their content, which must not
 * change until the promise is fulfilled.
 * @throws `records.too-large` before anything is written; `records.disk` where writing fails
 */
export async function writeZip(path: string, entries: readonly ZipEntry[], disk?: Disk): Promise<void> {
  await writeFileAtomically(path, zipContent(path, entries), disk);
}

/** What `writeZip` writes. @param path for the error @throws `records.too-large` */
export function zipContent(path: string, entries: readonly ZipEntry[]): Uint8Array[] {
  const bytes = entries.reduce(
    (sum, entry) => sum + entryBytes(entry) + OVERHEAD_A_FILE + 2 * Buffer.byteLength(entry.name),
    0,
  );
  if (bytes > MAX_ARCHIVE) {
    const gigabytes = (bytes / 2 ** 30).toFixed(2);
    throw runError(
      'records.too-large',
      `${path} would hold ${gigabytes} GiB; one archive holds at most 4 GiB: train a smaller network or in float32`,
    );
  }
  return archiveParts(entries);
}

function archiveParts(entries: readonly ZipEntry[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  const archive = new Zip((error, chunk) => {
    if (error) throw error;
    out.push(chunk);
  });
  for (const entry of entries) {
    const file: ZipInputFile = {
      filename: entry.name,
      compression: 0,
      mtime: FIXED_TIME,
      size: entryBytes(entry),
      // Of an empty part zlib answers 0, whatever went before.
      crc: entry.parts.reduce((crc, part) => (part.length === 0 ? crc : crc32(part, crc)), 0),
    };
    archive.add(file);
    for (const part of entry.parts) file.ondata?.(null, part as Uint8Array<ArrayBuffer>, false);
    file.ondata?.(null, new Uint8Array(0), true);
  }
  archive.end();
  return out;
}

function entryBytes(entry: ZipEntry): number {
  return entry.parts.reduce((sum, part) => sum + part.length, 0);
}
