import { utils, write } from '@e965/xlsx';
import { unzipSync, zipSync } from 'fflate';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import type { RandomStream } from '../../core/index.js';
import { mutateBytes, mutateText, pick } from './mutate.js';
import type { Target } from './target.js';

const table = [
  ['Time', 'AI', 'AV', 'note'],
  ...Array.from({ length: 12 }, (_, k) => [
    k / 10,
    k * 1e-6,
    k < 7 ? k / 6 : (12 - k) / 6,
    k === 3 ? '#REF' : '',
  ]),
];

function workbook(bookType: 'xlsx' | 'biff8' | 'ods'): Uint8Array {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(table), 'Data');
  utils.book_append_sheet(
    book,
    utils.aoa_to_sheet([
      ['Compliance', 0.1],
      ['Start', 0],
    ]),
    'Settings',
  );
  return new Uint8Array(write(book, { type: 'array', bookType }));
}

const seeds = { xlsx: workbook('xlsx'), xls: workbook('biff8'), ods: workbook('ods') };
const parts = unzipSync(seeds.xlsx);

interface Case {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/** Readers of containers end by a deadline of their own, in a process of their own: no case may take longer than that. */
const patience_ms = 400_000;

/** Workbooks: their bytes changed, and those of the texts in their archive. */
export const workbooks: Target = {
  patience_ms,
  make(random: RandomStream): Case {
    if (random.integer(2) === 0) {
      const changed = { ...parts };
      for (let edits = 1 + random.integer(2); edits > 0; edits--) {
        const name = pick(random, Object.keys(parts));
        changed[name] = new TextEncoder().encode(
          mutateText(new TextDecoder().decode(parts[name]), random, [
            '<c r="XFD1048576"><v>1</v></c>',
            '<row r="1048576">',
            't="s"',
            '&#0;',
            '<dimension ref="A1:XFD1048576"/>',
            '</row>',
            '<v>',
            '1e999',
          ]),
        );
      }
      return { bytes: zipSync(changed, { level: 0 }), name: 'a.xlsx' };
    }
    const kind = pick(random, ['xlsx', 'xls', 'ods'] as const);
    return { bytes: mutateBytes(seeds[kind], random, [seeds.xls]), name: `a.${kind}` };
  },
  async take(input) {
    const { bytes, name } = input as Case;
    await readMeasuredBytes(bytes, name);
    return true;
  },
  kept: (input) => (input as Case).bytes,
};

let hdf5Seed = new Uint8Array();

/** HDF5 files, through h5wasm. */
export const hdf5: Target = {
  async prepare(folder) {
    const { default: h5wasm } = await import('h5wasm/node');
    await h5wasm.ready;
    const path = `${folder}/seed.h5`;
    const file = new h5wasm.File(path, 'w');
    const group = file.create_group('device1');
    group.create_attribute('compliance (A)', 0.01);
    for (const name of ['V', 'I'])
      group.create_dataset({ name, data: Float64Array.from({ length: 40 }, (_, k) => k / 40) });
    file.close();
    const { readFileSync } = await import('node:fs');
    hdf5Seed = new Uint8Array(readFileSync(path));
  },
  make: (random: RandomStream): Case => ({ bytes: mutateBytes(hdf5Seed, random), name: 'a.h5' }),
  async take(input) {
    const { bytes, name } = input as Case;
    await readMeasuredBytes(bytes, name, { inThisThread: true });
    return true;
  },
  kept: (input) => (input as Case).bytes,
};
