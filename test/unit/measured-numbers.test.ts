import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import { columnOf, type MeasuredFile } from '../../calibration/measured/index.js';
import { loop_A, loop_V } from './measured-texts.js';

const read = (text: string, answers = {}): Promise<MeasuredFile> =>
  readMeasuredBytes(new TextEncoder().encode(text), 'file.csv', { answers });
const currents = ({ series }: MeasuredFile) => Array.from(columnOf(series[0], 'current_A')?.values ?? []);

/** A number with its thousands grouped: `1,234.5`, `1.234,5`, `1'234.5`. */
function grouped(x: number, decimals: number, group: string, mark: string): string {
  const [whole, rest] = Math.abs(x).toFixed(decimals).split('.');
  const digits = whole.replace(/\B(?=(?:\d{3})+$)/g, group);
  return `${x < 0 ? '-' : ''}${digits}${rest === undefined ? '' : mark + rest}`;
}

describe('marks of thousands', () => {
  it('are read in every convention, whatever the decimals, where anything tells them from decimal marks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(['.', ','], [',', '.'], ["'", '.'], ['\u202f', ',']),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: -9_999_999, max: 9_999_999 }), { minLength: 12, maxLength: 40 }),
        async ([group, mark], decimals, tenths) => {
          // one number at least with a mark of thousands and one of decimals
          const numbers = [12_345.6, ...tenths.map((t) => t / 10)];
          const rows = numbers.map(
            (x, k) => `${grouped(k / 8, 3, group, mark)};${grouped(x, decimals, group, mark)}`,
          );
          const file = await read(`V (V);I (nA)\n${rows.join('\n')}\n`);
          expect(file.questions.filter(({ blocks }) => blocks)).toEqual([]);
          for (const [k, i] of currents(file).entries()) expect(i).toBeCloseTo(numbers[k] * 1e-9, 18);
          expect(currents(file)).toHaveLength(numbers.length);
        },
      ),
      { numRuns: 150, seed: 5 },
    );
  });

  it('and a number without decimals beside them is grouped as they are', async () => {
    const rows = ['0,00;1.234,50', '0,10;1.235', '0,20;12.345,00', '0,30;1.234.567', '0,40;12,5'];
    const file = await read(`V (V);I (nA)\n${rows.join('\n')}\n`);
    expect(currents(file).map((i) => Math.round(i * 1e10))).toEqual([12345, 12350, 123450, 12345670, 125]);
  });
});

describe('a current without a unit', () => {
  const table = (header: string, factor: number, digits = (x: number) => String(Number(x.toPrecision(6)))) =>
    `${header}\n${loop_V.map((v, k) => `${v},${digits(loop_A[k] * factor)}`).join('\n')}\n`;
  // the loop goes to 120 µA at 1 V

  it('is asked for once, the likeliest first, and gives no numbers meanwhile', async () => {
    for (const [factor, likely] of [
      [1e4, 'mA'],
      [1e6, 'uA'],
      [1e9, 'nA'],
    ] as const) {
      const { questions } = await read(table('V,I', factor));
      expect(questions.map(({ key, blocks }) => [key, blocks])).toEqual([['currentUnit', true]]);
      expect(questions[0].choices?.slice(0, 2)).toContain(likely);
      expect(questions[0].flag).toBe(`--answer currentUnit=${questions[0].choices?.[0]}`);
    }
    const told = await read(table('V,I', 1e6), { currentUnit: 'uA' });
    expect(told.questions).toEqual([]);
    for (const [k, i] of currents(told).entries()) expect(i).toBeCloseTo(loop_A[k], 9);
  });

  it('is none to ask for where numbers, exponents, an instrument or a line of words say it', async () => {
    const exponents = (x: number) => x.toExponential(6);
    for (const text of [
      table('V,I', 1),
      table('V,I', 100),
      table('V,I', 1e4, exponents),
      `# Keithley 2450\n${table('V,I', 1e4)}`,
      table('V,I (mA)', 1e4),
    ])
      expect((await read(text)).questions).toEqual([]);
    for (const words of [
      '# all currents in nA',
      'Remark: current given in nA',
      '# Current unit: nA',
      '# Strom (nA)',
    ]) {
      const file = await read(`${words}\n${table('V,I', 1e9)}`);
      expect([words, file.questions]).toEqual([words, []]);
      expect(currents(file)[10]).toBeCloseTo(loop_A[10], 9);
      expect(file.remarks).toContain('I: in nA, as a line of the file says');
    }
  });

  it('names the column that is not known, and no other', async () => {
    const [odd] = (await read(table('V (V),I (a.u.)', 1))).questions;
    expect(odd.text).toMatch(/^is I \(a\.u\.\) a current/);
    expect(odd.text).toContain('Known is V (V)');
    const short = await read('V (V),I (A)\n0,0\n0.5,5e-6\n1,1e-5\n');
    expect(short.questions).toEqual([]);
    expect(short.remarks.join()).toContain('3 rows of V (V), I (A): too few for a curve');
    expect((await read(table('V (V),|I| (A)', 1))).questions).toEqual([]);
  });
});

describe('what is no curve of a cell', () => {
  it('a table of results, one row a device: its rows are no cycles', async () => {
    const rows = Array.from(
      { length: 8 },
      (_, k) => `run_${k}.csv,${1 + k / 50},${-1 - k / 40},${1e-4 / (k + 1)},1e-7`,
    );
    const file = await read(`filename,v_set_V,v_reset_V,i_on_A,i_off_A\n${rows.join('\n')}\n`);
    expect(file.series.map(({ kind }) => kind)).toEqual(['unknown']);
    expect(file.remarks.join()).toContain('a table of results, one row for each filename');
  });

  it('a terminal whose current is held beside one that is swept', async () => {
    const rows = loop_V.map((v, k) => [k, v, loop_A[k], 0.3 + 0.02 * Math.sin(k), 2e-6].join('\t'));
    const file = await read(`t\tV0\tI0\tV1\tI1\n${rows.join('\n')}\n`);
    expect(file.series.map(({ kind, columns }) => [kind, columns.map(({ name }) => name)])).toEqual([
      ['sweep', ['t', 'V0', 'I0']],
    ]);
    expect(file.remarks.join()).toContain('not used, as their current is held: V1, I1');
  });
});
