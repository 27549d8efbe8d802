import { describe, expect, it } from 'vitest';
import { solveCrossbar } from '../../solver/crossbar/index.js';
import { ohmprop } from './command-line.js';

const cells = [
  [1e-5, 2e-5, 0],
  [3e-5, 4e-5, 5e-5],
];
const wires = { row_ohm: 100, column_ohm: 100 };
const solved = (conductances: number[][], inputs_V: number[]) =>
  solveCrossbar({
    rows: 2,
    columns: 3,
    conductances_S: Float64Array.from(conductances.flat()),
    wires,
    inputs_V: Float64Array.from(inputs_V),
  });

interface Reply {
  id?: number;
  status?: string;
  outputCurrents_A?: number[][];
  setupSeconds?: number;
  wordVoltages_V?: { base64: string; shape: number[] };
  error?: { code: string; message: string; where: { line: number } };
}

async function replies(lines: readonly unknown[], ...flags: string[]) {
  const stdin = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  const { code, stdout, stderr } = await ohmprop(
    ['crossbar', 'solve', '--stdin', '--wire-ohm', '100', ...flags],
    { stdin },
  );
  return {
    code,
    stderr,
    all: stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Reply),
  };
}

const bytes = (values: number[]) => Buffer.from(Float64Array.from(values).buffer).toString('base64');

describe('ohmprop crossbar solve --stdin', () => {
  it('answers every line by the library’s numbers, and keeps what is not said again', async () => {
    const other = cells.map((row) => row.map((g) => 2 * g));
    const { code, all } = await replies([
      {
        id: 1,
        conductances_S: cells,
        inputs_V: [
          [0.2, 0.1],
          [0.4, 0.3],
        ],
        nodes: true,
      },
      { id: 2, inputs_V: [0.5, 0.6] },
      { id: 3, conductances_S: { base64: bytes(other.flat()), shape: [2, 3] } },
      { inputs_V: 1 },
    ]);
    expect(code).toBe(0);
    const first = [solved(cells, [0.2, 0.4]), solved(cells, [0.1, 0.3])];
    expect(all[0].outputCurrents_A).toEqual(
      [0, 1, 2].map((j) => first.map((one) => one.outputCurrents_A[j])),
    );
    const { base64, shape } = all[0].wordVoltages_V ?? { base64: '', shape: [] };
    expect(shape).toEqual([2, 2, 3]);
    expect(Buffer.from(base64, 'base64').readDoubleLE(6 * 8)).toBe(first[1].wordVoltages_V[0]);
    const column = (values: Float64Array) => Array.from(values, (value) => [value]);
    expect(all[1].outputCurrents_A).toEqual(column(solved(cells, [0.5, 0.6]).outputCurrents_A));
    expect(all[1].setupSeconds).toBe(0);
    expect(all[2].outputCurrents_A).toEqual(column(solved(other, [0.5, 0.6]).outputCurrents_A));
    expect(all[3].outputCurrents_A).toEqual(column(solved(other, [1, 1]).outputCurrents_A));
    expect(all.map(({ id }) => id)).toEqual([1, 2, 3, undefined]);
  });

  it('refuses a line by its number and field, answers the next, and ends with 1', async () => {
    const { code, all, stderr } = await replies([
      { inputs_V: [1, 2] },
      'no json',
      { id: 7, conductances_S: [[1e-5], [1e-5, 2]], inputs_V: [1, 2] },
      { id: 8, conductances_S: cells, inputs_V: [1, 2, 3] },
      {
        id: 9,
        conductances_S: [
          [-1, 1, 1],
          [1, 1, 1],
        ],
        inputs_V: [1, 2],
      },
      { id: 10, inputs_V: [1, 2] },
      { id: 11, conductances_S: { base64: bytes([1, 2]), shape: [2, 3] }, inputs_V: 1 },
      { id: 12, conductance_S: cells },
      { id: 13, conductances_S: cells, inputs_V: [0.5, 0.6] },
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/8 of 9 lines were not solved, first line 1/);
    const wrong = [
      /line 1, conductances_S: the first line needs cells/,
      /line 2: .*one JSON object/,
      /line 3, conductances_S: row 1 .* has 2 numbers, row 0 has 1/,
      /line 4, inputs_V: got 3 rows for 2 word lines/,
      /row 0, column 0 .*got -1 S/,
      /line 6, conductances_S: the first line needs cells/,
      /line 7, conductances_S: 16 bytes .* 2 × 3 numbers/,
      /line 8, line: .*conductance_S/,
    ];
    for (const [k, message] of wrong.entries()) expect(all[k].error?.message).toMatch(message);
    expect(all[4].error?.where.line).toBe(5);
    expect(all[8]).toMatchObject({ id: 13, status: 'settled' });
  });

  it.each([
    [['--inputs', '1V'], /--inputs: not with --stdin, whose lines say .* got "1V"/],
    [['--scheme', 'v/2'], /--scheme: not with --stdin/],
    [['--transfer'], /--transfer: not with --stdin/],
    [['-o', 'x.npz'], /--out: replies of --stdin go to standard output/],
  ])('has no use for %j', async (flags, message) => {
    const { code, stderr } = await replies([], ...flags);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
