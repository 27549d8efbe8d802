import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { utils, write } from '@e965/xlsx';
import { describe, expect, it, vi } from 'vitest';
import { readMeasuredBytes, readMeasuredFile } from '../../calibration/files/index.js';
import { columnOf, type MeasuredFile, settingOf } from '../../calibration/measured/index.js';
import { writeNpz } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { loop_A, loop_V } from './measured-texts.js';

const valuesOf = (file: MeasuredFile, role: Parameters<typeof columnOf>[1]): number[] =>
  Array.from(columnOf(file.series[0], role)?.values ?? []);

function workbook(sheets: Record<string, unknown[][]>, bookType: 'xlsx' | 'biff8' | 'ods'): Uint8Array {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets))
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name);
  return new Uint8Array(write(book, { type: 'array', bookType }));
}

describe('containers of arrays', () => {
  const data = [['Time', 'AI', 'AV'], ...loop_V.map((v, k) => [k / 10, loop_A[k], v])];
  const settings = [
    ['Test Name', 'vds-id#1'],
    ['Compliance', 0.05],
    ['Start', 0],
  ];
  it('takes a cell in the last row of a sheet for what it is, and says that it is left out', async () => {
    const rows = Array.from({ length: 12 }, (_, k) => [k / 10, k * 1e-6]);
    const sheet = utils.aoa_to_sheet([['V (V)', 'I (A)'], ...rows]);
    utils.sheet_add_aoa(sheet, [[7]], { origin: 'A1048576' });
    const bytes = new Uint8Array(
      write({ SheetNames: ['IV'], Sheets: { IV: sheet } }, { type: 'array', bookType: 'xlsx' }),
    );
    const { series, remarks } = await readMeasuredBytes(bytes, 'long.xlsx');
    expect(series.map(({ columns }) => columns[0].values.length)).toEqual([12]);
    expect(remarks.join()).toMatch(/sheet IV: left out from row 1048576 on/);
  });

  for (const bookType of ['xlsx', 'biff8', 'ods'] as const) {
    it(`a 4200 workbook as ${bookType}: numbers to the last digit, settings from their own sheet`, async () => {
      const bytes = workbook({ Data: data, Calc: [[]], Settings: settings }, bookType);
      const file = await readMeasuredBytes(bytes, 'loop.xls');
      expect(file.format).toBe('Keithley 4200 workbook');
      expect(file.questions).toEqual([]);
      expect(valuesOf(file, 'voltage_V')).toEqual([...loop_V]);
      expect(valuesOf(file, 'current_A')).toEqual([...loop_A]);
      expect(file.series[0].lines).toEqual([2, loop_V.length + 1]);
      expect(settingOf(file, 'compliance_A')).toBe(0.05);
    });
  }

  it('a workbook without headings asks, and says what it looks like', async () => {
    const rows = [...Array.from({ length: 8 }, () => 2.7), ...Array.from({ length: 8 }, () => -3)].map(
      (v, k) => [v, 0.1, (k + 1) * 1e-8, (k + 2) * 1e-8],
    );
    const bytes = workbook({ Sheet1: rows }, 'xlsx');
    const file = await readMeasuredBytes(bytes, 'cells.xlsx');
    expect(file.questions.map(({ key, blocks, flag }) => [key, blocks, flag])).toEqual([
      ['columns', true, '--answer columns=amplitude_V,voltage_V,current_A*'],
    ]);
    const told = await readMeasuredBytes(bytes, 'cells.xlsx', {
      answers: { columns: 'amplitude_V,voltage_V,current_A*' },
    });
    expect(told.series.map(({ kind, cell }) => [kind, cell])).toEqual([
      ['train', 'column 3'],
      ['train', 'column 4'],
    ]);
  });

  it('an archive that would unpack to more than memory is refused', async () => {
    const bytes = workbook({ Sheet1: [['V', 'I']] }, 'xlsx');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + 46 < bytes.length; at++) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 0x7fffffff, true);
    }
    await expect(readMeasuredBytes(bytes, 'bomb.xlsx')).rejects.toThrow(
      /bomb.xlsx: the workbook cannot be read .*unpacks to more than/,
    );
  });

  it('NumPy archives by the names of their arrays', async () => {
    const path = join(scratch(), 'loop.npz');
    await writeNpz(path, {
      V: { shape: [loop_V.length], data: Float64Array.from(loop_V) },
      I: { shape: [loop_A.length], data: Float64Array.from(loop_A) },
    });
    const file = await readMeasuredFile(path);
    expect(file.series.map(({ kind }) => kind)).toEqual(['sweep']);
    expect(valuesOf(file, 'current_A')).toEqual([...loop_A]);
  });

  it('MATLAB files of level 5, compressed, arrays in a struct', async () => {
    const file = await readMeasuredBytes(matlab5(), 'loop.mat');
    expect(file.format).toBe('MATLAB file');
    expect(file.series.map(({ name, kind }) => [name, kind])).toEqual([['dev', 'sweep']]);
    expect(valuesOf(file, 'voltage_V')).toEqual([...loop_V]);
    expect(valuesOf(file, 'current_A')).toEqual([...loop_A]);
  });

  it('HDF5 with units as attributes, where its reader is installed', async () => {
    const { default: h5wasm } = await import('h5wasm/node');
    await h5wasm.ready;
    const path = join(scratch(), 'loop.h5');
    const written = new h5wasm.File(path, 'w');
    const group = written.create_group('device1');
    group.create_attribute('compliance (A)', 0.01);
    for (const [name, data, units] of [
      ['V', loop_V.map((v) => v * 1000), 'mV'],
      ['I', loop_A, 'A'],
    ] as const) {
      group.create_dataset({ name, data: Float64Array.from(data) });
      (group.get(name) as { create_attribute(name: string, value: string): void }).create_attribute(
        'units',
        units,
      );
    }
    written.close();
    const file = await readMeasuredFile(path);
    expect(file.format).toBe('HDF5');
    expect(file.series.map(({ name, kind }) => [name, kind])).toEqual([['device1', 'sweep']]);
    expect(valuesOf(file, 'voltage_V').map((v) => Number(v.toFixed(12)))).toEqual([...loop_V]);
    expect(settingOf(file, 'compliance_A')).toBe(0.01);
  });

  it('damaged containers end in a message', async () => {
    const broken = workbook({ Data: data }, 'xlsx').slice(0, 900);
    await expect(readMeasuredBytes(broken, 'a.xlsx')).rejects.toThrow(/a.xlsx: the workbook cannot be read/);
    await expect(readMeasuredBytes(matlab5().slice(0, 300), 'a.mat')).rejects.toThrow(
      /a.mat: (the MAT-file is damaged|no table)/,
    );
    const path = join(scratch(), 'a.h5');
    writeFileSync(path, Uint8Array.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4]));
    await expect(readMeasuredFile(path)).rejects.toThrow(/a.h5: the HDF5 file cannot be read/);
  });
});

describe('readers in a process of their own, as built', () => {
  /** An old workbook, the second record of a part of it (0: of the book, 1: of the sheet) said to be of a kind and empty. */
  function oldWorkbook(kind: number, part: number): Uint8Array {
    const bytes = workbook({ Data: [['V (V)', 'I (A)'], ...loop_V.map((v, k) => [v, loop_A[k]])] }, 'biff8');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const starts: number[] = [];
    for (let at = 512; at + 4 < bytes.length; at += 2)
      if (view.getUint16(at, true) === 0x809 && view.getUint16(at + 2, true) === 16) starts.push(at);
    const second = starts[part] + 4 + 16;
    view.setUint16(second, kind, true);
    view.setUint16(second + 2, 0, true);
    return bytes;
  }

  // SheetJS counts from NaN, and takes memory for ever, which once ended the process that asked.
  it.each([['references to sheets', 0x17, 0]])(
    'end where an old workbook of %s without content never does, and read on',
    async (_, kind, part) => {
      const built = new URL('../../dist/calibration/files/in-container-process.js', import.meta.url).href;
      const { readContainer } = (await import(built)) as {
        readContainer: typeof import('../../calibration/files/in-container-process.js').readContainer;
      };
      const damaged = { kind: 'workbook', bytes: oldWorkbook(kind, part), path: 'a.xls' } as const;
      await expect(readContainer(damaged, 1500)).rejects.toThrow(
        /^a.xls: cannot be read \((not done after 1.5 s of processor time: damaged, or too large|its reader needs more memory than it may have)\); save it again, or as CSV/,
      );
      const sound = {
        kind: 'workbook',
        bytes: workbook({ Data: [['V'], [1]] }, 'biff8'),
        path: 'b.xls',
      } as const;
      expect((await readContainer(sound)).tables).toHaveLength(1);
    },
  );

  it('read on after damaged files, and print nothing', async () => {
    const built = new URL('../../dist/calibration/files/index.js', import.meta.url).href;
    const { readMeasuredBytes: readBuilt } = (await import(built)) as {
      readMeasuredBytes: typeof readMeasuredBytes;
    };
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const sound = workbook({ Data: [['V (V)', 'I (A)'], ...loop_V.map((v, k) => [v, loop_A[k]])] }, 'biff8');
    // A record of a kind that there is none of: SheetJS says so on the console.
    for (let at = 1028; at < 1038; at += 4) {
      const damaged = workbook(
        {
          Data: [
            ['V', 'I'],
            [0, 1],
            [1, 2],
          ],
        },
        'biff8',
      );
      damaged[at] = 1;
      await readBuilt(damaged, 'a.xls').catch(() => {});
    }
    const h5 = Uint8Array.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4]);
    for (const name of ['a.h5', 'b.h5'])
      await expect(readBuilt(h5, name)).rejects.toThrow(`${name}: the HDF5 file cannot be read`);
    const read = await Promise.all([readBuilt(sound, 'a.xls'), readBuilt(sound, 'b.xls')]);
    for (const file of read) expect(valuesOf(file, 'current_A')).toEqual([...loop_A]);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });
});

/** `dev.V` and `dev.I`, row vectors in a struct, in one compressed element; by the MAT-File Format of The MathWorks. */
function matlab5(): Uint8Array {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file, Platform: drawn');
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126, 'latin1');
  const element = (type: number, content: Buffer): Buffer => {
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(type, 0);
    tag.writeUInt32LE(content.length, 4);
    return Buffer.concat([tag, content, Buffer.alloc((8 - (content.length % 8)) % 8)]);
  };
  const int32 = (...values: number[]): Buffer => element(5, Buffer.from(Int32Array.from(values).buffer));
  const flags = (kind: number): Buffer => element(6, Buffer.from(Uint32Array.from([kind, 0]).buffer));
  const name = (text: string): Buffer => element(1, Buffer.from(text));
  const numbers = (values: readonly number[]): Buffer =>
    element(
      14,
      Buffer.concat([
        flags(6),
        int32(1, values.length),
        name(''),
        element(9, Buffer.from(Float64Array.from(values).buffer)),
      ]),
    );
  const fields = Buffer.alloc(8);
  fields.write('V', 0);
  fields.write('I', 4);
  const struct = element(
    14,
    Buffer.concat([
      flags(2),
      int32(1, 1),
      name('dev'),
      int32(4),
      element(1, fields),
      numbers(loop_V),
      numbers(loop_A),
    ]),
  );
  const packed = deflateSync(struct);
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(15, 0);
  tag.writeUInt32LE(packed.length, 4);
  return new Uint8Array(Buffer.concat([header, tag, packed]));
}
