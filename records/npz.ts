import { inputError, quoted, type StateArray } from '../core/index.js';
import { isSafeKey } from '../core/input/index.js';
import type { Disk, FileContent } from './atomic-write.js';
import {
  decodeNpy,
  encodeNpy,
  NPY_HEADER_BYTES,
  type NpyHeader,
  readNpyHeader,
  type ShapedArray,
} from './npy.js';
import { withZip, type ZipArchive } from './zip-reader.js';
import { writeZip, type ZipEntry, zipContent } from './zip-writer.js';

/**
 * Writes arrays as an uncompressed NumPy `.npz`, readable by `numpy.load`; atomically.
 * @param arrays name → array with its shape, or a bare array of one axis
 */
export async function writeNpz(
  path: string,
  arrays: Readonly<Record<string, ShapedArray | StateArray>>,
  disk?: Disk,
): Promise<void> {
  await writeZip(path, entriesOf(arrays), disk);
}

/** What `writeNpz` writes, for a writer that takes content. @param path for the error @throws `records.too-large` */
export function npzContent(
  path: string,
  arrays: Readonly<Record<string, ShapedArray | StateArray>>,
): FileContent {
  return zipContent(path, entriesOf(arrays));
}

function entriesOf(arrays: Readonly<Record<string, ShapedArray | StateArray>>): ZipEntry[] {
  return Object.entries(arrays).map(([name, array]) => {
    const parts = 'shape' in array ? encodeNpy(array.data, array.shape) : encodeNpy(array);
    return { name: npyName(name), parts };
  });
}

/** What is read of a `.npz`. */
export interface ReadNpzOptions {
  /** Arrays to read, where they are there; all others are left alone. Left out: every one. */
  readonly names?: readonly string[];
  /** Refuses, by a sentence, an array whose header says a shape that is not wanted. Called before its data are read. */
  readonly check?: (name: string, header: NpyHeader) => string | undefined;
  /** What all packed arrays together may unpack to. */
  readonly most_bytes?: number;
}

/** Sixty thousand pictures of 784 doubles; a packed array of zeros may be a thousandth of that. */
const MAX_UNPACKED_BYTES = 2 ** 29;

/**
 * Reads a `.npz` written by `writeNpz`, `numpy.savez` or `numpy.savez_compressed`. An array's header is read first: what does
 * not have the size that it says, is not wanted, or unpacks to too much, is refused before it is unpacked.
 * @throws `records.not-found`, `records.damaged`, `npz.shape`, `npz.too-large`, `npy.*` (exit code 2)
 */
export async function readNpz(
  path: string,
  options: ReadNpzOptions = {},
): Promise<Record<string, ShapedArray>> {
  const { names } = options;
  return withZip(path, async (archive) => {
    const arrays: Record<string, ShapedArray> = {};
    const read = npyReader(path, archive, options);
    for (const { name: file } of archive.members) {
      const name = arrayName(file);
      if (!file.endsWith(NPY) || !isArrayName(name)) continue;
      if (names === undefined || names.includes(name)) arrays[name] = await read(name);
    }
    return arrays;
  });
}

/** Reads arrays of an archive, each after a look at its header; all of them together stay within the limit. */
export function npyReader(
  path: string,
  archive: ZipArchive,
  { check, most_bytes = MAX_UNPACKED_BYTES }: Omit<ReadNpzOptions, 'names'>,
): (name: string) => Promise<ShapedArray> {
  const members = new Map(archive.members.map((member) => [member.name, member]));
  let unpacked = 0;
  return async (name) => {
    const file = `${name}${NPY}`;
    const source = `${path}: ${file}`;
    const member = members.get(file);
    if (member === undefined)
      throw inputError('records.damaged', `${path} is damaged or torn: without ${name}`);
    const header = readNpyHeader(await archive.head(file, NPY_HEADER_BYTES), source);
    const { shape, descr, headerBytes, dataBytes } = header;
    if (member.bytes !== headerBytes + dataBytes) {
      throw inputError(
        'npy.torn',
        `${source}: shape (${shape.join(', ')}) of ${descr} needs ${dataBytes} bytes of data, the archive says ${member.bytes - headerBytes}`,
      );
    }
    const refused = check?.(name, header);
    if (refused !== undefined) throw inputError('npz.shape', `${source}: ${refused}`);
    if (member.packed) unpacked += member.bytes;
    if (unpacked > most_bytes) {
      throw inputError(
        'npz.too-large',
        `${source}: unpacked it has ${member.bytes} bytes; ${most_bytes} are the most that all packed arrays may have together: save without compression (numpy.savez)`,
      );
    }
    return decodeNpy(await archive.read(file), source);
  };
}

const NPY = '.npy';

/** The name of an array's file inside an archive. Array names are letters, digits and `_ . - /`. */
export function npyName(name: string): string {
  if (!isArrayName(name)) {
    throw inputError('npz.name', `array name ${quoted(name)}: use letters, digits and _ . - / only`);
  }
  return `${name}${NPY}`;
}

export function arrayName(fileName: string): string {
  return fileName.slice(0, -NPY.length);
}

function isArrayName(name: string): boolean {
  return /^[\w.\-/]+$/.test(name) && isSafeKey(name);
}
