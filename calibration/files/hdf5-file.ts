import { inputError, OhmpropError, printableLine } from '../../core/index.js';
import { entriesOfArrays, type NamedArray, tablesOfArrays } from './arrays.js';
import type { RawEntry, RawFile } from './raw-table.js';

/** Bytes that an HDF5 file begins with, at 0, 512, 1024, 2048 … (7.3 MAT-files: 512). */
const MAGIC = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const MAX_NUMBERS = 20_000_000;
const MAX_OBJECTS = 5000;
const MAX_DEPTH = 12;

/** Whether bytes are HDF5, or MATLAB 7.3, which is. */
export function isHdf5(bytes: Uint8Array): boolean {
  return [0, 512, 1024, 2048].some((offset) => MAGIC.every((byte, at) => bytes[offset + at] === byte));
}

/** What is used of h5wasm, which is there only where somebody has installed it. */
interface H5wasm {
  readonly ready: Promise<{
    /** Errors are thrown, and not printed as well. */
    activate_throwing_error_handler?(): void;
    readonly FS: { writeFile(name: string, bytes: Uint8Array): void; unlink(name: string): void };
  }>;
  readonly File: new (name: string, mode: 'r') => H5Group & { close(): unknown };
}

interface H5Group {
  keys(): string[];
  get(name: string): unknown;
  readonly attrs?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface H5Dataset {
  readonly shape: readonly number[] | null;
  readonly dtype: unknown;
  readonly value: unknown;
  readonly attrs?: H5Group['attrs'];
}

/**
 * Reads the arrays of numbers of an HDF5 file, with their units and the attributes of its groups, through h5wasm.
 * @throws OhmpropError `measured.hdf5` where h5wasm is not installed, or the file is damaged (exit code 2)
 */
export async function readHdf5(bytes: Uint8Array, path: string): Promise<RawFile> {
  if (damagedBy !== undefined) {
    throw inputError(
      'measured.hdf5',
      `${path}: not read, as the HDF5 reader broke over ${damagedBy}; leave that one out and start again`,
    );
  }
  const { File, ready } = await loadH5wasm(path);
  const name = `measured-${++opened}.h5`;
  const arrays: NamedArray[] = [];
  const entries: RawEntry[] = [];
  const remarks: string[] = [];
  try {
    const { FS, activate_throwing_error_handler: throwErrors } = await ready;
    if (opened === 1) throwErrors?.();
    FS.writeFile(name, bytes);
    try {
      const file = new File(name, 'r');
      walk(file, '', { arrays, entries, remarks, left: MAX_NUMBERS, objects: MAX_OBJECTS }, 0);
      file.close();
    } finally {
      FS.unlink(name);
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const all = [...entries, ...entriesOfArrays(arrays)];
  return { format: 'HDF5', tables: tablesOfArrays(arrays, all, remarks), entries: all, remarks };
}

/** Set once a damaged file has damaged the reader's memory: nothing that it says after that is true. */
let damagedBy: string | undefined;

function unreadable(path: string, cause: unknown): unknown {
  if (cause instanceof OhmpropError) return cause;
  if ((cause as Error)?.name === 'RuntimeError') damagedBy ??= path;
  const [first] = String((cause as Error)?.message ?? cause).split('\n');
  const why = printableLine(first, 200);
  return inputError(
    'measured.hdf5',
    `${path}: the HDF5 file cannot be read (${why}); save it again, or as CSV`,
    cause,
  );
}

let opened = 0;

async function loadH5wasm(path: string): Promise<H5wasm> {
  // Not a literal: it is a package that need not be there.
  const specifier = 'h5wasm/node';
  try {
    const { default: h5wasm } = (await import(specifier)) as { default: H5wasm };
    return h5wasm;
  } catch (cause) {
    throw inputError(
      'measured.hdf5',
      `${path}: this is an HDF5 file (or MATLAB 7.3); to read it, install its reader beside ohmprop: npm install h5wasm. Or save the arrays as CSV, or in MATLAB with save(…, '-v7')`,
      cause,
      { file: path },
    );
  }
}

interface Found {
  readonly arrays: NamedArray[];
  readonly entries: RawEntry[];
  readonly remarks: string[];
  left: number;
  objects: number;
}

function walk(group: H5Group, folder: string, found: Found, depth: number): void {
  for (const [key, { value }] of Object.entries(group.attrs ?? {})) {
    if (typeof value === 'string' || typeof value === 'number')
      found.entries.push({ key, values: [String(value)], line: 0 });
  }
  if (depth > MAX_DEPTH) return;
  for (const key of group.keys()) {
    // MATLAB keeps what it refers to here.
    if (key.startsWith('#')) continue;
    if (--found.objects < 0) {
      found.remarks.push(`more than ${MAX_OBJECTS} objects; the rest is not looked at`);
      return;
    }
    const inside = group.get(key);
    const name = folder === '' ? key : `${folder}/${key}`;
    if (isGroup(inside)) walk(inside, name, found, depth + 1);
    else if (isDataset(inside)) take(inside, name, found);
  }
}

const isGroup = (thing: unknown): thing is H5Group =>
  typeof thing === 'object' && thing !== null && typeof (thing as H5Group).keys === 'function';
const isDataset = (thing: unknown): thing is H5Dataset =>
  typeof thing === 'object' && thing !== null && 'shape' in thing;

function take(dataset: H5Dataset, name: string, found: Found): void {
  const { shape, dtype } = dataset;
  if (shape === null || typeof dtype !== 'string' || !/^[<>|]?[fiuBbhHiIlLqQd]\d*$/.test(dtype)) return;
  const count = shape.reduce((a, b) => a * b, 1);
  if (count === 0) return;
  if (count > found.left) {
    found.remarks.push(`${name} has ${count} numbers and is not used: too many`);
    return;
  }
  found.left -= count;
  const { value } = dataset;
  const data = typeof value === 'number' ? [value] : numbersOf(value);
  if (data === undefined || data.length !== count) return;
  const unit = ['units', 'unit', 'Units', 'Unit']
    .map((key) => dataset.attrs?.[key]?.value)
    .find((text) => typeof text === 'string');
  found.arrays.push({ name, shape, data, ...(typeof unit === 'string' ? { unit } : {}) });
}

function numbersOf(value: unknown): ArrayLike<number> | undefined {
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined;
  const array = value as unknown as ArrayLike<number | bigint>;
  return typeof array[0] === 'bigint' ? Float64Array.from(array, Number) : (array as ArrayLike<number>);
}
