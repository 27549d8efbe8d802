import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CrossbarCells,
  describeCrossbar,
  senseEnds,
  turnCells,
  turnCrossbar,
  turnedBack,
} from '../../circuits/crossbar/index.js';
import { crossbarNetlist } from '../../circuits/netlist/index.js';
import { writeSpice } from '../../circuits/spice/index.js';
import { RandomStream } from '../../core/index.js';
import {
  Chang,
  DiodeSelector,
  type ElementModel,
  elementPoint,
  expressionModel,
  MosLevel1,
  physicalPreset,
  ThresholdSelector,
  Vteam,
} from '../../devices/elements/index.js';
import { carried, divideVoltage } from '../../solver/crossbar/divided-voltage.js';
import {
  CellsCrossbar,
  cellsOperatingPoint,
  solveCells,
  solveCrossbar,
} from '../../solver/crossbar/index.js';
import { NgspiceEngine } from '../../solver/ngspice/index.js';

// Cells with models and wires, judged by an operating point with sparse factors, by ngspice, and by Kirchhoff's law.

const sinh = await expressionModel({
  name: 'sinh',
  current: 'x*sinh(3*v)/3',
  state: { low: 0, high: 1e-3, initial: 1e-5 },
  rate: '0',
});
// at 0 V its slope has no formula
const kinked = await expressionModel({
  name: 'kinked',
  current: 'x*v*(1 + sqrt(abs(v)))',
  state: { low: 0, high: 1e-3, initial: 1e-5 },
  rate: '0',
});
const transistor = new MosLevel1({ KP: 2e-4, W: 2e-6, L: 1e-7, VTO: 0.5, GAMMA: 0.4, LAMBDA: 0.05 });

const kinds: Readonly<Record<string, Omit<CrossbarCells, 'states'>>> = {
  sinh: { model: sinh },
  kinked: { model: kinked },
  vteam: { model: new Vteam() },
  yakopcic: { model: physicalPreset('nbsto-yakopcic').make() },
  chang: { model: new Chang() },
  '1S1R threshold': { model: sinh, selector: new ThresholdSelector() },
  '1S1R diode': { model: sinh, selector: new DiodeSelector() },
  '1T1R': { model: sinh, transistor },
};

function statesOf({ state }: ElementModel, count: number, random: RandomStream): Float64Array {
  const { low, high } = state!;
  return Float64Array.from({ length: count }, () =>
    high === 1e-3 ? 10 ** -random.between(3, 6) : random.between(low, high),
  );
}

const conducting = (count: number) => new Float64Array(count).fill(1);

it('agrees with an operating point by sparse factors, whatever the cells, wires, ends and pads', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(kinds)),
      fc.record({ rows: fc.integer({ min: 1, max: 10 }), columns: fc.integer({ min: 1, max: 9 }) }),
      fc.record({
        row_ohm: fc.constantFrom(0, 0.5, 20, 300),
        column_ohm: fc.constantFrom(0, 0.5, 20, 300),
        driver_ohm: fc.constantFrom(0, 100, 10_000),
        sense_ohm: fc.constantFrom(0, 50, 10_000),
      }),
      fc.record({ driveBothEnds: fc.boolean(), senseEnds: fc.constantFrom(...senseEnds) }),
      fc.boolean(),
      fc.integer({ min: 1, max: 10_000 }),
      (kind, { rows, columns }, wires, ends, floating, seed) => {
        const random = new RandomStream(seed, 'cells');
        const made = kinds[kind];
        const cells = { ...made, states: statesOf(made.model, rows * columns, random) };
        const gated = made.transistor !== undefined;
        const floats = floating && rows > 1 && !gated ? { floatingRows: [random.integer(rows)] } : {};
        const shape = { rows, columns, wires, ...ends, ...floats };
        const inputs_V = Float64Array.from({ length: rows }, () => random.between(gated ? 0 : -1, 1));
        const columns_V = Float64Array.from({ length: columns }, () => random.between(0, 0.3));
        const gates_V = gated
          ? { gates_V: Float64Array.from({ length: rows }, () => [0, 2, 3][random.integer(3)]) }
          : {};
        const solved = solveCells({ ...shape, cells, inputs_V, columns_V, ...gates_V });
        expect(solved.status).toBe('settled');
        const circuit = describeCrossbar({ ...shape, conductances_S: conducting(rows * columns) });
        const drive = { count: 1, rows_V: inputs_V, columns_V, ...gates_V };
        const right = cellsOperatingPoint(circuit, cells, drive)!;
        for (let k = 0; k < rows * columns; k++) {
          expect(Math.abs(solved.wordVoltages_V[k] - right.word_V[k])).toBeLessThan(3e-9);
          expect(Math.abs(solved.bitVoltages_V[k] - right.bit_V[k])).toBeLessThan(3e-9);
        }
        const currents_A = solved.deviceCurrents_A();
        for (let j = 0; j < columns; j++) {
          let sum_A = 0;
          for (let i = 0; i < rows; i++) sum_A += currents_A[i * columns + j];
          expect(Math.abs(solved.outputCurrents_A[j] - sum_A)).toBeLessThanOrEqual(
            1e-9 * solved.stats.largestCurrent_A,
          );
        }
      },
    ),
    { numRuns: 90, seed: 7 },
  );
});

describe('ngspice', () => {
  let ngspice: NgspiceEngine;
  beforeAll(async () => {
    ngspice = await NgspiceEngine.start();
  });
  afterAll(async () => {
    await ngspice.close();
  });

  it.each(['sinh', 'vteam', '1S1R threshold', '1S1R diode', '1T1R'])(
    'has the node voltages of 8 × 12 cells: %s',
    async (kind) => {
      const [rows, columns] = [8, 12];
      const random = new RandomStream(5, kind);
      const made = kinds[kind];
      const cells = { ...made, states: statesOf(made.model, rows * columns, random) };
      const shape = { rows, columns, wires: { row_ohm: 5, column_ohm: 3, driver_ohm: 50, sense_ohm: 20 } };
      const rows_V = Float64Array.from({ length: rows }, () => random.between(0.2, 1));
      const gates_V = made.transistor && { gates_V: new Float64Array(rows).fill(2.5) };
      const solved = solveCells({ ...shape, cells, inputs_V: rows_V, ...gates_V, tolerance: 1e-9 });
      expect(solved.status).toBe('settled');
      const circuit = describeCrossbar({ ...shape, conductances_S: conducting(rows * columns) });
      const netlist = crossbarNetlist(circuit, { count: 1, rows_V, ...gates_V }, 0, cells);
      const tail = ['.options reltol=1e-9 vntol=1e-12 abstol=1e-16 gmin=1e-18', '.op'];
      const answer = await ngspice.run(writeSpice(netlist, { tail }));
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const k = i * columns + j;
          for (const [name, got] of [
            [`v(w_${i}_${j})`, solved.wordVoltages_V[k]],
            [`v(b_${i}_${j})`, solved.bitVoltages_V[k]],
          ] as const) {
            expect(Math.abs(got - answer[name][0])).toBeLessThan(1e-9 + 1e-6 * Math.abs(got));
          }
        }
      }
    },
  );
});

it('driven on its bit lines is the same circuit as one whose pads of these carry the inputs', () => {
  const [rows, columns] = [4, 6];
  const wires = {
    row_ohm: 40,
    column_ohm: 15,
    firstRow_ohm: 7,
    lastColumn_ohm: 90,
    driver_ohm: 0,
    sense_ohm: 0,
  };
  const random = new RandomStream(3, 'turned');
  const states = statesOf(sinh, rows * columns, random);
  const inputs_V = Float64Array.from({ length: columns }, () => random.between(-0.5, 1));
  for (const senseEnd of senseEnds) {
    const shape = { rows, columns, wires, senseEnds: senseEnd };
    // a diode tells the ways apart
    const cells = { model: sinh, selector: new DiodeSelector(), states };
    const turned = turnCrossbar({ ...shape, conductances_S: conducting(rows * columns) });
    const { conductances_S: _, ...lines } = turned.description;
    const there = solveCells({
      ...lines,
      cells: turnCells(cells, turned),
      inputs_V: inputs_V.map((_v, k) => inputs_V[columns - 1 - k]),
    });
    const here = solveCells({ ...shape, cells, inputs_V: new Float64Array(rows), columns_V: inputs_V });
    const back = turnedBack(there.wordVoltages_V, turned);
    const largest_A = Math.max(...here.rowCurrents_A.map(Math.abs));
    for (let i = 0; i < rows; i++) {
      const out_A = there.outputCurrents_A[turned.columnOf(i)];
      expect(Math.abs(out_A + here.rowCurrents_A[i])).toBeLessThan(1e-8 * largest_A);
    }
    for (let k = 0; k < back.length; k++) expect(back[k]).toBeCloseTo(here.bitVoltages_V[k], 8);
  }
  const turned = turnCrossbar({ rows, columns, wires, conductances_S: conducting(rows * columns) });
  expect(() => turnCells({ model: sinh, states, transistor }, turned)).toThrow(/driven on their rows alone/);
});

describe('a crossbar of cells with models', () => {
  const [rows, columns] = [5, 4];
  const wires = { row_ohm: 10, column_ohm: 10 };
  const inputs_V = Float64Array.of(0.2, 0.9, 0.5, 0.7, 0.4);
  const random = new RandomStream(1, 'states');
  const states = Float64Array.from({ length: rows * columns }, () => random.between(1e-5, 1e-4));

  it('is a linear one where its cells are', () => {
    const ohmic = new Vteam();
    const x = states.map((_, k) => (k / (rows * columns)) * 3e-9);
    const conductances_S = x.map((at) => 1 / (50 + (950 * at) / 3e-9));
    const bent = solveCells({ rows, columns, wires, cells: { model: ohmic, states: x }, inputs_V });
    const linear = solveCrossbar({ rows, columns, wires, conductances_S, inputs_V });
    for (let j = 0; j < columns; j++) {
      expect(bent.outputCurrents_A[j] / linear.outputCurrents_A[j]).toBeCloseTo(1, 9);
    }
    expect(bent.cellConductances_S()[3]).toBeCloseTo(conductances_S[3], 12);
  });

  it('follows small changes as the linear one of its small-signal conductances', () => {
    const crossbar = new CellsCrossbar(
      { rows, columns, wires, cells: { model: sinh, states } },
      { tolerance: 1e-13 },
    );
    const at = crossbar.solve({ count: 1, rows_V: inputs_V });
    const step = 1e-5;
    const moved = inputs_V.map((v, i) => v + (i === 2 ? step : 0));
    const after = crossbar.solve({ count: 1, rows_V: moved }, { from: at });
    const before = crossbar.solve({ count: 1, rows_V: inputs_V.map((v, i) => v - (i === 2 ? step : 0)) });
    const linear = solveCrossbar({
      rows,
      columns,
      wires,
      conductances_S: at.cellConductances_S(),
      inputs_V: inputs_V.map((_, i) => (i === 2 ? 1 : 0)),
    });
    for (let j = 0; j < columns; j++) {
      const slope = (after.outputCurrents_A[j] - before.outputCurrents_A[j]) / (2 * step);
      expect(slope / linear.outputCurrents_A[j]).toBeCloseTo(1, 6);
    }
    crossbar.close();
    expect(() => crossbar.solve({ count: 1, rows_V: inputs_V })).toThrow(/closed/);
  });

  it('answers several inputs as each alone, and other states after they changed', () => {
    const crossbar = new CellsCrossbar({ rows, columns, wires, cells: { model: sinh, states } });
    const both = Float64Array.of(...inputs_V, ...inputs_V.map((v) => -v));
    const two = crossbar.solve({ count: 2, rows_V: both });
    const alone = solveCells({ rows, columns, wires, cells: { model: sinh, states }, inputs_V });
    for (let j = 0; j < columns; j++) {
      expect(two.outputCurrents_A[j]).toBe(alone.outputCurrents_A[j]);
      // an odd law
      expect(two.outputCurrents_A[columns + j] / -alone.outputCurrents_A[j]).toBeCloseTo(1, 9);
    }
    expect(two.power_W[1] / two.power_W[0]).toBeCloseTo(1, 9);
    crossbar.setStates(states.map((x) => 2 * x));
    expect(() => two.deviceCurrents_A()).toThrow(/changed/);
    const other = crossbar.solve({ count: 1, rows_V: inputs_V });
    const fresh = solveCells({
      rows,
      columns,
      wires,
      cells: { model: sinh, states: states.map((x) => 2 * x) },
      inputs_V,
    });
    expect(other.outputCurrents_A).toEqual(fresh.outputCurrents_A);
  });

  it('refuses what its cells cannot be', () => {
    const solve =
      (cells: CrossbarCells, more: object = {}) =>
      () =>
        solveCells({ rows, columns, wires, cells, inputs_V, ...more });
    const wrong = states.slice();
    wrong[6] = 0.5;
    expect(solve({ model: sinh, states: wrong })).toThrow(
      /row 1, column 2 .*got 0.5; .* between 0 and 0.001/,
    );
    expect(solve({ model: sinh, states: states.subarray(1) })).toThrow(
      /got 19 values for 5 rows × 4 columns/,
    );
    expect(solve({ model: sinh, states, transistor })).toThrow(/gates_V: cells with transistors need/);
    expect(solve({ model: sinh, states, transistor, selector: new DiodeSelector() })).toThrow(/not both/);
    expect(solve({ model: sinh, states }, { gates_V: inputs_V })).toThrow(/have no transistors/);
    const gates_V = new Float64Array(rows);
    // with all gates open there is an answer, and of floating lines none that is exact
    const below = { gates_V: gates_V.map(() => 3), inputs_V: inputs_V.map((v) => -Math.abs(v) - 0.1) };
    expect(solve({ model: sinh, states, transistor }, below)).not.toThrow();
    expect(solve({ model: sinh, states, transistor }, { ...below, floatingRows: [1] })).toThrow(
      /beyond the bulk of the transistors at 0 V.*drive all lines on the other side/,
    );
    expect(
      solve(
        { model: sinh, states, transistor },
        { gates_V, inputs_V: inputs_V.map(Math.abs), floatingRows: [1] },
      ),
    ).toThrow(/word line 1 floats with its gate at 0 V/);
  });
});

it('says of one cell behind a transistor what its own gate lets through', () => {
  const size = { rows: 2, columns: 2 };
  const cells = { model: sinh, transistor, states: Float64Array.of(1e-4, 2e-4, 3e-4, 4e-4) };
  const crossbar = new CellsCrossbar({ ...size, wires: { row_ohm: 5, column_ohm: 5 }, cells });
  const drive = { count: 1, rows_V: Float64Array.of(0.5, 0.4), gates_V: Float64Array.of(0, 2.5) };
  const solved = crossbar.solve(drive);
  const all_A = solved.deviceCurrents_A();
  expect(all_A[2]).toBeGreaterThan(1e-6);
  for (const [cell, current_A] of all_A.entries())
    expect(crossbar.current_A(solved, drive, cell)).toBeCloseTo(current_A, 12);
  crossbar.close();
});

describe('the voltage between two elements in series', () => {
  const own = elementPoint();
  const other = elementPoint();
  const diode = new DiodeSelector();
  const threshold = new ThresholdSelector();
  /** At so many volts across both: what each carries in the end, the voltage across the first, and how often it was looked at. */
  const divided = (selector: ElementModel, v: number, state: number, agreed: number) => {
    const at = carried();
    let looks = 0;
    const look = (u: number) => {
      looks++;
      sinh.evaluate(u, state, own);
      selector.evaluate(v - u, 0, other);
      [at.own_A, at.own_S] = [own.current_A, own.conductance_S];
      [at.other_A, at.other_S] = [other.current_A, other.conductance_S];
    };
    const u = divideVoltage({ at, look }, v, 0, agreed);
    return { u, looks, ...at };
  };

  it.each([
    ['diode', diode],
    ['threshold', threshold],
  ])('is found in few steps from nowhere, either way through a %s', (_, selector) => {
    for (const v of [3, 1, 0.6, 0.3, 1e-3, 1e-9, -1e-9, -0.3, -1, -3]) {
      for (const state of [1e-3, 1e-5, 1e-8]) {
        const { u, looks, own_A, other_A } = divided(selector, v, state, 1e-12);
        expect(u / v).toBeGreaterThanOrEqual(0);
        expect(u / v).toBeLessThanOrEqual(1);
        const largest_A = Math.max(Math.abs(own_A), Math.abs(other_A));
        // where one takes all but the last digits of the voltage, the other's current has no more of them
        expect(Math.abs(own_A - other_A)).toBeLessThanOrEqual(1e-6 * largest_A);
        expect(looks).toBeLessThanOrEqual(12);
      }
    }
  });

  it('ends at the end of its range where one of them carries nothing', () => {
    expect(divided(threshold, 0.5, 0, 1e-12).u).toBeCloseTo(0.5, 12);
    expect(divided(diode, -0.5, 0, 1e-12).u).toBeCloseTo(-0.5, 12);
    expect(divided(diode, 0, 1e-5, 1e-12)).toMatchObject({ u: 0, looks: 1 });
  });
});
