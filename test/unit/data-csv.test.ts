import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { OhmpropError } from '../../core/index.js';
import { csv } from '../../learning/data/csv.js';
import { parseCsvTable } from '../../learning/data/csv-table.js';
import { loadData } from '../../learning/data/index.js';
import { scratch } from '../scratch.js';

let directory: string;
let file: string;
beforeEach(() => {
  directory = scratch('csv');
  file = join(directory, 'flowers.csv');
});

function table(text: string | Uint8Array) {
  const { features, rows, labels } = parseCsvTable(
    typeof text === 'string' ? new TextEncoder().encode(text) : text,
    'f.csv',
  );
  return { features, rows: rows.map((row) => [...row]), labels };
}

describe('the table of a CSV file', () => {
  const expected = {
    features: 2,
    rows: [
      [1, 2],
      [3.5, -4e-3],
    ],
    labels: ['a', 'b'],
  };
  it.each([
    ['with a header', 'x,y,kind\n1,2,a\n3.5,-4e-3,b\n'],
    ['without one', '1,2,a\n3.5,-4e-3,b'],
    ['whose label is named and not last', 'x,Species,y\n1,a,2\n3.5,b,-4e-3\n'],
    ['whose feature names are numbers', '0,1,label\n1,2,a\n3.5,-4e-3,b\n'],
    [
      'with a mark of UTF-8, carriage returns, blank lines and spaces',
      '\ufeffx,y,kind\r\n\r\n1, 2 ,a\r\n3.5,-4e-3,b\r\n\r\n',
    ],
    ['with semicolons', 'x;y;kind\n1;2;a\n3.5;-4e-3;b\n'],
    ['with tabs', '1\t2\ta\n3.5\t-4e-3\tb\n'],
    ['with quotes', '"x","y, or z","class"\n"1",2,"a"\n3.5,-4e-3,b\n'],
  ])('is read %s', (_, text) => {
    expect(table(text)).toEqual(expected);
  });

  it.each([
    ['nothing', '', 'csv.empty', /f\.csv: the file holds no rows/],
    ['blank lines', '\n\n', 'csv.empty', /no rows/],
    ['only a header', 'x,y,label\n', 'csv.empty', /a header and no rows/],
    ['one column', '1\n2\n', 'csv.columns', /line 1 has one column; at least one feature and a label/],
    ['a short row', 'x,y,label\n1,2,a\n3,b\n', 'csv.ragged', /f\.csv: line 3 has 2 columns, line 1 has 3/],
    ['a long row', '1,2,a\n3,4,b,c\n', 'csv.ragged', /line 2 has 4 columns, line 1 has 3/],
    [
      'a word',
      'x,y,label\n1,2,a\n\n3,four,b\n',
      'csv.not-a-number',
      /line 4, column 2 \(y\): "four" is not a number/,
    ],
    ['a word in the first row', '1,two,a\n', 'csv.not-a-number', /line 1, column 2: "two"/],
    [
      'a column of words, as a whole',
      'site,x,label\nnorth,1,a\nsouth,2,b\n\neast,3,a\n4,3,a\n',
      'csv.words',
      /column 1 \(site\) holds words \(north, south, east\).*; leave the column out, or write it as/,
    ],
    ['a hexadecimal number', '1,0x10,a\n', 'csv.not-a-number', /"0x10"/],
    ['a decimal comma', '1,5;2,5;a\n', 'csv.not-a-number', /column \d: ".*" is not a number/],
    ['NaN', 'x,label\n1,a\nNaN,b\n', 'csv.not-finite', /line 3, column 1 \(x\): got NaN; a finite number/],
    ['NaN in the first row', 'NaN,b\n', 'csv.not-finite', /line 1, column 1: got NaN/],
    ['an infinity', '1,a\n-inf,b\n', 'csv.not-finite', /line 2, column 1: got -inf/],
    ['too large a number', '1e999,a\n', 'csv.not-finite', /got 1e999/],
    ['an empty cell', 'x,y,label\n1,,a\n', 'csv.empty-cell', /line 2, column 2 \(y\): the cell is empty/],
    [
      'an empty label',
      'x,y,label\n1,2,\n',
      'csv.empty-cell',
      /line 2, column 3 \(label\): the label is empty/,
    ],
    [
      'an unnamed column',
      ',x,label\n0,1,a\n',
      'csv.unnamed-column',
      /line 1, column 1: the header has no name/,
    ],
    ['two labels', 'class,x,label\na,1,b\n', 'csv.label-columns', /columns 1 \(class\) and 3 \(label\)/],
    ['an open quote', 'x,label\n1,"a\n2,b\n', 'csv.syntax', /f\.csv: .*[Qq]uote/],
    ['no UTF-8', Uint8Array.of(0x31, 0x2c, 0xff, 0xfe), 'csv.encoding', /f\.csv: the file is not UTF-8/],
  ])('refuses %s', (_, text, code, message) => {
    expect(() => table(text)).toThrow(message);
    expect(() => table(text)).toThrow(expect.objectContaining({ name: 'OhmpropError', code, exitCode: 2 }));
  });

  it('takes any text for a table or says what is wrong with it', () => {
    const pieces = fc.constantFrom(
      '1',
      '-2.5',
      'x',
      ',',
      ';',
      '\n',
      '\r\n',
      '"',
      '\t',
      'NaN',
      'label',
      ' ',
      '',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (content) => {
        try {
          const { features, rows, labels } = table(content);
          expect(labels).toHaveLength(rows.length);
          for (const row of rows) {
            expect(row).toHaveLength(features);
            expect(row.every(Number.isFinite)).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(OhmpropError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('csv:FILE', () => {
  const rows = Array.from({ length: 50 }, (_, i) => `${i},${2 * i},${i < 30 ? 'common' : 'rare'}`);

  it('keeps a fifth of each class for testing, by the seed', async () => {
    await writeFile(file, `length,width,species\n${rows.join('\n')}\n`);
    const data = await loadData(`csv:${file}`, { seed: 1 });
    expect(data.classNames).toEqual(['common', 'rare']);
    expect([data.features, data.classes]).toEqual([2, 2]);
    const inTest = [0, 1].map((label) => data.test.labels.filter((other) => other === label).length);
    expect(inTest).toEqual([6, 4]);
    expect(data.train.count).toBe(40);
    for (const part of [data.train, data.test]) {
      for (let i = 0; i < part.count; i++) {
        expect(part.values[2 * i + 1]).toBe(2 * part.values[2 * i]);
        expect(part.labels[i]).toBe(part.values[2 * i] < 30 ? 0 : 1);
      }
    }
    const lengths = data.train.values.filter((_, i) => i % 2 === 0);
    expect(data.featureRange[0]).toEqual([Math.min(...lengths), Math.max(...lengths)]);
    expect(await csv(file, { seed: 1 })).toEqual(data);
    expect((await csv(file, { seed: 2 })).test.values).not.toEqual(data.test.values);
    expect((await csv(file, { seed: 1, testShare: 0.5 })).test.count).toBe(25);
  });

  it('reads packed files and names what it read', async () => {
    const packed = gzipSync(rows.join('\n'));
    await writeFile(file, packed);
    const { sources, train } = await csv(file, { seed: 1 });
    expect(train.count).toBe(40);
    const sha256 = createHash('sha256').update(packed).digest('hex');
    expect(sources).toEqual([{ file, bytes: packed.length, sha256 }]);
  });

  it('orders classes that are numbers by size', async () => {
    await writeFile(file, '1,10\n2,9\n3,10\n4,9\n5,2\n6,2\n');
    expect((await csv(file, { seed: 1 })).classNames).toEqual(['2', '9', '10']);
  });

  it.each([
    ['a single class', rows.slice(0, 30), 'csv.classes', /flowers\.csv: every label is "common"/],
    ['a measured quantity as label', rows.map((_, i) => `1,${i / 7}`), 'csv.classes', /50 different labels/],
    ['nothing to test on', ['1,a', '2,b', '3,c'], 'csv.too-few', /no class has two samples/],
  ])('refuses %s', async (_, lines, code, message) => {
    await writeFile(file, lines.join('\n'));
    await expect(csv(file, { seed: 1 })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('refuses a file that is not there', async () => {
    await expect(csv(join(directory, 'no.csv'), { seed: 1 })).rejects.toMatchObject({
      code: 'data.unreadable',
      message: expect.stringMatching(/no\.csv: there is no such file/),
    });
    await expect(csv(directory, { seed: 1 })).rejects.toThrow(/this is a directory, a file is needed/);
  });
});
