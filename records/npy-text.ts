import { inputError } from '../core/index.js';

/** Elements of text: `<U5` (so many UTF-32 characters) or `|S5` (so many bytes); numpy.lib.format with `descr` as in numpy.dtype. */
const textType = /'descr'\s*:\s*'[<|]([US])([1-9]\d{0,4})'/;

/** Whether a `.npy` file, of which at least the header is given, holds fixed-width text. */
export function holdsText(bytes: Uint8Array): boolean {
  return headerOf(bytes) !== undefined;
}

/**
 * The texts of a `.npy` file of fixed-width text, of one axis.
 * @param source file name for the errors
 * @throws `npy.text` (exit code 2)
 */
export function decodeNpyText(bytes: Uint8Array, source: string): string[] {
  const fail = (message: string) => inputError('npy.text', `${source}: ${message}`);
  const header = headerOf(bytes);
  if (header === undefined) throw fail('no text of a fixed width');
  const { end, unit, width, shape } = header;
  const [count] = shape;
  if (shape.length !== 1 || bytes.length - end !== count * width) {
    throw fail('texts must be an array of one axis, whole');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, k) => {
    const at = end + k * width;
    const characters = Array.from({ length: width / unit }, (_unused, c) =>
      unit === 4 ? view.getUint32(at + 4 * c, true) : bytes[at + c],
    );
    const written = characters.slice(0, characters.findLastIndex((code) => code !== 0) + 1);
    if (written.some((code) => code > 0x10ffff)) {
      throw fail(`entry ${k} (counted from 0) holds what is no character`);
    }
    return unit === 4 ? String.fromCodePoint(...written) : new TextDecoder().decode(Uint8Array.from(written));
  });
}

/** Where the data begin, bytes a character and a text, and the shape; nothing where the elements are no text. */
function headerOf(bytes: Uint8Array) {
  if (bytes.length < 12 || bytes[0] !== 0x93) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6] > 1;
  const end = wide ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  const header = new TextDecoder('latin1').decode(bytes.subarray(wide ? 12 : 10, end));
  const found = textType.exec(header);
  if (found === null) return undefined;
  const unit = found[1] === 'U' ? 4 : 1;
  const shape = (/'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  return { end, unit, width: unit * Number(found[2]), shape };
}
