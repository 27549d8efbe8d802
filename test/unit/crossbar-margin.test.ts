import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyScheme, describeCrossbar, schemeBiases, senseEnds } from '../../circuits/crossbar/index.js';
import { RandomStream } from '../../core/index.js';
import { expressionModel } from '../../devices/elements/index.js';
import {
  LinearReads,
  type MarginProblem,
  ModelReads,
  readMargin,
  searchPatterns,
  solveCells,
  solveReference,
} from '../../solver/crossbar/index.js';

// The worst data patterns of small arrays beside plain nodal equations for every pattern; two cells by hand; what is said of larger ones.

const schemes = Object.keys(schemeBiases) as (keyof typeof schemeBiases)[];

/** Currents of all patterns with the selected cell at one level, A. */
function everyCurrent(
  problem: Omit<MarginProblem, 'cells'>,
  levels: readonly Float64Array[],
  own: number,
  sensed_A: (values: Float64Array, drive: ReturnType<typeof applyScheme>) => number,
): number[] {
  const { rows, columns, selected, scheme, read_V } = problem;
  const inputs_V = new Float64Array(rows).fill(read_V);
  const drive = applyScheme(scheme, { rows, columns, inputs_V, count: 1, selected });
  const chosen = selected.row * columns + selected.column;
  return Array.from({ length: levels.length ** (rows * columns - 1) }, (_, number) => {
    let rest = number;
    const values = levels[0].map((_, k) => {
      if (k === chosen) return levels[own][k];
      const level = rest % levels.length;
      rest = Math.floor(rest / levels.length);
      return levels[level][k];
    });
    return sensed_A(values, drive);
  });
}

function drawn(seed: number, rows: number, columns: number, count: number) {
  const random = new RandomStream(seed, 'margin');
  const ohm = () => (random.uniform() < 0.2 ? 0 : 10 ** random.between(0, 3));
  const off_S = Float64Array.from({ length: rows * columns }, () => 10 ** -random.between(4, 6));
  const on_S = off_S.map((g) => g * 10 ** random.between(0.1, 2));
  const levels = Array.from({ length: count }, (_, l) =>
    off_S.map((g, k) => g * (on_S[k] / g) ** (l / (count - 1))),
  );
  return {
    levels,
    problem: {
      rows,
      columns,
      wires: { row_ohm: ohm(), column_ohm: ohm(), driver_ohm: ohm(), sense_ohm: ohm(), firstRow_ohm: ohm() },
      driveBothEnds: random.uniform() < 0.3,
      senseEnds: senseEnds[random.integer(3)],
      scheme: schemes[random.integer(schemes.length)],
      read_V: random.uniform() < 0.5 ? 0.3 : -0.2,
      selected: { row: random.integer(rows), column: random.integer(columns) },
    },
  };
}

it('is the margin of the worst of all patterns, as plain equations for each have it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(2, 2, 3), (seed, count) => {
      const [rows, columns] = count === 3 ? [2, 3] : [3, 3];
      const { levels, problem } = drawn(seed, rows, columns, count);
      const { on, off, margin, ratio, sneakShareOff } = readMargin({
        ...problem,
        cells: { levels_S: levels },
      });
      const { selected, read_V } = problem;
      const plain = (own: number) =>
        everyCurrent(problem, levels, own, (conductances_S, drive) => {
          const circuit = describeCrossbar({
            ...problem,
            conductances_S,
            floatingRows: drive.floatingRows,
            floatingColumns: drive.floatingColumns,
          });
          const { word_V, bit_V } = solveReference(circuit, drive);
          let sum_A = 0;
          for (let k = selected.column; k < rows * columns; k += columns) {
            sum_A += conductances_S[k] * (word_V[k] - bit_V[k]);
          }
          return Math.sign(read_V) * sum_A;
        });
      const [on_A, off_A] = [Math.min(...plain(count - 1)), Math.max(...plain(0))];
      const scale_A = Math.max(Math.abs(on_A), Math.abs(off_A));
      expect(on.all && off.all).toBe(true);
      expect(on.tried).toBe(count ** (rows * columns - 1));
      expect(Math.abs(Math.sign(read_V) * on.sensed_A - on_A)).toBeLessThan(1e-8 * scale_A);
      expect(Math.abs(Math.sign(read_V) * off.sensed_A - off_A)).toBeLessThan(1e-8 * scale_A);
      if (on_A > 1e-6 * scale_A) expect(margin).toBeCloseTo((on_A - off_A) / on_A, 5);
      if (off_A > 1e-6 * scale_A) expect(ratio).toBeCloseTo(on_A / off_A, 5);
      expect(sneakShareOff).toBeCloseTo(1 - off.cell_A / off.sensed_A, 12);
    }),
    { numRuns: 15, seed: 3 },
  );
});

describe('by hand', () => {
  // 2 × 2, nothing in the wires: the way round the selected cell is the three others in series
  const [on_S, off_S] = [1e-4, 1e-6];
  const problem = {
    rows: 2,
    columns: 2,
    cells: { levels_S: [new Float64Array(4).fill(off_S), new Float64Array(4).fill(on_S)] },
    read_V: 0.2,
    selected: { row: 0, column: 1 },
  };

  it('has the sneak path of three cells in series where lines float', () => {
    const { on, off, margin, swing, sneakShareOff } = readMargin({ ...problem, scheme: 'float' });
    const [least_A, most_A] = [0.2 * (on_S + off_S / 3), 0.2 * (off_S + on_S / 3)];
    expect(on.sensed_A / least_A).toBeCloseTo(1, 9);
    expect(off.sensed_A / most_A).toBeCloseTo(1, 9);
    expect(margin).toBeCloseTo(1 - most_A / least_A, 9);
    expect(sneakShareOff).toBeCloseTo(on_S / 3 / (off_S + on_S / 3), 9);
    expect([...off.pattern]).toEqual([1, 0, 1, 1]);
    expect(swing).toBe(0);
  });

  it('has half a cell more on the bit line under v/2, none where others are grounded', () => {
    const { on, off } = readMargin({ ...problem, scheme: 'v/2' });
    expect(on.sensed_A / (0.2 * on_S + 0.1 * off_S)).toBeCloseTo(1, 9);
    expect(off.sensed_A / (0.2 * off_S + 0.1 * on_S)).toBeCloseTo(1, 9);
    expect(readMargin({ ...problem, scheme: 'row-by-row' }).margin).toBeCloseTo(0.99, 9);
  });

  it('has the swing of a voltage divider across the sense resistance', () => {
    const sensed = { rows: 1, columns: 1, selected: { row: 0, column: 0 }, wires: { sense_ohm: 1e4 } };
    const cells = { levels_S: [Float64Array.of(off_S), Float64Array.of(on_S)] };
    for (const read_V of [0.2, -0.2]) {
      const { swing } = readMargin({ ...problem, ...sensed, read_V, cells, scheme: 'row-by-row' });
      // Flocke & Noll: R_pu/(R_on + R_pu) − R_pu/(R_off + R_pu), whichever way the current flows
      expect(swing).toBeCloseTo(1e4 / (1e4 + 1e4) - 1e4 / (1e6 + 1e4), 9);
    }
  });
});

const sinh = await expressionModel({
  name: 'sinh',
  current: 'x*sinh(8*v)/8',
  state: { low: 0, high: 1e-2, initial: 1e-5 },
  rate: '0',
});

it('tries every pattern of few cells with models', () => {
  const { levels, problem } = drawn(11, 2, 2, 3);
  const models = { cells: { model: sinh }, levels };
  const { on, off } = readMargin({ ...problem, read_V: 0.4, scheme: 'v/2', cells: { models } });
  const plain = (own: number) =>
    everyCurrent({ ...problem, read_V: 0.4, scheme: 'v/2' }, levels, own, (states, drive) => {
      const { columns_V } = drive;
      const solved = solveCells({
        ...problem,
        cells: { model: sinh, states },
        inputs_V: drive.rows_V,
        columns_V: columns_V!,
      });
      return solved.outputCurrents_A[problem.selected.column];
    });
  expect(on.sensed_A / Math.min(...plain(2))).toBeCloseTo(1, 8);
  expect(off.sensed_A / Math.max(...plain(0))).toBeCloseTo(1, 8);
  expect(on.all && off.all).toBe(true);
});

it('counts each pattern once, however often a search comes to it', () => {
  let reads = 0;
  const counted = {
    read: (pattern: Uint8Array) => ({ sensed_A: pattern[0] + 2 * pattern[2], cell_A: ++reads }),
    gains_A: () => new Float64Array(6),
    close: () => {},
  };
  const search = {
    rows: 1,
    columns: 3,
    levels: 2,
    selected: { row: 0, column: 1 },
    own: 1,
    towards: 1,
    most: 60,
  } as const;
  const { pattern, tried, sensed_A } = searchPatterns(counted, search, new RandomStream(1, 'patterns'));
  expect([[...pattern], tried, sensed_A]).toEqual([[1, 1, 1], 4, 3]);
  expect(reads).toBe(60);
});

it('says of larger arrays how many patterns it tried, and is no better than those that papers name', () => {
  for (const models of [false, true]) {
    const { levels, problem } = drawn(5, 6, 7, 2);
    const cells = models ? { models: { cells: { model: sinh }, levels } } : { levels_S: levels };
    const { on, off } = readMargin({ ...problem, cells, scheme: 'v/3', most: 40 });
    for (const { all, tried } of [on, off]) {
      expect(all).toBe(false);
      expect(tried).toBeGreaterThan(10);
      expect(tried).toBeLessThanOrEqual(40);
    }
    const one = readMargin({ ...problem, cells, scheme: 'v/3', most: 1 });
    const sign = Math.sign(problem.read_V);
    expect(sign * (one.on.sensed_A - on.sensed_A)).toBeGreaterThanOrEqual(0);
    expect(sign * (off.sensed_A - one.off.sensed_A)).toBeGreaterThanOrEqual(0);
    // the cells that wires let through less hold other data than all the same
    expect(new Set(on.pattern).size).toBe(2);
  }
});

it('knows what a small change of each cell adds to the current that is sensed', () => {
  const [rows, columns] = [3, 4];
  const random = new RandomStream(8, 'gains');
  const low = Float64Array.from({ length: rows * columns }, () => 10 ** -random.between(3, 4));
  const levels = [low, low.map((g) => 1.001 * g)];
  const selected = { row: 1, column: 2 };
  const { floatingRows, floatingColumns, ...drive } = applyScheme('v/3', {
    rows,
    columns,
    inputs_V: new Float64Array(rows).fill(0.4),
    count: 1,
    selected,
  });
  const wires = { row_ohm: 300, column_ohm: 200, driver_ohm: 500, sense_ohm: 100 };
  const circuit = { rows, columns, wires, selected, drive, floatingRows, floatingColumns, tolerance: 1e-13 };
  for (const reads of [new LinearReads(circuit, levels), new ModelReads(circuit, { model: sinh }, levels)]) {
    const pattern = new Uint8Array(rows * columns);
    const before = reads.read(pattern).sensed_A;
    const gains_A = reads.gains_A().slice(rows * columns);
    const most = Math.max(...gains_A.map(Math.abs));
    for (let k = 0; k < pattern.length; k++) {
      const other = pattern.slice();
      other[k] = 1;
      const change_A = reads.read(other).sensed_A - before;
      expect(Math.abs(change_A - gains_A[k])).toBeLessThan(2e-3 * most);
    }
    reads.close();
  }
});

it('reads cells that carry nothing below a voltage, behind lines that float', async () => {
  const dead = await expressionModel({
    name: 'dead',
    current: 'x*max(v-0.3,0)^2',
    state: { low: 0, high: 1e-2, initial: 1e-5 },
    rate: '0',
  });
  const levels = [new Float64Array(25).fill(1e-6), new Float64Array(25).fill(1e-4)];
  const problem = {
    rows: 5,
    columns: 5,
    selected: { row: 1, column: 1 },
    read_V: 1,
    scheme: 'float',
  } as const;
  const wires = { row_ohm: 1, column_ohm: 1 };
  const { on, off } = readMargin({
    ...problem,
    wires,
    cells: { models: { cells: { model: dead }, levels } },
  });
  // through the selected cell (1 − 0.3)²; three in series share 1 V, of which each takes 0.3 V for nothing
  expect(on.cell_A / (1e-4 * 0.7 ** 2)).toBeCloseTo(1, 2);
  expect(off.sensed_A).toBeLessThan(on.sensed_A);
});

it('refuses what is no level, no voltage, and a cell without a line', () => {
  const { levels, problem } = drawn(2, 2, 2, 2);
  const cells = { levels_S: levels };
  const margin = (more: Partial<MarginProblem>) => () => readMargin({ ...problem, cells, ...more });
  expect(margin({ cells: { levels_S: [levels[1], levels[0]] } })).toThrow(/last level must carry more/);
  expect(margin({ cells: { levels_S: [levels[1]] } })).toThrow(/got 1; 2 to 256/);
  expect(margin({ read_V: 0 })).toThrow(/other than 0/);
  expect(margin({ selected: { row: 2, column: 0 } })).toThrow(/selected cell: got row 2/);
  expect(margin({ floatingRows: [problem.selected.row] })).toThrow(/lies on a floating line/);
  const open = [new Float64Array(4), levels[1]];
  expect(margin({ cells: { levels_S: open }, scheme: 'float' })).toThrow(/0 S may leave a line/);
  expect(margin({ cells: { levels_S: [levels[0], levels[1].map(() => Number.NaN)] } })).toThrow(/got NaN/);
});
