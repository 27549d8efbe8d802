import { inflateSync } from 'node:zlib';
import { inputError } from '../../core/index.js';
import { entriesOfArrays, type NamedArray, tablesOfArrays } from './arrays.js';
import type { RawFile } from './raw-table.js';

/** Text that a MAT-file of level 5 begins with; of 7.3 the rest is HDF5. */
const MAGIC = 'MATLAB 5.0 MAT-file';
const HEADER_BYTES = 128;
/** Elements that a compressed one may unpack to. */
const MAX_UNPACKED_BYTES = 2 ** 28;
/** Structs in structs. */
const MAX_DEPTH = 16;

/** Data types of elements (MAT-File Format, table 1-1) and the reading of one. */
const types: Readonly<
  Record<number, readonly [bytes: number, get: (view: DataView, at: number, little: boolean) => number]>
> = {
  1: [1, (view, at) => view.getInt8(at)],
  2: [1, (view, at) => view.getUint8(at)],
  3: [2, (view, at, little) => view.getInt16(at, little)],
  4: [2, (view, at, little) => view.getUint16(at, little)],
  5: [4, (view, at, little) => view.getInt32(at, little)],
  6: [4, (view, at, little) => view.getUint32(at, little)],
  7: [4, (view, at, little) => view.getFloat32(at, little)],
  9: [8, (view, at, little) => view.getFloat64(at, little)],
  12: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  13: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
};
const MATRIX = 14;
const COMPRESSED = 15;
/** Array classes (table 1-3): cell, struct, then numbers from double to uint64. */
const CELL = 1;
const STRUCT = 2;
const NUMBERS = [6, 15] as const;

/** Whether bytes are a MAT-file of level 5 (saved without `-v7.3`). */
export function isMatlab5(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length)) === MAGIC;
}

/**
 * Reads the arrays of numbers of a MAT-file of level 5, those in structs and cells included. Source of the layout: MATLAB MAT-File Format,
 * The MathWorks.
 * @throws OhmpropError `measured.format` (exit code 2)
 */
export function readMatlab5(bytes: Uint8Array, path: string): RawFile {
  const arrays: NamedArray[] = [];
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const little = view.getUint16(126, true) === 0x4d49;
    readElements(new Elements(view, little, HEADER_BYTES, bytes.length), arrays, '', 0);
  } catch (cause) {
    if (
      !(
        cause instanceof RangeError ||
        cause instanceof Damaged ||
        (cause as { code?: string }).code?.startsWith('Z_')
      )
    )
      throw cause;
    throw inputError(
      'measured.format',
      `${path}: the MAT-file is damaged (${(cause as Error).message}); save it again`,
      cause,
    );
  }
  const remarks: string[] = [];
  const entries = entriesOfArrays(arrays);
  return { format: 'MATLAB file', tables: tablesOfArrays(arrays, entries, remarks), entries, remarks };
}

class Damaged extends Error {}

interface Element {
  readonly type: number;
  readonly from: number;
  readonly to: number;
}

class Elements {
  constructor(
    readonly view: DataView,
    readonly little: boolean,
    private at: number,
    readonly end: number,
  ) {}

  next(): Element | undefined {
    if (this.at + 8 > this.end) return undefined;
    const tag = this.view.getUint32(this.at, this.little);
    if (tag >>> 16 !== 0) {
      // Small: type and length in one word, the data in the other.
      const element = { type: tag & 0xffff, from: this.at + 4, to: this.at + 4 + (tag >>> 16) };
      this.at += 8;
      if (element.to > this.at) throw new Damaged('an element is longer than it may be');
      return element;
    }
    const length = this.view.getUint32(this.at + 4, this.little);
    const from = this.at + 8;
    const to = from + length;
    if (to > this.end) throw new Damaged(`an element ends at byte ${to}, after ${this.end}`);
    this.at = tag === COMPRESSED ? to : to + ((8 - (length % 8)) % 8);
    return { type: tag, from, to };
  }

  need(): Element {
    const element = this.next();
    if (element === undefined) throw new Damaged('an element is missing');
    return element;
  }

  within({ from, to }: Element): Elements {
    return new Elements(this.view, this.little, from, to);
  }

  numbers({ type, from, to }: Element): Float64Array {
    const [bytes, get] = types[type] ?? [];
    if (bytes === undefined || get === undefined) throw new Damaged(`numbers of type ${type}`);
    return Float64Array.from({ length: Math.floor((to - from) / bytes) }, (_, k) =>
      get(this.view, from + k * bytes, this.little),
    );
  }

  text(element: Element): string {
    return String.fromCharCode(...this.numbers(element).subarray(0, 256)).replace(/\0+$/, '');
  }
}

function readElements(elements: Elements, arrays: NamedArray[], folder: string, depth: number): void {
  for (let element = elements.next(); element !== undefined; element = elements.next()) {
    if (element.type === COMPRESSED) {
      const packed = new Uint8Array(
        elements.view.buffer,
        elements.view.byteOffset + element.from,
        element.to - element.from,
      );
      const content = inflateSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES });
      const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
      readElements(new Elements(view, elements.little, 0, content.length), arrays, folder, depth);
    } else if (element.type === MATRIX)
      readMatrix(elements.within(element), arrays, folder, undefined, depth);
  }
}

/** @param named what a struct or cell calls it; else its own name */
function readMatrix(
  elements: Elements,
  arrays: NamedArray[],
  folder: string,
  named: string | undefined,
  depth: number,
): void {
  const flags = elements.next();
  if (flags === undefined) return;
  const kind = elements.numbers(flags)[0] & 0xff;
  const shape = [...elements.numbers(elements.need())];
  const own = elements.text(elements.need());
  const name = [folder, named ?? own].filter((part) => part !== '').join('/');
  if (depth > MAX_DEPTH) return;
  if (kind === CELL) {
    for (let k = 0, cell = elements.next(); cell !== undefined; cell = elements.next()) {
      if (cell.type === MATRIX) readMatrix(elements.within(cell), arrays, name, String(++k), depth + 1);
    }
  } else if (kind === STRUCT) {
    const width = elements.numbers(elements.need())[0];
    const all = elements.numbers(elements.need());
    if (!(width > 0)) throw new Damaged('a struct without names');
    const fields = Array.from({ length: Math.floor(all.length / width) }, (_, f) =>
      String.fromCharCode(...all.subarray(f * width, (f + 1) * width)).replace(/\0.*$/s, ''),
    );
    const several = fields.length > 0 && shape.reduce((a, b) => a * b, 1) > 1;
    for (
      let k = 0, field = elements.next();
      field !== undefined && fields.length > 0;
      field = elements.next(), k++
    ) {
      if (field.type !== MATRIX) continue;
      const inside = several ? `${name}/${Math.floor(k / fields.length) + 1}` : name;
      readMatrix(elements.within(field), arrays, inside, fields[k % fields.length], depth + 1);
    }
  } else if (kind >= NUMBERS[0] && kind <= NUMBERS[1]) {
    const data = elements.numbers(elements.need());
    const count = shape.reduce((a, b) => a * b, 1);
    if (data.length !== count || count === 0) return;
    arrays.push({ name, shape, data: shape.length === 2 ? rowMajor(data, shape[0], shape[1]) : data });
  }
}

/** MATLAB's columns first, turned into rows first. */
function rowMajor(data: Float64Array, rows: number, columns: number): Float64Array {
  if (rows === 1 || columns === 1) return data;
  return Float64Array.from(data, (_, k) => data[(k % columns) * rows + Math.floor(k / columns)]);
}
