import { inputError } from '../../core/index.js';

/** An array out of an IDX file: unsigned bytes, row-major. */
export interface IdxArray {
  readonly shape: readonly number[];
  /** [product of `shape`], a view of the file's bytes. */
  readonly data: Uint8Array;
}

const unsignedByte = 0x08;
const typeNames: Readonly<Record<number, string>> = {
  [unsignedByte]: 'unsigned byte',
  9: 'signed byte',
  11: 'int16',
  12: 'int32',
  13: 'float32',
  14: 'float64',
};

/**
 * Parses an unpacked IDX file of unsigned bytes (LeCun, Cortes & Burges, "The MNIST database", file formats): two zero
 * bytes, the type, the number of dimensions, each dimension as a big-endian uint32, the data.
 * @param file name for messages
 * @throws {OhmpropError} `idx.magic`, `idx.type`, `idx.truncated`, `idx.trailing`
 */
export function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  if (bytes.length < 4) throw truncated(file, 4, bytes.length, 'the header');
  const [zero0, zero1, type, dimensions] = bytes;
  if (zero0 !== 0 || zero1 !== 0 || dimensions === 0) {
    throw inputError(
      'idx.magic',
      `${file}: an IDX file begins with 00 00, a type and a number of dimensions above 0; got ${hex(bytes.subarray(0, 4))}; ` +
        'this is no IDX file (a page saved in its place?), fetch it again',
    );
  }
  if (type !== unsignedByte) {
    throw inputError(
      'idx.type',
      `${file}: only IDX files of unsigned bytes (type 08) are read; got type ${hex([type])} (${typeNames[type] ?? 'unknown'})`,
    );
  }
  const headerLength = 4 + 4 * dimensions;
  if (bytes.length < headerLength) {
    throw truncated(file, headerLength, bytes.length, `the header of ${dimensions} dimensions`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  const shape = Array.from({ length: dimensions }, (_, d) => view.getUint32(4 + 4 * d));
  const length = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
  const got = bytes.length - headerLength;
  if (got < length) throw truncated(file, length, got, `data of shape ${shape.join(' × ')}`);
  if (got > length) {
    throw inputError(
      'idx.trailing',
      `${file}: shape ${shape.join(' × ')} needs ${length} bytes of data, got ${got}; ` +
        `${got - length} bytes follow that belong to nothing, fetch the file again`,
    );
  }
  // Not `subarray`: of a Buffer that would be a Buffer again, which copies and compares otherwise.
  return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + headerLength, length) };
}

function truncated(file: string, needed: number, got: number, what: string): Error {
  return inputError(
    'idx.truncated',
    `${file}: ${what} needs ${needed} bytes, got ${got}; the file is cut short, fetch it again`,
  );
}

function hex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
