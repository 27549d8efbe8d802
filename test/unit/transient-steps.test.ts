import { describe, expect, it } from 'vitest';
import { Netlist, type NetlistElement } from '../../circuits/netlist/index.js';
import { CircuitEquations } from '../../solver/equations/index.js';
import type { Observer } from '../../solver/time/observer.js';
import { Recorder } from '../../solver/time/recorder.js';
import { StepControl } from '../../solver/time/step-control.js';
import { Stores } from '../../solver/time/stores.js';
import { TimeSystem } from '../../solver/time/time-system.js';

describe('the step after one whose error is known', () => {
  const control = new StepControl(new Stores(), 1e-4, 3);

  it('is what the order of the estimate makes of that error, with a margin of a tenth', () => {
    for (const size of [0.02, 0.1, 0.3, 1.2, 8, 500]) {
      expect(control.factor(size), `${size} tolerances`).toBeCloseTo(0.9 * size ** (-1 / 3), 12);
    }
  });

  it('grows fivefold at most and shrinks to a tenth at least', () => {
    expect([0, 1e-9, 1e-3].map((size) => control.factor(size))).toEqual([5, 5, 5]);
    expect([1e4, 1e9].map((size) => control.factor(size))).toEqual([0.1, 0.1]);
  });

  it('stays as it is where it could grow by less than three tenths, so that its factors serve again', () => {
    // 0.9·size^(−1/3): 1.3 at 0.332 tolerances, 1 at 0.729
    for (const size of [0.34, 0.5, 0.72]) expect(control.factor(size)).toBe(1);
    expect(control.factor(0.33)).toBeGreaterThan(1.3);
    // A step that was good enough is never followed by a much shorter one.
    for (const size of [0.8, 0.999, 1]) expect(control.factor(size)).toBeCloseTo(0.9 * size ** (-1 / 3), 12);
    expect(control.factor(1.000001)).toBeLessThan(0.9);
  });
});

describe('points that are saved', () => {
  /** One node whose voltage is the only unknown. */
  const observer = {
    nodes: ['a'],
    columns: 1,
    read: (x: Float64Array, into: Float64Array) => into.set(x),
    holdStates: () => undefined,
  } as unknown as Observer;
  const tolerances = { relative: 1e-3, absolute_V: 1e-6, absolute_A: 1e-12 };

  function saved(start_s: number, steps_s: readonly number[]): [number, number][] {
    const recorder = new Recorder(observer, { start_s, step_s: 1, stop_s: 10 }, tolerances);
    const v = (time_s: number) => Float64Array.of(3 + 2 * time_s);
    recorder.restart(0, v(0));
    for (const end_s of steps_s) {
      recorder.curveError(end_s, v(end_s));
      recorder.keep(end_s);
    }
    const times = recorder.saved.time_s();
    const values = recorder.saved.column(0);
    return Array.from(times, (time, k) => [time, values[k]]);
  }

  it('are the start and every step, from the first and shortest on, and the grid that was asked for', () => {
    const found = saved(0, [1e-9, 1e-6, 1e-3, 0.4, 2.5]);
    expect(found.map(([time]) => time)).toEqual([0, 1e-9, 1e-6, 1e-3, 0.4, 1, 2, 2.5]);
    for (const [time, value] of found) expect(value).toBeCloseTo(3 + 2 * time, 10);
  });

  it('lie where steps end: a time of the grid that is as good as a step is not saved twice', () => {
    expect(saved(0, [0.5, 1 - 5e-5, 2 + 5e-5]).map(([time]) => time)).toEqual([0, 0.5, 1 - 5e-5, 2 + 5e-5]);
  });

  it('begin at the time asked for, which need not be the end of a step', () => {
    expect(saved(2, [0.5, 1.5, 2.5, 3.5]).map(([time]) => time)).toEqual([2, 2.5, 3, 3.5]);
    expect(saved(2, [0.5, 2, 3.5]).map(([time]) => time)).toEqual([2, 3, 3.5]);
  });
});

describe('a charge that is gathered along a way (Meyer)', () => {
  /** C = 1 nF·(1 + v(b)) between a and 0: no charge is a function of v(a) and v(b), for ∂q/∂v(b) would have to be 0. */
  const capacitance: NetlistElement = {
    name: 'c1',
    nodes: ['a', 'b'],
    describe: (port) =>
      port.capacitance('a', '0', [{ plus: 'b', minus: '0' }], {
        linear: false,
        evaluate: ([v], partials) => {
          partials[0] = 1e-9;
          return 1e-9 * (1 + v);
        },
      }),
    card: () => undefined,
  };

  /** Ways from v(a) = v(b) = 0, as [v(a), v(b)]; ∫ C dv(a) along them, in nC. */
  const ways: Readonly<Record<string, [(s: number) => [number, number], number]>> = {
    // ∫ (1 + v) dv from 0 to 2
    straight: [(s) => [2 * s, 2 * s], 4],
    'first a, then b': [(s) => [Math.min(2, 4 * s), Math.max(0, 4 * s - 2)], 2],
    'first b, then a': [(s) => [Math.max(0, 4 * s - 2), Math.min(2, 4 * s)], 6],
    // C is linear in v(b), so that ½(C + C′) is exact on straight pieces; and back the same way nothing is left.
    'there and back': [(s) => [2 - 4 * Math.abs(s - 0.5), 1 - 2 * Math.abs(s - 0.5)], 0],
  };

  it.each(Object.entries(ways))(
    '%s: the integral of C dv, as evaluated and as in equations',
    (_, [way, nC]) => {
      const circuit = new Netlist('way').resistor('r1', 'a', '0', 1e3).resistor('r2', 'b', '0', 1e3);
      const equations = new CircuitEquations(circuit.add(capacitance), true);
      const { position } = new TimeSystem(equations, { voltage_V: 1e-6, current_A: 1e-12, state: 1e-6 })
        .unknowns;
      const [a, b] = ['a', 'b'].map((node) => position[equations.nodeNames.indexOf(node)]);
      for (const walk of ['evaluate', 'assemble'] as const) {
        const system = new TimeSystem(equations, { voltage_V: 1e-6, current_A: 1e-12, state: 1e-6 });
        const { stores, unknowns } = system;
        const x = new Float64Array(unknowns.length);
        expect(system.evaluate(x)).toBe(true);
        system.anchor(x);
        for (let k = 1; k <= 8; k++) {
          [x[a], x[b]] = way(k / 8);
          stores.alpha = 1e9;
          expect(walk === 'evaluate' ? system.evaluate(x) : system.assemble(x) >= 0).toBe(true);
          system.anchor(x);
        }
        expect(stores.value[0] / 1e-9).toBeCloseTo(nC, 12);
      }
    },
  );
});
