import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OhmpropError } from '../../core/index.js';
import { columnOf, csvText, readHeading, readNumericTable, readRows } from '../../records/tables/index.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const numeric = (text: string, options: object = {}) =>
  readNumericTable(bytes(text), { file: 't.csv', code: 'x', ...options });
const cellsOf = (text: string, options: object = {}) =>
  readRows(bytes(text), { file: 't.csv', codes: { encoding: 'x.encoding', syntax: 'x.csv' }, ...options })
    .rows;

describe('rows of text', () => {
  it.each<[name: string, text: string, options?: object]>([
    ['commas', '1,2\n3,4\n'],
    ['semicolons', '1;2\n3;4\n'],
    ['tabs', '1\t2\r\n3\t4\r\n'],
    ['blanks', '  1   2\n3 \t 4\n', { delimiters: [',', ' '] }],
    ['a mark of UTF-8, spaces and empty lines', '\ufeff 1 , 2\n\n\n3,4'],
    ['quotes', '"1",2\n3,"4"\n'],
  ])('are told apart by %s', (_, text, options = {}) => {
    expect(cellsOf(text, options).map(({ cells }) => cells)).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('know the line that they stand in, remarks and empty lines counted', () => {
    const text = '# made on a Monday\na,b\n\n1,2\n# later\n3,4 # not a remark\n';
    expect(cellsOf(text)).toEqual([
      { cells: ['a', 'b'], line: 2 },
      { cells: ['1', '2'], line: 4 },
      { cells: ['3', '4 # not a remark'], line: 6 },
    ]);
    expect(cellsOf(text, { remarks: 'anywhere' })[2]).toEqual({ cells: ['3', '4'], line: 6 });
    expect(cellsOf('#,1\n', { remarks: 'nowhere' })).toEqual([{ cells: ['#', '1'], line: 1 }]);
  });

  it('take what separates most often, and no comma out of quotes or numbers', () => {
    expect(cellsOf('"a, b, c";d\n')[0].cells).toEqual(['a, b, c', 'd']);
    expect(cellsOf('1.0,2.0,a;b\n')[0].cells).toEqual(['1.0', '2.0', 'a;b']);
    expect(cellsOf('0,5;1,5;2,5\n', { decimalComma: true })[0].cells).toEqual(['0,5', '1,5', '2,5']);
  });

  it.each([
    ['x.csv', '"1,2\n3,4\n', /t\.csv: not CSV: .*[Qq]uote/],
    ['x.encoding', '1\0,2\n', /t\.csv: the file is not UTF-8/],
  ])('refuse with %s', (code, text, message) => {
    expect(() => cellsOf(text)).toThrow(message);
    expect(() => cellsOf(text)).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });
});

describe('a heading', () => {
  it.each([
    ['up (uS)', { name: 'up', unit: 'uS' }],
    ['time [ms]', { name: 'time', unit: 'ms' }],
    ['conductance_S', { name: 'conductance', unit: 'S' }],
    ['read_current_uA', { name: 'read_current', unit: 'uA' }],
    ['residual_tap', { name: 'residual_tap' }],
    ['pot', { name: 'pot' }],
  ])('%s is taken apart', (text, heading) => {
    expect(readHeading(text)).toEqual(heading);
  });
});

describe('a table of numbers', () => {
  it('comes in SI units, whatever its cells and headings are written in', () => {
    const table = numeric('t (ms);v;i_uA;count\n1,5;0,2;10;3\n2;-1e-1;10mA;4\n');
    expect(table.columns.map(({ name, unit }) => [name, unit])).toEqual([
      ['t', 's'],
      ['v', '1'],
      ['i', 'A'],
      ['count', '1'],
    ]);
    expect([...columnOf(table, 't', 'x').values]).toEqual([0.0015, 0.002]);
    expect([...columnOf(table, 'v', 'x').values]).toEqual([0.2, -0.1]);
    expect(columnOf(table, 'i', 'x').values[0]).toBeCloseTo(10e-6, 18);
    expect(columnOf(table, 'i', 'x').values[1]).toBe(10e-3);
    expect(table.lines).toEqual([2, 3]);
  });

  it('may have columns that end before others', () => {
    const [up, down] = numeric('up_S,down_S\n1,4\n2,5\n,6\n').columns;
    expect([...up.values]).toEqual([1, 2]);
    expect([...down.values]).toEqual([4, 5, 6]);
  });

  it.each([
    ['x.columns', '', {}, /the table is empty/],
    ['x.columns', 'a\n1\n', { names: ['a', 'b'] }, /two columns are needed, a and b, got 1/],
    ['x.columns', 'a,b\n1,2,3\n', {}, /line 2, column 3: "3" is one too many; there are two columns/],
    [
      'x.unit',
      'a,b\n1,2\n',
      { unit: 'V' },
      /column 1 is headed "a"; give its unit there, for instance "a \(uV\)"/,
    ],
    ['x.unit', 'a (kg)\n1\n', { unit: 'V' }, /unit of column 1: "kg" is no unit of V/],
    ['x.number', 'a_V\n1\n\nx\n', {}, /line 4, column 1: "x" is not a number, with or without a unit of V/],
    ['x.number', 'a_V\n1mA\n', {}, /line 2, column 1: "1mA"/],
    ['x.number', 'a\n1e999\n', {}, /"1e999"/],
    ['x.gap', 'a,b\n1,2\n,3\n4,5\n', {}, /column 1 is empty in line 3 and goes on in line 4/],
  ])('refuses with %s: %j', (code, text, options, message) => {
    expect(() => numeric(text, options)).toThrow(message);
    expect(() => numeric(text, options)).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });

  it('names the columns there are where one is missing', () => {
    expect(() => columnOf(numeric('\na,b\n1,2\n'), 'c', 'x')).toThrow(
      /t\.csv: line 2: there is no column "c"; got "a", "b"/,
    );
  });

  it('is read back from what was written to the same bits', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (values) => {
        const text = csvText(
          ['current_A', 'n'],
          values.map((value, k) => [value, k]),
        );
        expect([...numeric(text).columns[0].values]).toEqual(values);
      }),
    );
  });

  it('quotes text that would be taken for several cells', () => {
    const text = csvText(['a, b', 'plain'], [['say "so"', 1]]);
    expect(text).toBe('"a, b",plain\n"say ""so""",1\n');
    expect(cellsOf(text)[1].cells).toEqual(['say "so"', '1']);
  });

  it('is read or refused, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          for (const { values } of numeric(text).columns) expect(values.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(OhmpropError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
