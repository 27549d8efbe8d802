import { describe, expect, it, vi } from 'vitest';
import { applyScheme, describeCrossbar, findFloatingLines } from '../../circuits/crossbar/index.js';
import { crossbarNetlist } from '../../circuits/netlist/index.js';
import { writeSpice } from '../../circuits/spice/index.js';
import { OhmpropError, RandomStream } from '../../core/index.js';
import { Crossbar, CrossbarMemory, solveCrossbar } from '../../solver/crossbar/index.js';

const wires = { row_ohm: 1, column_ohm: 2, driver_ohm: 5, sense_ohm: 3 };

function draw(length: number, name: string, low: number, high: number): Float64Array {
  const stream = new RandomStream(11, name);
  return Float64Array.from({ length }, () => stream.between(low, high));
}

function example(rows: number, columns: number) {
  return { rows, columns, conductances_S: draw(rows * columns, 'g', 3, 5).map((x) => 10 ** -x), wires };
}

function apart(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, v, k) => Math.max(most, Math.abs(v - b[k])), 0);
}

function codeOf(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof OhmpropError)
      return { code: `${error.code}/${error.exitCode}`, message: error.message };
    throw error;
  }
  return { code: 'nothing', message: '' };
}

describe('a kept crossbar', () => {
  it('writes into the arrays of an earlier solution, on one thread and on two', () => {
    const description = example(19, 12);
    for (const threads of [1, 2]) {
      const crossbar = new Crossbar(description, { threads });
      const drive = (name: string) => ({ count: 3, rows_V: draw(19 * 3, name, -1, 1) });
      const first = crossbar.solve(drive('first'));
      const second = crossbar.solve(drive('second'), { into: first });
      expect(second.wordVoltages_V).toBe(first.wordVoltages_V);
      const alone = crossbar.solve(drive('second'));
      expect(alone.bitVoltages_V).not.toBe(second.bitVoltages_V);
      expect([...alone.bitVoltages_V]).toEqual([...second.bitVoltages_V]);
      expect([...alone.wordVoltages_V]).toEqual([...second.wordVoltages_V]);
      // one input does not fit: fresh arrays
      const other = crossbar.solve({ count: 1, rows_V: draw(19, 'first', -1, 1) }, { into: alone });
      expect(other.bitVoltages_V).toHaveLength(19 * 12);
      expect([...alone.bitVoltages_V]).toEqual([...second.bitVoltages_V]);
      crossbar.close();
    }
  });

  it('balances: Kirchhoff at every word and bit node, and power out of the sources', () => {
    const description = example(37, 22);
    const { rows, columns, conductances_S } = description;
    const inputs_V = draw(rows, 'v', -1, 1);
    const solution = solveCrossbar({ ...description, inputs_V });
    const { wordVoltages_V: w, bitVoltages_V: b, stats } = solution;
    const current = solution.deviceCurrents_A();
    let worst = 0;
    let heat = 0;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const k = i * columns + j;
        const left =
          j > 0
            ? (w[k - 1] - w[k]) / wires.row_ohm
            : (inputs_V[i] - w[k]) / (wires.row_ohm + wires.driver_ohm);
        const right = j + 1 < columns ? (w[k] - w[k + 1]) / wires.row_ohm : 0;
        const above = i > 0 ? (b[k - columns] - b[k]) / wires.column_ohm : 0;
        const below =
          i + 1 < rows
            ? (b[k] - b[k + columns]) / wires.column_ohm
            : b[k] / (wires.column_ohm + wires.sense_ohm);
        worst = Math.max(worst, Math.abs(left - right - current[k]), Math.abs(above - below + current[k]));
        heat +=
          conductances_S[k] * (w[k] - b[k]) ** 2 +
          left ** 2 * (wires.row_ohm + (j === 0 ? wires.driver_ohm : 0));
        heat += below ** 2 * (wires.column_ohm + (i + 1 === rows ? wires.sense_ohm : 0));
      }
    }
    expect(worst).toBeLessThan(1e-9 * stats.largestCurrent_A);
    expect(Math.abs(solution.power_W[0] / heat - 1)).toBeLessThan(1e-9);
  });

  it('starts warm: the same answer in fewer iterations', () => {
    const description = example(96, 96);
    const crossbar = new Crossbar(description);
    const rows_V = draw(96, 'v', 0, 1);
    const cold = crossbar.solve({ count: 1, rows_V });
    const warm = crossbar.solve({ count: 1, rows_V: rows_V.map((v) => v * 1.0001) }, { from: cold });
    expect(warm.stats.iterations).toBeLessThan(cold.stats.iterations);
    expect(
      apart(
        warm.bitVoltages_V,
        cold.bitVoltages_V.map((v) => v * 1.0001),
      ),
    ).toBeLessThan(1e-10);
  });

  it('refreshes changed cells to what a new crossbar would say', () => {
    const description = example(50, 41);
    const crossbar = new Crossbar({ ...description, conductances_S: description.conductances_S.slice() });
    const drive = { count: 1, rows_V: draw(50, 'v', 0, 1) };
    crossbar.solve(drive);
    const cell = (row: number, column: number) => row * 41 + column;
    for (const [cells, conductances_S] of [
      [[cell(3, 40), cell(49, 0), cell(20, 20)], Float64Array.of(1e-3, 0, 5e-4)],
      [Array.from({ length: 100 }, (_, k) => cell(k % 50, k % 41)), new Float64Array(100).fill(1e-4)],
    ] as const) {
      crossbar.update(Int32Array.from(cells), conductances_S);
      expect(cells.map((k) => crossbar.circuit.conductances_S[k])).toEqual([...conductances_S]);
      const fresh = new Crossbar({ ...description, conductances_S: crossbar.circuit.conductances_S });
      expect(apart(crossbar.solve(drive).wordVoltages_V, fresh.solve(drive).wordVoltages_V)).toBeLessThan(
        1e-11,
      );
    }
  });

  it('has a transfer matrix that gives the currents of any input', () => {
    const crossbar = new Crossbar({ ...example(23, 9), driveBothEnds: true });
    const count = 40;
    const inputs_V = draw(23 * count, 'many', -1, 1);
    const direct = crossbar.solve({ count, rows_V: inputs_V }).outputCurrents_A;
    expect(apart(crossbar.outputCurrents_A(inputs_V, count), direct)).toBeLessThan(1e-9 * 1e-2);
    const { matrix_S } = crossbar.transferMatrix();
    const one = matrix_S.subarray(4 * 23, 5 * 23).reduce((sum, t, i) => sum + t * inputs_V[7 * 23 + i], 0);
    expect(Math.abs(one / direct[7 * 9 + 4] - 1)).toBeLessThan(1e-9);
  });

  it('gives bit-equal results on one thread and on two', () => {
    const description = example(40, 24);
    const drive = { count: 12, rows_V: draw(40 * 12, 'many', -1, 1) };
    const one = new Crossbar(description).solve(drive);
    const crossbar = new Crossbar(description, { threads: 2 });
    for (let again = 0; again < 3; again++) {
      const two = crossbar.solve(drive);
      expect(two.wordVoltages_V).toEqual(one.wordVoltages_V);
      expect(two.outputCurrents_A).toEqual(one.outputCurrents_A);
    }
    crossbar.close();
  });

  it('names what is wrong with its input', () => {
    const good = example(4, 3);
    const inputs_V = new Float64Array(4);
    const broken = good.conductances_S.slice();
    broken[7] = -1;
    expect(codeOf(() => new Crossbar({ ...good, conductances_S: broken }))).toMatchObject({
      code: 'crossbar.conductance/2',
      message: expect.stringMatching(/row 2, column 1/),
    });
    broken[7] = Number.NaN;
    expect(codeOf(() => new Crossbar({ ...good, conductances_S: broken })).code).toBe(
      'crossbar.conductance/2',
    );
    expect(codeOf(() => new Crossbar({ ...good, rows: 5 })).code).toBe('crossbar.shape/2');
    expect(codeOf(() => new Crossbar({ ...good, wires: { row_ohm: -1 } })).code).toBe('crossbar.wires/2');
    expect(codeOf(() => solveCrossbar({ ...good, inputs_V: inputs_V.subarray(1) })).code).toBe(
      'crossbar.inputs/2',
    );
    expect(codeOf(() => new Crossbar({ ...good, floatingRows: [4] })).code).toBe('crossbar.lines/2');
    const floating = {
      ...good,
      conductances_S: good.conductances_S.map((g, k) => (k < 3 ? 0 : g)),
      floatingRows: [0],
    };
    expect(codeOf(() => new Crossbar(floating))).toMatchObject({
      code: 'crossbar.floating/2',
      message: expect.stringContaining('W[0][0…2]'),
    });
    expect(findFloatingLines(describeCrossbar(floating))).toEqual({ rows: [0], columns: [] });
  });

  it('is refused once closed, and closing it twice does not take memory from another', () => {
    const description = example(20, 20);
    const drive = { count: 1, rows_V: draw(20, 'v', 0, 1) };
    const first = new Crossbar(description);
    first.close();
    const second = new Crossbar(description);
    first.close();
    const third = new Crossbar({ ...description, conductances_S: new Float64Array(400).fill(1e-3) });
    expect(apart(second.solve(drive).wordVoltages_V, third.solve(drive).wordVoltages_V)).toBeGreaterThan(
      1e-3,
    );
    const fresh = solveCrossbar({ ...description, inputs_V: drive.rows_V });
    expect(apart(second.solve(drive).wordVoltages_V, fresh.wordVoltages_V)).toBeLessThan(1e-11);
    for (const use of [() => first.solve(drive), () => first.update([], []), () => first.transferMatrix()]) {
      expect(codeOf(use).code).toBe('crossbar.closed/2');
    }
    second.close();
    third.close();
  });

  it('stays as it was when changes are refused', () => {
    const description = { ...example(4, 3), floatingRows: [1] };
    const crossbar = new Crossbar(description);
    const before = description.conductances_S.slice();
    expect(codeOf(() => crossbar.update([3, 4, 5], [0, 0, 0])).code).toBe('crossbar.floating/2');
    expect(codeOf(() => crossbar.update([0, 12], [1e-3, 1e-3]))).toMatchObject({
      code: 'crossbar.lines/2',
      message: expect.stringMatching(/change 1: got cell 12/),
    });
    expect(codeOf(() => crossbar.update([0, 4], [1e-3, -1]))).toMatchObject({
      code: 'crossbar.conductance/2',
      message: expect.stringMatching(/row 1, column 1: got -1/),
    });
    expect(codeOf(() => crossbar.update([0], [])).code).toBe('crossbar.conductance/2');
    expect(crossbar.circuit.conductances_S).toEqual(before);
  });

  it.each([true, false])("never writes into its caller's array (copyCells: %s)", (copyCells) => {
    const description = example(4, 3);
    const before = description.conductances_S.slice();
    const drive = { count: 1, rows_V: draw(4, 'v', 0, 1) };
    const crossbar = new Crossbar(description, { copyCells });
    const first = crossbar.solve(drive);
    crossbar.update([0, 11], [1e-2, 2e-2]);
    expect(description.conductances_S).toEqual(before);
    expect(crossbar.circuit.conductances_S[11]).toBe(2e-2);
    expect(apart(crossbar.solve(drive).wordVoltages_V, first.wordVoltages_V)).toBeGreaterThan(1e-4);
  });

  it('may have its array changed by the caller', () => {
    const description = example(4, 3);
    const drive = { count: 1, rows_V: draw(4, 'v', 0, 1) };
    const crossbar = new Crossbar(description);
    const solution = crossbar.solve(drive);
    const before_A = solution.deviceCurrents_A();
    description.conductances_S.fill(0);
    expect(solution.deviceCurrents_A()).toEqual(before_A);
  });

  it('takes its memory from whom it is told to, and leaves it to the next', () => {
    const memory = new CrossbarMemory();
    const take = vi.spyOn(memory, 'take');
    const problem = { ...example(30, 20), inputs_V: draw(30, 'v', 0, 1), memory };
    const first = solveCrossbar(problem);
    const second = solveCrossbar(problem);
    expect(take.mock.results[1].value).toBe(take.mock.results[0].value);
    expect(second.wordVoltages_V).toEqual(first.wordVoltages_V);
    const [one, other] = [new Crossbar(problem, { memory }), new Crossbar(problem, { memory })];
    const [, , a, b] = take.mock.results;
    expect(a.value).not.toBe(b.value);
    one.close();
    other.close();
  });

  it('gives no device currents of cells that have changed since', () => {
    const crossbar = new Crossbar(example(4, 3));
    const solution = crossbar.solve({ count: 1, rows_V: draw(4, 'v', 0, 1) });
    expect(solution.deviceCurrents_A()).toHaveLength(12);
    crossbar.update([0], [1]);
    expect(codeOf(() => solution.deviceCurrents_A())).toMatchObject({
      code: 'crossbar.changed/2',
      message: expect.stringContaining('before update'),
    });
  });

  it.each([
    { tolerance: Number.NaN },
    { tolerance: -1 },
    { maxIterations: 0 },
    { threads: Number.NaN },
    { threads: 1.5 },
  ])('refuses the option %o', (option) => {
    expect(codeOf(() => new Crossbar(example(4, 3), option))).toMatchObject({
      code: 'crossbar.options/2',
      message: expect.stringMatching(new RegExp(`^${Object.keys(option)[0]}: got `)),
    });
  });

  it('does not call settled what the last bit of a voltage decides: shorts far too good', () => {
    const solved = (short_S: number) =>
      solveCrossbar({
        rows: 2,
        columns: 2,
        conductances_S: Float64Array.of(1e-3, short_S, 0, short_S),
        wires: { row_ohm: 1, column_ohm: 1 },
        inputs_V: Float64Array.of(1, 2),
      });
    expect(solved(1e3).status).toBe('settled');
    expect(solved(1e20)).toMatchObject({
      status: 'stopped-early',
      message: expect.stringMatching(/raise maxIterations.*shorts/),
    });
  });

  it('says how much memory is missing before it takes any', () => {
    // the shape alone decides; a typed array of this length would not fit the machine
    const huge = { length: 20_000 ** 2, findIndex: () => -1 } as unknown as Float64Array;
    expect(
      codeOf(() => new Crossbar({ rows: 20_000, columns: 20_000, conductances_S: huge, wires })),
    ).toMatchObject({
      code: 'crossbar.memory/2',
      message: expect.stringMatching(/GiB/),
    });
  });
});

describe('drive schemes and SPICE text', () => {
  it.each([
    ['row-by-row', [0, 1, 0], [0, 0]],
    ['row', [0, 1, 0], [0, 0]],
    ['v/2', [0.5, 1, 0.5], [0, 0.5]],
    ['v/3', [1 / 3, 1, 1 / 3], [0, 2 / 3]],
  ])('%s puts its fractions on the lines', (name, rows_V, columns_V) => {
    const inputs_V = Float64Array.of(9, 1, 9);
    const drive = applyScheme(name, {
      rows: 3,
      columns: 2,
      inputs_V,
      count: 1,
      selected: { row: 1, column: 0 },
    });
    expect(Array.from(drive.rows_V)).toEqual(rows_V);
    expect(Array.from(drive.columns_V ?? [])).toEqual(columns_V);
  });

  it('writes a line without resistance as one node', () => {
    const circuit = describeCrossbar({
      rows: 2,
      columns: 2,
      conductances_S: Float64Array.of(1e-3, 0, 2e-3, 1e-3),
      wires: { column_ohm: 1 },
    });
    const text = writeSpice(crossbarNetlist(circuit, { count: 1, rows_V: Float64Array.of(1, 2) }));
    expect(text).toContain('vw_1 w_1 0 DC 2');
    expect(text).toContain('rd_1_0 w_1 b_1_0 500');
    expect(text).not.toContain('rd_0_1');
    expect(text).not.toMatch(/rw_/);
  });
});
