import { unzipSync } from 'fflate';
import { inputError, OhmpropError } from '../../core/index.js';
import { decodeNpy } from '../../records/index.js';
import { entriesOfArrays, type NamedArray, tablesOfArrays } from './arrays.js';
import type { RawFile } from './raw-table.js';

const MAX_UNPACKED_BYTES = 2 ** 28;

/** Whether bytes are a NumPy array. */
export const isNpy = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x93 && bytes[1] === 0x4e && bytes[2] === 0x55;

/** Reads `.npy`. @throws OhmpropError `npy.*` (exit code 2) */
export function readNpyFile(bytes: Uint8Array, path: string): RawFile {
  const { shape, data } = decodeNpy(bytes, path);
  return rawFileOf('NumPy array', [{ name: '', shape, data }]);
}

/** Reads `.npz`: arrays of numbers by name. @throws OhmpropError `measured.format`, `npy.*` (exit code 2) */
export function readNpzFile(bytes: Uint8Array, path: string): RawFile {
  let total = 0;
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        if (total > MAX_UNPACKED_BYTES)
          throw new Error(`it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
        return name.endsWith('.npy');
      },
    });
  } catch (cause) {
    throw inputError(
      'measured.format',
      `${path}: the archive cannot be read (${(cause as Error).message})`,
      cause,
    );
  }
  const skipped: string[] = [];
  const arrays = Object.entries(members).flatMap(([file, content]): NamedArray[] => {
    const name = file.replace(/\.npy$/, '');
    try {
      const { shape, data } = decodeNpy(content.slice(), `${path}: ${name}`);
      return [{ name, shape, data }];
    } catch (cause) {
      // Arrays of texts and objects are no measurement; those of numbers are told what is wrong with them.
      if (!(cause instanceof OhmpropError)) throw cause;
      skipped.push(`${name} is not used: ${cause.message}`);
      return [];
    }
  });
  const read = rawFileOf('NumPy archive', arrays);
  return { ...read, remarks: [...read.remarks, ...skipped] };
}

function rawFileOf(format: string, arrays: readonly NamedArray[]): RawFile {
  const remarks: string[] = [];
  const entries = entriesOfArrays(arrays);
  return { format, tables: tablesOfArrays(arrays, entries, remarks), entries, remarks };
}
