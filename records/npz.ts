import { inputError, type StateArray } from '../core/index.js';
import type { Disk } from './atomic-write.js';
import { decodeNpy, encodeNpy, type ShapedArray } from './npy.js';
import { readZip } from './zip-reader.js';
import { writeZip } from './zip-writer.js';

/**
 * Writes arrays as an uncompressed NumPy `.npz`, readable by `numpy.load`; atomically.
 * @param arrays name → array with its shape, or a bare array of one axis
 */
export async function writeNpz(
  path: string,
  arrays: Readonly<Record<string, ShapedArray | StateArray>>,
  disk?: Disk,
): Promise<void> {
  const entries = Object.entries(arrays).map(([name, array]) => {
    const parts = 'shape' in array ? encodeNpy(array.data, array.shape) : encodeNpy(array);
    return { name: npyName(name), parts };
  });
  await writeZip(path, entries, disk);
}

/**
 * Reads a `.npz` written by `writeNpz`, `numpy.savez` or `numpy.savez_compressed`.
 * @throws `records.not-found`, `records.damaged`, `npy.*` (exit code 2)
 */
export async function readNpz(path: string): Promise<Record<string, ShapedArray>> {
  const arrays: Record<string, ShapedArray> = {};
  for (const [name, bytes] of await readZip(path)) {
    if (name.endsWith(NPY)) arrays[arrayName(name)] = decodeNpy(bytes, `${path}: ${name}`);
  }
  return arrays;
}

const NPY = '.npy';

/** The name of an array's file inside an archive. Array names are letters, digits and `_ . - /`. */
export function npyName(name: string): string {
  if (!/^[\w.\-/]+$/.test(name) || name === '__proto__') {
    throw inputError('npz.name', `array name "${name}": use letters, digits and _ . - / only`);
  }
  return `${name}${NPY}`;
}

export function arrayName(fileName: string): string {
  return fileName.slice(0, -NPY.length);
}
