import { inputError, type StateArray } from '../core/index.js';
import { NPY_HEADER_BYTES } from './npy.js';
import { decodeNpyText, holdsText } from './npy-text.js';
import { arrayName, npyReader } from './npz.js';
import { withZip } from './zip-reader.js';

/** An array out of an archive, row-major: of numbers, or of texts. */
export interface MixedArray {
  readonly shape: readonly number[];
  readonly data?: StateArray;
  /** Of one axis. */
  readonly texts?: readonly string[];
}

/** Names of a million samples of ten characters each. */
const MAX_TEXT_BYTES = 2 ** 26;

/**
 * Reads the named arrays of a `.npz`, numbers or fixed-width texts, as far as they are there, and tells what else there is.
 * @throws `records.not-found`, `records.damaged`, `npz.too-large`, `npy.*` (exit code 2)
 */
export async function readMixedNpz(
  path: string,
  names: readonly string[],
): Promise<{ arrays: Record<string, MixedArray>; others: string[] }> {
  return withZip(path, async (archive) => {
    const readNumbers = npyReader(path, archive, {});
    const arrays: Record<string, MixedArray> = {};
    const others: string[] = [];
    for (const { name: file, bytes } of archive.members) {
      const name = arrayName(file);
      if (!file.endsWith('.npy') || !names.includes(name)) {
        others.push(name);
        continue;
      }
      if (!holdsText(await archive.head(file, NPY_HEADER_BYTES))) {
        arrays[name] = await readNumbers(name);
        continue;
      }
      if (bytes > MAX_TEXT_BYTES) {
        throw inputError(
          'npz.too-large',
          `${path}: ${name} has ${bytes} bytes of text, ${MAX_TEXT_BYTES} are read at most; save numbers, and their names as classes`,
        );
      }
      const texts = decodeNpyText(await archive.read(file), `${path}: ${name}`);
      arrays[name] = { shape: [texts.length], texts };
    }
    return { arrays, others };
  });
}
