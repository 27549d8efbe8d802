import { utils, write } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import { enduranceFeatures, loopFeatures } from '../../calibration/features/index.js';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import { columnOf, type MeasuredFile } from '../../calibration/measured/index.js';
import { trainLabels } from '../../calibration/trains/index.js';
import { loop_V } from './measured-texts.js';

const read = (text: string, name = 'file.csv'): Promise<MeasuredFile> =>
  readMeasuredBytes(new TextEncoder().encode(text), name);
const table = (header: string, rows: readonly (readonly (number | string)[])[], separator = ',') =>
  `${header}\n${rows.map((row) => row.join(separator)).join('\n')}\n`;

/** Twenty cycles of 2 kΩ and 60 kΩ, each a little different. */
const cycles = Array.from({ length: 20 }, (_, k) => [2 + 0.01 * (k % 7), 60 + (k % 5)] as const);

describe('two states under each other', () => {
  it.each([
    ['state', 'LRS', 'HRS'],
    ['State', 'on', 'off'],
    ['resistance_state', 'low', 'high'],
    ['state', '1', '0'],
    ['state', '0', '1'],
  ])('a column %s of %s and %s is never of one state', async (heading, on, off) => {
    const rows = cycles.flatMap(([low, high], k) => [
      [k + 1, on, low],
      [k + 1, off, high],
    ]);
    const file = await read(table(`cycle,${heading},R (kOhm)`, rows));
    const [found] = enduranceFeatures(file);
    expect([found.cycles, found.windows.length, found.windows[0].failures.length]).toEqual([20, 1, 0]);
    expect(found.windows[0].on).toBe('R (kOhm) LRS');
    expect(found.windows[0].window[0]).toBeCloseTo(30, 9);
    expect(found.summaries.map(({ name }) => name)).toHaveLength(3);
    expect(found.reads).toBe(20);
    expect(file.remarks.join()).toContain('says which state a row is of');
  });

  it('one state may be missing in a cycle, and the cycle need not be numbered', async () => {
    const rows = cycles.flatMap(([low, high], k) => [
      [k + 1, 'LRS', low],
      ...(k === 3 ? [] : [[k + 1, 'HRS', high]]),
    ]);
    const [gap] = enduranceFeatures(await read(table('cycle,state,R (kOhm)', rows)));
    expect(gap.windows[0].window.map((x) => Number(Number.isNaN(x)))[3]).toBe(1);
    expect(gap.windows[0].window[4]).toBeCloseTo(64 / 2.04, 9);
    const bare = rows.map(([, ...rest]) => rest);
    expect(enduranceFeatures(await read(table('state,R (kOhm)', bare)))[0].cycles).toBe(20);
  });

  it('thresholds beside the states of a cycle: one table, with its window', async () => {
    const rows = cycles.map(([low, high], k) => [k + 1, k === 4 ? '' : 0.9, -0.8, low, high]);
    const file = await read(table('Cycle,Vset (V),Vreset (V),Ron (kOhm),Roff (kOhm)', rows));
    const [found, ...more] = enduranceFeatures(file);
    expect([more, found.windows.length, found.summaries.length]).toEqual([[], 1, 5]);
    expect(found.windows[0].on).toBe('Ron (kOhm)');
  });

  it('over a time they are two records; a lamp that is on and off is no state', async () => {
    const record = (state: string, ohm: number) =>
      Array.from({ length: 30 }, (_, k) => [10 * k, state, ohm + (k % 3)]);
    const file = await read(
      table('time (s),state,R (Ohm)', [...record('LRS', 1e3), ...record('HRS', 1e5)]),
      'retention.csv',
    );
    expect(file.series.map(({ name, kind }) => [name, kind])).toEqual([
      ['LRS', 'retention'],
      ['HRS', 'retention'],
    ]);
    const lamp = await read(table('time (s),light,R (Ohm)', [...record('on', 1e3), ...record('off', 1e5)]));
    expect(lamp.series).toHaveLength(1);
  });
});

describe('values that are missing in a whole row', () => {
  const loop = loop_V.map((v, k) => [v, v / (k > 18 && k < 58 ? 1e3 : 1e5)] as (number | string)[]);

  it.each([['--'], ['NaN'], ['n/a']])(
    '%s in every column: the loop stays one, under its heading',
    async (mark) => {
      for (const at of [[0], [20, 50], [10, 11, 12, 13]]) {
        const rows = loop.map((row, k) => (at.includes(k) ? [mark, mark] : row));
        for (const separator of [',', ';', '\t']) {
          const file = await read(table(`V (V)${separator}I (A)`, rows, separator));
          expect(file.series.map(({ kind, name }) => [kind, name])).toEqual([['sweep', 'table']]);
          expect(file.questions).toEqual([]);
          expect(loopFeatures(file)).toHaveLength(1);
        }
      }
    },
  );

  it('a row of empty cells still parts two tables', async () => {
    const two = await read(`${table('V (V),I (A)', loop)},\n${table('V (V),I (A)', loop)}`);
    expect(two.series).toHaveLength(2);
  });
});

/** Soft steps of 16 pulses up and down. */
const up = Array.from({ length: 16 }, (_, k) => 1 + 10 * (1 - Math.exp(-k / 5)));
const down = Array.from({ length: 16 }, (_, k) => 1 + 10 * Math.exp(-k / 5));
const numbered = (states: readonly number[]) => states.map((g, k) => [k + 1, g.toFixed(4)]);
const ways = (file: MeasuredFile) =>
  trainLabels(file).cells.map(({ up: ups, down: downs }) => [ups.length, downs.length]);

describe('trains under a name of their way', () => {
  it.each([
    ['LTP cycle', 'LTD cycle'],
    ['Potentiation #', 'Depression #'],
    ['LTP', 'LTD'],
  ])('blocks under %s 1, %s 1, … are repetitions', async (first, second) => {
    const block = (name: string, k: number, states: readonly number[]) =>
      `${name} ${k}\n${table('pulse\tG (uS)', numbered(states), '\t')}`;
    const text = [1, 2].map((k) => `${block(first, k, up)}${block(second, k, down)}`).join('');
    const file = await read(text, 'blocks.txt');
    expect(ways(file)).toEqual([[2, 2]]);
    expect(file.series.map(({ direction, cycle }) => [direction, cycle])).toEqual([
      ['up', 1],
      ['down', 1],
      ['up', 2],
      ['down', 2],
    ]);
    expect(trainLabels(file).refused).toEqual([]);
  });

  it('sheets LTP and LTD, whose first column counts; of two devices, two cells', async () => {
    const book = (names: readonly string[]) => {
      const Sheets = Object.fromEntries(
        names.map((name) => [
          name,
          utils.aoa_to_sheet([['n', 'G (uS)'], ...(/LTP/.test(name) ? up : down).map((g, k) => [k + 1, g])]),
        ]),
      );
      return new Uint8Array(write({ SheetNames: [...names], Sheets }, { type: 'buffer', bookType: 'xlsx' }));
    };
    const one = await readMeasuredBytes(book(['LTP', 'LTD']), 'book.xlsx');
    expect([one.questions, ways(one)]).toEqual([[], [[1, 1]]]);
    expect(Array.from(columnOf(one.series[0], 'pulse')?.values ?? []).slice(0, 3)).toEqual([1, 2, 3]);
    const two = await readMeasuredBytes(book(['D1_LTP', 'D1_LTD', 'D2_LTP', 'D2_LTD']), 'book.xlsx');
    expect([two.questions, ways(two)]).toEqual([
      [],
      [
        [1, 1],
        [1, 1],
      ],
    ]);
  });

  it('a file called LTP is of that way where it goes one way, and not where it holds both', async () => {
    const one = await read(
      table(
        'n,G (S)',
        up.map((g, k) => [k + 1, g * 1e-6]),
      ),
      'dev1_LTP.csv',
    );
    expect([one.questions, one.series[0].kind, one.series[0].direction]).toEqual([[], 'train', 'up']);
    const both = await read(table('pulse,G (uS)', numbered([...up, ...down])), 'dev1_LTP.csv');
    expect([both.series[0].direction, ways(both)]).toEqual([undefined, [[1, 1]]]);
    const kept = await read(table('time (s),G (uS)', numbered(down)), 'LTP_retention.csv');
    expect(kept.series[0].kind).toBe('retention');
  });
});

describe('what a file says of its reads', () => {
  it.each([
    ['pulse,I (nA) @ 100 mV', 1e-9],
    ['pulse,Current at 0.1 V (nA)', 1e-9],
    ['Read voltage: 0,1 V\nPulse;Read current (nA)', 1e-9],
    ['Lesespannung: 0,1 V\nPulsnummer;Pulsspannung (V);Lesestrom (nA)', 1e-9],
  ])('%s: at 0.1 V', async (header, unit) => {
    const german = header.includes(';');
    const rows = up.map((i, k) =>
      german
        ? [
            k + 1,
            ...(/Puls/.test(header) && /spannung/.test(header) ? ['1,5'] : []),
            i.toFixed(2).replace('.', ','),
          ]
        : [k + 1, i],
    );
    const file = await read(table(header, rows, german ? ';' : ','));
    expect(file.questions).toEqual([]);
    expect(file.settings).toContainEqual({ name: 'readVoltage_V', value: 0.1, from: 'file' });
    expect(columnOf(file.series[0], 'current_A')?.values[0]).toBeCloseTo(unit, 15);
  });

  it.each(['10^-6', '10-6', '1e-6'])('%s before a unit is a factor', async (power) => {
    const file = await read(table(`pulse,G (${power} S)`, numbered(up)));
    expect(columnOf(file.series[0], 'conductance_S')?.values[0]).toBeCloseTo(1e-6, 15);
  });
});
