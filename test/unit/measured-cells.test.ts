import { utils, write } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import { loopFeatures } from '../../calibration/features/index.js';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import type { MeasuredFile } from '../../calibration/measured/index.js';
import { trainLabels } from '../../calibration/trains/index.js';
import { loop_V } from './measured-texts.js';

const read = (text: string, answers = {}): Promise<MeasuredFile> =>
  readMeasuredBytes(new TextEncoder().encode(text), 'file.csv', { answers });
const whose = ({ series }: MeasuredFile) => series.map(({ cell, cycle }) => cell ?? cycle ?? '');
const keys = ({ questions }: MeasuredFile) => questions.map(({ key }) => key);

/** A bipolar loop of two resistances, as the rows of a table. */
const loop = (on_Ohm: number, off_Ohm: number) =>
  loop_V.map((v, k): [number, number] => [v, v / (k > 18 && k < 58 ? on_Ohm : off_Ohm)]);
const [first, second] = [loop(1e3, 1e5), loop(5e3, 1e6)];
const csv = (header: string, rows: readonly (readonly (number | string)[])[]) =>
  `${header}\n${rows.map((row) => row.join(',')).join('\n')}\n`;
const onStates = (file: MeasuredFile) =>
  loopFeatures(file).map(({ cycles }) => Math.round(1 / cycles[0].on_S));

describe('two devices in one file are two cells', () => {
  it('V1, I1, V2, I2: apart, with a question that may stay open', async () => {
    const text = csv(
      'V1 (V),I1 (A),V2 (V),I2 (A)',
      first.map((row, k) => [...row, ...second[k]]),
    );
    const file = await read(text);
    expect(whose(file)).toEqual(['curve 1', 'curve 2']);
    expect(file.questions.map(({ key, blocks }) => [key, blocks])).toEqual([['curves', false]]);
    expect(onStates(file)).toEqual([1000, 5000]);
    const told = await read(text, { curves: 'cycles' });
    expect([whose(told), keys(told)]).toEqual([['', ''], []]);
  });

  it('blocks under the name of a device, sheets called after one; runs of one device stay one', async () => {
    const block = (name: string, rows: typeof first) => `${name}\n${csv('V (V),I (A)', rows)}\n`;
    for (const [a, b] of [
      ['Device A', 'Device B'],
      ['Device: 3', 'Device: 4'],
      ['W1B2', 'W1B3'],
      ['Cell 12', 'Cell 13'],
    ]) {
      const file = await read(block(a, first) + block(b, second));
      expect(new Set(whose(file)).size).toBe(2);
      expect(onStates(file)).toEqual([1000, 5000]);
    }
    expect(new Set(whose(await read(block('Run 1', first) + block('Run 2', first)))).size).toBe(1 + 1);
    expect(loopFeatures(await read(block('Run 1', first) + block('Run 2', first)))).toHaveLength(1);
  });

  it('a hidden sheet is left out, and named', async () => {
    const sheets = {
      shown: utils.aoa_to_sheet([['V (V)', 'I (A)'], ...first]),
      old: utils.aoa_to_sheet([['V (V)', 'I (A)'], ...second]),
    };
    const book = {
      SheetNames: Object.keys(sheets),
      Sheets: sheets,
      Workbook: { Sheets: [{ Hidden: 0 as const }, { Hidden: 1 as const }] },
    };
    const file = await readMeasuredBytes(
      new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' })),
      'wafer.xlsx',
    );
    expect(file.series).toHaveLength(1);
    expect(file.remarks.join()).toContain('sheet old is hidden and left out');
    expect(onStates(file)).toEqual([1000]);
  });
});

describe('repetitions on one cell are cycles', () => {
  const train = (k: number) => [1 - Math.exp(-k / 9), Math.exp(-k / 9)].map((g) => 1 + 9 * g);
  const numbers = (r: number) =>
    Array.from({ length: 24 }, (_, k) => [k, ...Array.from({ length: r }, () => train(k)).flat()]);

  it.each([
    'pulse,LTP1 (uS),LTD1 (uS),LTP2 (uS),LTD2 (uS)',
    'pulse,LTP_1 (uS),LTD_1 (uS),LTP_2 (uS),LTD_2 (uS)',
    'pulse,cycle 1 LTP (uS),cycle 1 LTD (uS),cycle 2 LTP (uS),cycle 2 LTD (uS)',
    'pulse,up run1 (uS),down run1 (uS),up run2 (uS),down run2 (uS)',
  ])('%s', async (header) => {
    const file = await read(csv(header, numbers(2)));
    expect(keys(file)).toEqual([]);
    expect(whose(file)).toEqual([1, 2, 1, 2]);
    const { cells } = trainLabels(file);
    expect(cells.map(({ up, down }) => [up.length, down.length])).toEqual([[2, 2]]);
  });

  it('but not those that are called after a cell', async () => {
    const file = await read(csv('pulse,A7 LTP (uS),A7 LTD (uS),B2 LTP (uS),B2 LTD (uS)', numbers(2)));
    expect(new Set(whose(file)).size).toBe(4);
  });
});

describe('every column is used, or named as not used', () => {
  it('words for the direction are used', async () => {
    const rows = Array.from({ length: 40 }, (_, k) => [
      k + 1,
      k % 20 < 10 ? 'set' : 'reset',
      1 + (k % 20 < 10 ? k % 10 : 10 - (k % 10)),
      'ok',
    ]);
    const file = await read(csv('pulse,operation,G (uS),comment', rows));
    expect(file.series[0].columns.map(({ role }) => role)).toEqual(['pulse', 'direction', 'conductance_S']);
    expect(file.remarks).toContain('not used: comment');
    expect(trainLabels(file).cells.map(({ up, down }) => [up.length, down.length])).toEqual([[2, 2]]);
  });

  it('others are named once, of words as of numbers', async () => {
    const rows = first.map(([v, i], k) => [k, v, i, Math.abs(i), 'x', 7]);
    const { remarks } = await read(csv('Index,V (V),I (A),|I| (A),operator,chuck', rows));
    const told = remarks.filter((remark) => remark.startsWith('not used')).join(', ');
    for (const name of ['Index', '|I| (A)', 'operator', 'chuck']) expect(told.split(name)).toHaveLength(2);
  });
});
