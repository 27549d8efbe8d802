import { expect, it } from 'vitest';
import { applyScheme, type CrossbarWires, describeCrossbar } from '../../circuits/crossbar/index.js';
import { RandomStream } from '../../core/index.js';
import { elementPoint, expressionModel } from '../../devices/elements/index.js';
import { cellsOperatingPoint, ProgrammedCells } from '../../solver/crossbar/index.js';

// Pulses through wires against a plain integration: Runge and Kutta's fourth order at fixed steps, every network an operating point.

const model = await expressionModel({
  name: 'drift',
  current: 'g*(0.05 + x)*sinh(2*v)',
  rate: 'k*sinh(6*v)*(1.05 - x)*(x + 0.05)',
  state: { low: 0, high: 1, initial: 0.2 },
  parameters: { g: 2e-4, k: 1e3 },
});
const [rows, columns] = [3, 4];
const wires = { row_ohm: 30, column_ohm: 20, driver_ohm: 100, sense_ohm: 50 };
const random = new RandomStream(4, 'states');
const states = Float64Array.from({ length: rows * columns }, () => random.between(0.1, 0.6));
const pulses = {
  potentiation: { amplitude_V: 1, width_s: 1e-5 },
  depression: { amplitude_V: -1, width_s: 1e-5 },
};
const made = () =>
  new ProgrammedCells({
    rows,
    columns,
    wires,
    cells: { model, states },
    scheme: 'v/2',
    read_V: 0.1,
    ...pulses,
  });

function plainly(
  x: Float64Array,
  cell: number,
  amplitude_V: number,
  seconds: number,
  lines: Partial<CrossbarWires> = wires,
  steps = 12,
): Float64Array {
  const {
    floatingRows: _r,
    floatingColumns: _c,
    ...drive
  } = applyScheme('v/2', {
    rows,
    columns,
    inputs_V: new Float64Array(rows).fill(amplitude_V),
    count: 1,
    selected: { row: Math.floor(cell / columns), column: cell % columns },
  });
  const circuit = describeCrossbar({
    rows,
    columns,
    wires: lines,
    conductances_S: new Float64Array(x.length).fill(1),
  });
  const point = elementPoint();
  const rates = (at: Float64Array) => {
    const { word_V, bit_V } = cellsOperatingPoint(circuit, { model, states: at }, drive)!;
    return at.map((state, k) => {
      const v = word_V[k] - bit_V[k];
      model.evaluate(v, state, point);
      return model.rate!(v, point.current_A, state);
    });
  };
  const clamp = (s: number) => Math.min(1, Math.max(0, s));
  const h = seconds / steps;
  for (let n = 0; n < steps; n++) {
    const [k1, at] = [rates(x), x];
    const k2 = rates(at.map((s, k) => clamp(s + 0.5 * h * k1[k])));
    const k3 = rates(at.map((s, k) => clamp(s + 0.5 * h * k2[k])));
    const k4 = rates(at.map((s, k) => clamp(s + h * k3[k])));
    x = at.map((s, k) => clamp(s + (h / 6) * (k1[k] + 2 * k2[k] + 2 * k3[k] + k4[k])));
  }
  return x;
}

it('moves the selected cell and its neighbours as a plain integration does', async () => {
  const array = made();
  let right: Float64Array = states.slice();
  for (const [id, [cell, count]] of [
    [5, 1],
    [2, -1],
    [5, -1],
  ].entries()) {
    const report = await array.pulse(
      { counts: Int16Array.of(count), indices: Uint32Array.of(cell) },
      { id: id + 1 },
    );
    expect(report.energy_J).toBeGreaterThan(0);
    right = plainly(right, cell, count, 1e-5);
    for (const [k, x] of array.states.entries()) expect(Math.abs(x - right[k])).toBeLessThan(1e-6);
  }
  // it did move, and so did the half-selected
  expect(Math.abs(array.states[2] - states[2])).toBeGreaterThan(0.01);
  expect(Math.abs(array.states[1] - states[1])).toBeGreaterThan(1e-4);
});

it('says the energy of a pulse: of a cell whose conductance moves, and of one that stays', async () => {
  const [V, T, x0, k] = [1.5, 2e-5, 0.2, 2e4];
  // x = x₀ + k·t, so that the power is a parabola
  const right = {
    [`${k}*v/${V}`]: x0 ** 2 * T + x0 * k * T ** 2 + (k ** 2 * T ** 3) / 3,
    '0*v': x0 ** 2 * T,
  };
  for (const [rate, integral] of Object.entries(right)) {
    const moving = await expressionModel({
      name: 'parabola',
      current: '1e-4*x*x*v',
      rate,
      state: { low: 0, high: 1, initial: x0 },
    });
    const pulse = {
      potentiation: { amplitude_V: V, width_s: T },
      depression: { amplitude_V: -V, width_s: T },
    };
    const one = { rows: 1, columns: 1, scheme: 'row-by-row', read_V: 0.1 } as const;
    const array = new ProgrammedCells({
      ...one,
      cells: { model: moving, states: Float64Array.of(x0) },
      ...pulse,
    });
    const { energy_J } = await array.pulse({ counts: Int16Array.of(2) }, { id: 1 });
    const second =
      rate === '0*v' ? integral : (x0 + k * T) ** 2 * T + (x0 + k * T) * k * T ** 2 + (k ** 2 * T ** 3) / 3;
    expect((energy_J ?? Number.NaN) / (1e-4 * V ** 2 * (integral + second))).toBeCloseTo(1, 6);
    await array.close();
  }
});

it('follows a cell to the end of its range, and behind lines that take most of the voltage', async () => {
  const strong = { row_ohm: 300, column_ohm: 300, driver_ohm: 2000, sense_ohm: 500 };
  for (const [lines, accuracy, within, ends] of [
    [wires, 1e-8, 1e-6, true],
    [strong, 1e-10, 5e-9, false],
  ] as const) {
    const array = new ProgrammedCells({
      rows,
      columns,
      wires: lines,
      cells: { model, states },
      scheme: 'v/2',
      read_V: 0.1,
      accuracy,
      potentiation: { amplitude_V: 1.5, width_s: 2e-5 },
      depression: { amplitude_V: -1.5, width_s: 2e-5 },
    });
    await array.pulse({ counts: Int16Array.of(-1), indices: Uint32Array.of(3) }, { id: 1 });
    const right = plainly(states, 3, -1.5, 2e-5, lines, 60);
    expect(right[3] === 0).toBe(ends);
    expect(states[3] - right[3]).toBeGreaterThan(0.01);
    for (const [k, x] of array.states.entries()) expect(Math.abs(x - right[k])).toBeLessThan(within);
  }
});

it('reads what its lines show, and keeps the promises of an array', async () => {
  const array = made();
  const own_S = array.ownConductances_S();
  const read_S = await array.read();
  const [one_S] = await array.read({ row: 1, column: 2, rows: 1, columns: 1 });
  expect(one_S).toBe(read_S[6]);
  for (const [k, g] of read_S.entries()) {
    // wires take something, never add
    expect(g).toBeLessThan(own_S[k]);
    expect(g / own_S[k]).toBeGreaterThan(0.8);
  }
  expect(array.states).toEqual(states);
  const before = await array.snapshot();
  const plan = { counts: Int16Array.of(2), indices: Uint32Array.of(0) };
  expect(await array.pulse(plan, { id: 3 })).toMatchObject({ applied: true, potentiationPulses: 2 });
  expect(await array.pulse(plan, { id: 3 })).toMatchObject({ applied: false });
  expect(array.info.lastUpdate).toBe(3);
  const moved = array.states;
  await array.restore(before);
  expect(array.states).toEqual(states);
  await array.pulse(plan, { id: 9 });
  expect(array.states).toEqual(moved);
  await expect(
    array.pulse({ counts: Int16Array.of(1), indices: Uint32Array.of(99) }, { id: 10 }),
  ).rejects.toThrow(/names cell 99/);
  await array.close();
  await expect(array.read()).rejects.toThrow(/closed/);
});

it('refuses cells that pulses do not move, and schemes that select none', async () => {
  const still = await expressionModel({ name: 'still', current: '1e-5*v' });
  const base = { rows, columns, wires, cells: { model, states }, scheme: 'v/2', read_V: 0.1, ...pulses };
  expect(() => new ProgrammedCells({ ...base, cells: { model: still, states } })).toThrow(
    /pulses do not move it/,
  );
  expect(() => new ProgrammedCells({ ...base, scheme: 'parallel' })).toThrow(/selects no cell/);
  expect(() => new ProgrammedCells({ ...base, scheme: 'v/4' })).toThrow(/known are/);
  expect(() => new ProgrammedCells({ ...base, read_V: 0 })).toThrow(/read_V: got 0/);
});
