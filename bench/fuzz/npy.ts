import type { RandomStream } from '../../core/index.js';
import { decodeNpy, encodeNpy } from '../../records/index.js';
import { join, mutateBytes, mutateText, pick } from './mutate.js';
import type { Target } from './target.js';

const types = [
  '<f8',
  '>f8',
  '<f4',
  '>f4',
  '<i4',
  '>i4',
  '<u4',
  '<i2',
  '>i2',
  '<u2',
  '|u1',
  '|b1',
  '|i1',
  '<i8',
  '>u8',
  '<c16',
  '|O',
  "<f8'",
];
const shapes = [
  '(2, 3)',
  '(3,)',
  '()',
  '(0,)',
  '(0, 99999999999)',
  '(-1,)',
  '(2L, 3L)',
  '(4294967296, 4294967296)',
  '(1, 1, 1, 1)',
  '(3 3,)',
  '(1e3,)',
];
export const npySeeds: readonly Uint8Array[] = [
  join(...encodeNpy(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3])),
  join(...encodeNpy(Int16Array.of(1, 2, 3))),
  join(...encodeNpy(new Float32Array(0), [0, 3])),
];

/** NumPy's arrays: valid ones changed, and headers that say anything. */
export const npy: Target = {
  make(random) {
    const bytes = random.integer(2) === 0 ? pick(random, npySeeds) : grown(random);
    const changed = random.integer(5) === 0 ? bytes : mutateBytes(bytes, random, npySeeds);
    // At any place in memory: typed arrays cannot be laid over all.
    const offset = random.integer(8);
    return join(new Uint8Array(offset), changed).subarray(offset);
  },
  take(input) {
    decodeNpy(input as Uint8Array, 'fuzz.npy');
    return true;
  },
  kept: (input) => input as Uint8Array,
};

export function grown(random: RandomStream): Uint8Array {
  const fields = [
    `'descr': '${pick(random, types)}'`,
    `'fortran_order': ${pick(random, ['True', 'False', 'Maybe'])}`,
    `'shape': ${pick(random, shapes)}`,
  ];
  if (random.integer(6) === 0) fields.push(pick(random, fields));
  const dictionary = `{${fields.join(', ')}, }`;
  const header = new TextEncoder().encode(
    `${(random.integer(4) === 0 ? mutateText(dictionary, random) : dictionary).padEnd(random.integer(130))}\n`,
  );
  const version = 1 + random.integer(3);
  const head = new Uint8Array(version === 1 ? 10 : 12);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  new DataView(head.buffer).setUint16(8, Math.min(0xffff, header.length), true);
  return join(head, header, new Uint8Array(pick(random, [0, 1, 3, 6, 12, 24, 48, 96])));
}
