import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RandomStream } from '../../core/index.js';
import { loadData } from '../../learning/data/index.js';
import { type Delimiter, readNumericTable } from '../../records/tables/index.js';
import { mutateBytes, mutateText, pick } from './mutate.js';
import type { Target } from './target.js';

const seeds = [
  'x,y,label\n1,2,red\n2,3,blue\n3,1,red\n4,4,blue\n',
  '\uFEFFsepal;petal;species\r\n"5,1";1.4;setosa\r\n4.9;1.5;setosa\r\n6;4;"ver ""x"""\r\n',
  'a\tb\tclass\n1e-9\t2e9\t0\n-1\t.5\t1\n0\t0\t1\n',
  'time (ms),current (uA),v_V\n0,1,0.5\n1,1.2 mA,0.6\n2,,0.7\n',
  '# a remark\nup (uS),down (uS)\n1,9\n2,8\n3,7\n',
  '1 2 3\n4 5 6\n',
];
const words = [
  ',',
  ';',
  '\t',
  '"',
  '""',
  '\n',
  '\r\n',
  '\r',
  '#',
  '1',
  '2.5',
  '-1e-3',
  '1,5',
  '1.2 mA',
  'uS',
  'label',
  'class',
  'nan',
  '( )',
];

interface Case {
  readonly bytes: Uint8Array;
  readonly numeric: boolean;
  readonly delimiters?: readonly Delimiter[];
  readonly remarks: 'nowhere' | 'lines' | 'anywhere';
}

let file = '';

/** Tables: as data to train on, from a file, and as tables of numbers. */
export const csv: Target = {
  async prepare(folder) {
    file = join(folder, 'fuzz.csv');
  },
  make(random): Case {
    const text = random.integer(3) === 0 ? grown(random) : pick(random, seeds);
    const mutated = random.integer(8) === 0 ? text : mutateText(text, random, words, seeds);
    const bytes = new TextEncoder().encode(mutated);
    const numeric = random.integer(2) === 0;
    const packed = !numeric && random.integer(20) === 0 ? gzipSync(bytes) : bytes;
    return {
      bytes: random.integer(4) === 0 ? mutateBytes(packed, random) : packed,
      numeric,
      remarks: pick(random, ['nowhere', 'lines', 'anywhere']),
      ...(random.integer(3) === 0 ? { delimiters: [',', ' '] } : {}),
    };
  },
  async take(input) {
    const { bytes, numeric, remarks, delimiters } = input as Case;
    if (numeric) {
      readNumericTable(bytes, { file: 'fuzz.csv', code: 'fuzz', remarks, ...(delimiters && { delimiters }) });
    } else {
      writeFileSync(file, bytes);
      await loadData(`csv:${file}`, { seed: 1 });
    }
    return true;
  },
  kept: (input) => (input as Case).bytes,
};

function grown(random: RandomStream): string {
  const columns = 1 + random.integer(5);
  const mark = pick(random, [',', ';', '\t', ' ']);
  const row = (cell: () => string) => Array.from({ length: columns }, cell).join(mark);
  const rows = Array.from({ length: 1 + random.integer(12) }, () =>
    row(() => pick(random, ['1', '-2.5', '3e8', '1e-9', '"4"', '', 'a', '0.1 mV', 'NaN'])),
  );
  return [row(() => pick(random, ['x', 'y (V)', 'z_uA', 'label', '', '"q"'])), ...rows].join(
    pick(random, ['\n', '\r\n', '\r']),
  );
}
