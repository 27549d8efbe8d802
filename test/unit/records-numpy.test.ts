import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { OhmpropError } from '../../core/index.js';
import { decodeNpy, encodeNpy, readNpz, type StateArray, writeNpz, writeZip } from '../../records/index.js';
import { scratch } from '../scratch.js';

const golden = join(import.meta.dirname, '..', 'golden', 'numpy');

let directory: string;
beforeEach(() => {
  directory = scratch('numpy');
});

const anyBytes = fc.uint8Array({ maxLength: 64 });
const anyArray: fc.Arbitrary<StateArray> = fc.oneof(
  fc.float64Array({ maxLength: 20 }),
  fc.float32Array({ maxLength: 20 }),
  fc.int32Array({ maxLength: 20 }),
  fc.uint32Array({ maxLength: 20 }),
  fc.int16Array({ maxLength: 20 }),
  anyBytes,
);

function bitsOf(array: StateArray): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'no error';
  } catch (error) {
    if (error instanceof OhmpropError) return error.code;
    throw error;
  }
}

describe('.npy', () => {
  it('gives every array back with its type, bit for bit', () => {
    fc.assert(
      fc.property(anyArray, (array) => {
        const read = decodeNpy(Buffer.concat(encodeNpy(array)), 'x.npy');
        expect(read.data.constructor).toBe(array.constructor);
        expect(read.shape).toEqual([array.length]);
        expect(bitsOf(read.data).equals(bitsOf(array))).toBe(true);
      }),
    );
  });

  it('writes the header NumPy writes, a multiple of 64 bytes long', () => {
    const [header] = encodeNpy(new Float32Array(6), [2, 3]);
    const text = Buffer.from(header).toString('latin1');
    expect(header.length % 64).toBe(0);
    expect(text.slice(10).trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
    expect(text.endsWith('\n')).toBe(true);
  });

  it('refuses a shape that does not hold the elements', () => {
    expect(() => encodeNpy(new Float64Array(5), [2, 3])).toThrow(
      /shape \(2, 3\) holds 6 elements, the array has 5/,
    );
  });

  it('meets no bytes that make it fail with anything but a named error', () => {
    const named = /^(no error|npy\.[a-z-]+)$/;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(codeOf(() => decodeNpy(bytes, 'x'))).toMatch(named);
      }),
    );
    const whole = Buffer.concat(encodeNpy(Float64Array.of(1, 2, 3)));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
        const altered = Buffer.from(whole);
        altered[at] = value;
        expect(codeOf(() => decodeNpy(altered.subarray(0, length), 'x'))).toMatch(named);
      }),
      { numRuns: 500 },
    );
  });

  it('notices a file that ends too early, wherever', () => {
    const whole = Buffer.concat(encodeNpy(Float64Array.of(1, 2, 3)));
    for (let length = 0; length < whole.length; length++) {
      expect(codeOf(() => decodeNpy(whole.subarray(0, length), 'x'))).toMatch(/^npy\.(torn|not-npy)$/);
    }
  });

  it('reads Fortran order, as of a transposed array, row by row', async () => {
    const { shape, data } = decodeNpy(await readFile(join(golden, 'fortran.npy')), 'fortran.npy');
    expect(shape).toEqual([2, 3]);
    expect(data).toEqual(Float64Array.of(0, 1, 2, 3, 4, 5));
  });

  it('reads the other byte order, and data that begin at any place in memory', async () => {
    expect(decodeNpy(await readFile(join(golden, 'big-endian.npy')), 'x').data).toEqual(Float64Array.of(1));
    const header = Buffer.from(
      "\x93NUMPY\x01\x00\x3a\x00{'descr': '>i2', 'fortran_order': True, 'shape': (2, 2), }\n",
      'latin1',
    );
    header.writeUInt16LE(header.length - 10, 8);
    const file = Buffer.concat([header, Buffer.from([0, 1, 0, 2, 0xff, 0xfd, 0, 4])]);
    for (let offset = 0; offset < 9; offset++) {
      const placed = Buffer.concat([Buffer.alloc(offset), file]).subarray(offset);
      expect(decodeNpy(placed, 'x')).toEqual({ shape: [2, 2], data: Int16Array.of(1, -3, 2, 4) });
    }
  });

  it.each([
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", 'npy.header'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (0, 99999999999), }", 'npy.shape'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 'npy.shape'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (1e3,), }", 'npy.header'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (3 3,), }", 'npy.header'],
    ["{'descr': '<f8', 'shape': (1,), 'shape': (2,), }", 'npy.header'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}", 'npy.header'],
    ["{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", 'npy.header'],
    ["{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 'npy.dtype'],
    ["{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 'npy.torn'],
    [' '.repeat(20_000), 'npy.header'],
  ])('a header that lies is refused: %s', (dictionary, code) => {
    const header = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${dictionary}\n`, 'latin1');
    header.writeUInt16LE(header.length - 10, 8);
    expect(codeOf(() => decodeNpy(Buffer.concat([header, Buffer.alloc(8)]), 'x'))).toBe(code);
  });

  it('reads version 2.0', async () => {
    const { data } = decodeNpy(await readFile(join(golden, 'version2.npy')), 'version2.npy');
    expect(data).toEqual(Uint32Array.of(0, 1, 2));
  });

  it.each([
    ['complex.npy', 'npy.dtype', /complex\.npy: elements of type "<c16"; save with/],
    [
      'int64-too-large.npy',
      'npy.integer-too-large',
      /int64-too-large\.npy: the 64-bit integer 1152921504606846976/,
    ],
  ])('says of %s what to change', async (name, code, message) => {
    const bytes = await readFile(join(golden, name));
    expect(codeOf(() => decodeNpy(bytes, name))).toBe(code);
    expect(() => decodeNpy(bytes, name)).toThrow(message);
  });
});

describe('.npz', () => {
  it('reads what numpy.savez wrote', async () => {
    const { a } = await readNpz(join(golden, 'plain.npz'));
    expect(a.shape).toEqual([3]);
    expect(a.data).toEqual(Float64Array.of(1, Number.NaN, -0));
  });

  it('reads what numpy.savez_compressed wrote, of every type', async () => {
    const arrays = await readNpz(join(golden, 'compressed.npz'));
    expect(arrays).toEqual({
      w: { shape: [1, 3], data: Float32Array.of(1.5, -2, Math.PI) },
      n: { shape: [2], data: Float64Array.of(2 ** 53 - 1, -7) },
      s: { shape: [], data: Float64Array.of(0.1) },
      m: { shape: [2], data: Uint8Array.of(1, 0) },
      h: { shape: [2], data: Int16Array.of(-3, 4) },
      u: { shape: [1], data: Int32Array.of(65535) },
      e: { shape: [0, 3], data: new Int32Array(0) },
    });
  });

  it('gives arrays and shapes back, bit for bit', async () => {
    const path = join(directory, 'weights.npz');
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/), anyArray),
        async (arrays) => {
          const shaped = Object.fromEntries(
            Object.entries(arrays).map(([name, data]) => [name, { data, shape: [1, data.length] }]),
          );
          await writeNpz(path, shaped);
          const read = await readNpz(path);
          expect(Object.keys(read).sort()).toEqual(Object.keys(shaped).sort());
          for (const [name, { data, shape }] of Object.entries(shaped)) {
            expect(read[name].shape).toEqual(shape);
            expect(bitsOf(read[name].data).equals(bitsOf(data))).toBe(true);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('refuses a name that is no file name, before writing', async () => {
    const path = join(directory, 'weights.npz');
    await expect(writeNpz(path, { 'a b': Uint8Array.of(1) })).rejects.toThrow(
      /array name "a b": use letters/,
    );
    await expect(readNpz(path)).rejects.toMatchObject({ code: 'records.not-found', exitCode: 2 });
  });

  it('says before writing that an archive cannot hold 4 GiB', async () => {
    const path = join(directory, 'weights.npz');
    // Four times the same untouched GiB: address space, not memory.
    const gigabyte = new Uint8Array(2 ** 30);
    const arrays = { a: gigabyte, b: gigabyte, c: gigabyte, d: gigabyte };
    await expect(writeNpz(path, arrays)).rejects.toMatchObject({
      code: 'records.too-large',
      exitCode: 1,
      message: expect.stringContaining('4.00 GiB'),
    });
  });

  it('reads only what is named, and only where its shape is wanted', async () => {
    const path = join(directory, 'some.npz');
    await writeNpz(path, { a: Float64Array.of(1, 2), b: { shape: [2, 1], data: Uint8Array.of(3, 4) } });
    expect(Object.keys(await readNpz(path, { names: ['b', 'c'] }))).toEqual(['b']);
    const check = (name: string, { shape }: { shape: readonly number[] }) =>
      name === 'a' && shape[0] !== 3 ? `needs 3 elements, got ${shape[0]}` : undefined;
    await expect(readNpz(path, { check })).rejects.toThrow(/a\.npy: needs 3 elements, got 2/);
  });
});

it('an archive of more members than anybody keeps arrays is refused before one is read', async () => {
  const path = join(directory, 'many.npz');
  const entries = Array.from({ length: 10_001 }, (_, k) => ({ name: `${k}.npy`, parts: [] }));
  await writeZip(path, entries);
  await expect(readNpz(path)).rejects.toThrow(/10001 files are in it; 10000 are the most/);
});
