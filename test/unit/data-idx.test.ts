import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OhmpropError } from '../../core/index.js';
import { parseIdx } from '../../learning/data/index.js';

/** An IDX file by the book: magic, big-endian dimensions, data. */
function idxBytes(shape: number[], data: ArrayLike<number>, type = 0x08): Uint8Array {
  const header = [
    0,
    0,
    type,
    shape.length,
    ...shape.flatMap((size) => [size >>> 24, size >>> 16, size >>> 8, size]),
  ];
  return Uint8Array.from([...header, ...Array.from(data)]);
}

describe('parseIdx', () => {
  it('reads what a writer wrote, whatever the shape', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
          const length = shape.reduce((product, size) => product * size, 1);
          return fc.tuple(fc.constant(shape), fc.uint8Array({ minLength: length, maxLength: length }));
        }),
        ([shape, data]) => {
          const bytes = idxBytes(shape, data);
          expect(parseIdx(bytes, 'some-idx')).toEqual({ shape, data });
          // Also as a view into a larger buffer, as reading files gives them.
          const within = new Uint8Array(bytes.length + 13);
          within.set(bytes, 13);
          expect(parseIdx(within.subarray(13), 'some-idx').shape).toEqual(shape);
        },
      ),
    );
  });

  it('takes any bytes for a file or says what is wrong with them', () => {
    const nearlyIdx = fc
      .tuple(
        fc.uint8Array({ maxLength: 4 }),
        fc.integer({ min: 0, max: 255 }),
        fc.uint8Array({ maxLength: 40 }),
      )
      .map(([sizes, dimensions, rest]) => Uint8Array.from([0, 0, 8, dimensions, ...sizes, ...rest]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), nearlyIdx), (bytes) => {
        try {
          const { shape, data } = parseIdx(bytes, 'noise-idx');
          expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
        } catch (error) {
          expect(error).toBeInstanceOf(OhmpropError);
          expect((error as OhmpropError).exitCode).toBe(2);
          expect((error as OhmpropError).message).toMatch(/^noise-idx: .*got/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('never takes a file that was cut short or has grown', () => {
    const whole = idxBytes([3, 2, 2], new Uint8Array(12));
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseIdx(whole.subarray(0, length), 'a-idx'), `${length} bytes`).toThrow(OhmpropError);
    }
    expect(() => parseIdx(whole.subarray(0, 20), 'a-idx')).toThrow(
      'a-idx: data of shape 3 × 2 × 2 needs 12 bytes, got 4; the file is cut short, fetch it again',
    );
    expect(() => parseIdx(Uint8Array.from([...whole, 0]), 'a-idx')).toThrow(
      /a-idx: shape 3 × 2 × 2 needs 12 bytes of data, got 13; 1 bytes follow/,
    );
  });

  it.each([
    [
      'a page',
      new TextEncoder().encode('<!DOCTYPE html>'),
      'idx.magic',
      /got 3c 21 44 4f; this is no IDX file/,
    ],
    ['no dimension', Uint8Array.of(0, 0, 8, 0), 'idx.magic', /a number of dimensions above 0/],
    [
      'floats',
      idxBytes([1], [0, 0, 0, 0], 0x0d),
      'idx.type',
      /unsigned bytes \(type 08\).*got type 0d \(float32\)/,
    ],
    ['a type of its own', idxBytes([1], [0], 0x77), 'idx.type', /type 77 \(unknown\)/],
    ['nothing', new Uint8Array(), 'idx.truncated', /the header needs 4 bytes, got 0/],
    [
      'dimensions past all memory',
      Uint8Array.from([0, 0, 8, 40, ...new Uint8Array(160).fill(255), 1]),
      'idx.truncated',
      /needs .* bytes, got 1;/,
    ],
  ])('refuses %s', (_, bytes, code, message) => {
    expect(() => parseIdx(bytes, 'x-idx')).toThrow(message);
    expect(() => parseIdx(bytes, 'x-idx')).toThrow(expect.objectContaining({ code }));
  });
});
