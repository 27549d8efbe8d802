import { inputError, quoted, type StateArray } from '../core/index.js';
import { rowMajor } from './fortran-order.js';

/** An array with its shape, row-major. */
export interface ShapedArray {
  readonly shape: readonly number[];
  readonly data: StateArray;
}

interface ElementType {
  readonly bytes: number;
  /** `data` is exactly `bytes · count` long; `source` is for the errors. */
  read(data: Uint8Array, source: string): StateArray;
}

type TypedArrayOf<T extends StateArray> = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
};

/** Elements that need no conversion: a view where the alignment allows one, else a copy. */
function plain<T extends StateArray>(array: TypedArrayOf<T>): ElementType {
  const bytes = array.BYTES_PER_ELEMENT;
  return {
    bytes,
    read: (data) => {
      // Not `slice`: of a Buffer that is a view, as little aligned.
      const whole = data.byteOffset % bytes === 0 ? data : Uint8Array.from(data);
      return new array(whole.buffer, whole.byteOffset, whole.byteLength / bytes);
    },
  };
}

/** Elements that become those of another array, one by one. */
function converted(
  bytes: number,
  make: (count: number) => StateArray,
  get: (view: DataView, at: number, source: string) => number,
) {
  return {
    bytes,
    read: (data: Uint8Array, source: string) => {
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      const out = make(data.length / bytes);
      for (let i = 0; i < out.length; i++) out[i] = get(view, i * bytes, source);
      return out;
    },
  };
}

/** Elements whose bytes stand in the other order. */
function bigEndian(bytes: number, make: (count: number) => StateArray, get: DataViewGetter) {
  return converted(bytes, make, (view, at) => view[get](at, false));
}

type DataViewGetter = 'getFloat64' | 'getFloat32' | 'getInt32' | 'getUint32' | 'getInt16' | 'getUint16';

/** NumPy's `descr` → how to read it. 64-bit integers become float64 and must fit it exactly. */
const elementTypes: Readonly<Record<string, ElementType>> = {
  '<f8': plain(Float64Array),
  '<f4': plain(Float32Array),
  '<i4': plain(Int32Array),
  '<u4': plain(Uint32Array),
  '<i2': plain(Int16Array),
  '|u1': plain(Uint8Array),
  '|b1': plain(Uint8Array),
  '|i1': converted(
    1,
    (n) => new Int16Array(n),
    (view, at) => view.getInt8(at),
  ),
  '<u2': converted(
    2,
    (n) => new Int32Array(n),
    (view, at) => view.getUint16(at, true),
  ),
  '<i8': converted(
    8,
    (n) => new Float64Array(n),
    (view, at, source) => exact(view.getBigInt64(at, true), source),
  ),
  '<u8': converted(
    8,
    (n) => new Float64Array(n),
    (view, at, source) => exact(view.getBigUint64(at, true), source),
  ),
  '>f8': bigEndian(8, (n) => new Float64Array(n), 'getFloat64'),
  '>f4': bigEndian(4, (n) => new Float32Array(n), 'getFloat32'),
  '>i4': bigEndian(4, (n) => new Int32Array(n), 'getInt32'),
  '>u4': bigEndian(4, (n) => new Uint32Array(n), 'getUint32'),
  '>i2': bigEndian(2, (n) => new Int16Array(n), 'getInt16'),
  '>u2': bigEndian(2, (n) => new Int32Array(n), 'getUint16'),
  '>i8': converted(
    8,
    (n) => new Float64Array(n),
    (view, at, source) => exact(view.getBigInt64(at, false), source),
  ),
  '>u8': converted(
    8,
    (n) => new Float64Array(n),
    (view, at, source) => exact(view.getBigUint64(at, false), source),
  ),
};

function exact(value: bigint, source: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw inputError(
      'npy.integer-too-large',
      `${source}: the 64-bit integer ${value} does not fit a float64 exactly; save as float64`,
    );
  }
  return number;
}

const MAGIC = '\x93NUMPY';
/** What NumPy itself reads at most. */
const MAX_HEADER_BYTES = 10_000;
/** As many as NumPy knows. */
const MAX_AXES = 64;

/** What the header of a `.npy` file says of its data. */
export interface NpyHeader {
  readonly shape: readonly number[];
  /** NumPy's name of the elements' type: `<f8`. */
  readonly descr: string;
  readonly fortran: boolean;
  /** Bytes before the data. */
  readonly headerBytes: number;
  /** Bytes of data that the shape needs. */
  readonly dataBytes: number;
}

/** So many bytes of a file hold its header, whatever it says. */
export const NPY_HEADER_BYTES = 12 + MAX_HEADER_BYTES;

/**
 * Reads the header of a `.npy` file, version 1.0, 2.0 or 3.0 (numpy.lib.format).
 * @param bytes the file, or at least its first `NPY_HEADER_BYTES`
 * @param source file name for the errors
 * @throws `npy.*` (exit code 2)
 */
export function readNpyHeader(bytes: Uint8Array, source: string): NpyHeader {
  const fail = (code: string, message: string) => inputError(`npy.${code}`, `${source}: ${message}`);
  if (bytes.length < 10 || latin1(bytes.subarray(0, 6)) !== MAGIC) {
    throw fail(
      'not-npy',
      'not a NumPy .npy file (it does not begin with \\x93NUMPY); write it with numpy.save',
    );
  }
  const version = bytes[6];
  if (version < 1 || version > 3)
    throw fail('version', `.npy version ${version}.${bytes[7]}; 1.0 to 3.0 can be read`);
  const lengthBytes = version === 1 ? 2 : 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + lengthBytes;
  if (bytes.length < start) throw fail('torn', `the file ends inside its header, at byte ${bytes.length}`);
  const headerLength = lengthBytes === 2 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerLength > MAX_HEADER_BYTES) {
    throw fail('header', `its header has ${headerLength} bytes; ${MAX_HEADER_BYTES} are the most`);
  }
  const end = start + headerLength;
  if (end > bytes.length)
    throw fail('torn', `the file ends inside its header: ${bytes.length} of ${end} bytes`);

  const header = latin1(bytes.subarray(start, end));
  const fields = fieldsOf(header);
  if (fields === undefined) {
    throw fail(
      'header',
      `unreadable header ${quoted(header.trim())}; plain arrays only (no records, no objects)`,
    );
  }
  const { descr, fortran, shape } = fields;
  const type = Object.hasOwn(elementTypes, descr) ? elementTypes[descr] : undefined;
  if (type === undefined) {
    const known = Object.keys(elementTypes).join(', ');
    throw fail(
      'dtype',
      `elements of type ${quoted(descr)}; save with array.astype("<f8") (readable: ${known})`,
    );
  }
  if (shape.length > MAX_AXES) throw fail('header', `${shape.length} axes; ${MAX_AXES} are the most`);
  // Without the zeros, an empty array of 10¹⁸ rows would pass.
  const cells = shape.reduce((product, n) => product * Math.max(1, n), 1);
  if (!(cells <= MAX_ELEMENTS)) {
    throw fail(
      'shape',
      `shape (${shape.join(', ')}) has more than ${MAX_ELEMENTS} elements, the most that is read`,
    );
  }
  const dataBytes = shape.reduce((product, n) => product * n, type.bytes);
  return { shape, descr, fortran, headerBytes: end, dataBytes };
}

/** The longest typed array of Node 20. */
const MAX_ELEMENTS = 2 ** 32;

/** The dictionary of a header: its three keys once each, in any order, and nothing else. */
function fieldsOf(header: string): { descr: string; fortran: boolean; shape: number[] } | undefined {
  const pair =
    /\s*(['"])(descr|fortran_order|shape)\1\s*:\s*('[^']*'|"[^"]*"|True|False|\([\dL,\s]*\))\s*(,|(?=\}))/y;
  const open = /^\s*\{/.exec(header);
  if (open === null) return undefined;
  const found = new Map<string, string>();
  let at = open[0].length;
  for (let k = 0; k < 3; k++) {
    pair.lastIndex = at;
    const match = pair.exec(header);
    if (match === null || found.has(match[2])) return undefined;
    found.set(match[2], match[3]);
    at = pair.lastIndex;
  }
  if (!/^\s*\}\s*$/.test(header.slice(at))) return undefined;
  const descr = /^['"](.*)['"]$/.exec(found.get('descr')!)?.[1];
  const fortran = found.get('fortran_order');
  const shape = shapeOf(found.get('shape')!);
  if (descr === undefined || (fortran !== 'True' && fortran !== 'False') || shape === undefined)
    return undefined;
  return { descr, fortran: fortran === 'True', shape };
}

/** `(2, 3)`, `(2,)`, `()`; Python 2 wrote `(2L, 3L)`. */
function shapeOf(text: string): number[] | undefined {
  const inner = /^\(\s*(\d+L?\s*(?:,\s*\d+L?\s*)*,?)?\s*\)$/.exec(text);
  if (inner === null) return undefined;
  return (inner[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => Number(part.replace('L', '')));
}

/**
 * Parses a NumPy `.npy` file, version 1.0, 2.0 or 3.0 (numpy.lib.format), of either byte order and either order of axes. The
 * result may share memory with `bytes`.
 * @param source file name for the errors
 * @throws `npy.*` (exit code 2)
 */
export function decodeNpy(bytes: Uint8Array, source: string): ShapedArray {
  const { shape, descr, fortran, headerBytes, dataBytes } = readNpyHeader(bytes, source);
  const got = bytes.length - headerBytes;
  if (dataBytes !== got) {
    throw inputError(
      'npy.torn',
      `${source}: shape (${shape.join(', ')}) of ${descr} needs ${dataBytes} bytes of data, the file has ${got}`,
    );
  }
  const data = elementTypes[descr].read(bytes.subarray(headerBytes), source);
  return { shape, data: fortran ? rowMajor(data, shape) : data };
}

const descriptors = new Map<unknown, string>([
  [Float64Array, '<f8'],
  [Float32Array, '<f4'],
  [Int32Array, '<i4'],
  [Uint32Array, '<u4'],
  [Int16Array, '<i2'],
  [Uint8Array, '|u1'],
]);

/**
 * A `.npy` file, version 1.0, as two parts: its header (a multiple of 64 bytes) and a view of the data.
 * @param shape defaults to one axis; its product must be the array's length
 */
export function encodeNpy(
  data: StateArray,
  shape: readonly number[] = [data.length],
): [Uint8Array, Uint8Array] {
  const count = shape.reduce((product, n) => product * n, 1);
  if (count !== data.length) {
    throw inputError(
      'npy.shape',
      `shape (${shape.join(', ')}) holds ${count} elements, the array has ${data.length}`,
    );
  }
  // A Buffer is a Uint8Array by another constructor.
  const descr = descriptors.get(data.constructor) ?? '|u1';
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${axes}), }`;
  const total = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const header = Buffer.from(`${MAGIC}\x01\x00\x00\x00${dictionary.padEnd(total - 11)}\n`, 'latin1');
  header.writeUInt16LE(total - 10, 8);
  return [header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
