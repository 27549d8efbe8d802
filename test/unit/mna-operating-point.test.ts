import { describe, expect, it } from 'vitest';
import { Netlist } from '../../circuits/netlist/index.js';
import { parseSpice, writeSpice } from '../../circuits/spice/index.js';
import { LinearIonDrift } from '../../devices/elements/index.js';
import { OperatingPointSolver, solveOperatingPoint } from '../../solver/mna/index.js';

describe('operating points of circuits built in code', () => {
  it('starts cold from 0 V: of several operating points it is the one that lies there', () => {
    // i = v·(v − 1)·(v − 2) of 1 mA at 0, 1 and 2 V
    const deck = ['three points', 'B1 a 0 I=1m*V(a)*(V(a)-1)*(V(a)-2)', 'R1 a 0 1G', '.end'].join('\n');
    const solver = new OperatingPointSolver(parseSpice(deck));
    for (let n = 0; n < 2; n++) {
      expect(solver.solve().value.voltage_V[solver.nodeIndex('a')]).toBeCloseTo(0, 9);
      solver.coldStart();
    }
  });

  it('writes a memristor at nodes named like its variables', () => {
    const netlist = new Netlist('memristor between x and v')
      .voltage('v1', 'x', '0', 1)
      .model('m1', 'x', 'v', new LinearIonDrift(), 0.25)
      .resistor('r1', 'v', '0', 1e3);
    const resistance_ohm = 0.25 * 100 + 0.75 * 16e3;
    const back = solveOperatingPoint(parseSpice(writeSpice(netlist)));
    expect(back.voltages_V.v).toBeCloseTo(1e3 / (1e3 + resistance_ohm), 12);
  });

  it('sweeps no resistance inside of an element, and none of 0 Ω', () => {
    const netlist = new Netlist('diode with series resistance')
      .voltage('v1', 'a', '0', 1)
      .resistor('r1', 'a', 'b', 1e3)
      .diode('d1', 'b', '0', { RS: 10 });
    const solver = new OperatingPointSolver(netlist);
    expect(() => solver.setter('d1')).toThrow(/no source or resistor named d1/);
    expect(() => solver.setter('r1')(0)).toThrow(/r1: 0 Ω has no finite conductance/);
  });

  it('divides a voltage and counts the source current from plus through the source', () => {
    const point = solveOperatingPoint(
      new Netlist('divider')
        .voltage('V1', 'in', '0', 10)
        .resistor('R1', 'in', 'a', 1e3)
        .resistor('R2', 'a', 'gnd', 3e3),
    );
    expect(point.status).toBe('settled');
    expect(point.voltages_V.a).toBeCloseTo(7.5, 12);
    expect(point.currents_A.v1).toBeCloseTo(-2.5e-3, 15);
  });

  it('gives currents of sources in a chain', () => {
    const point = solveOperatingPoint(
      new Netlist('chain')
        .voltage('v1', 'a', '0', 1)
        .voltage('v2', 'c', 'a', 2)
        .voltage('v3', '0', 'd', 5)
        .resistor('r1', 'c', '0', 1)
        .resistor('r2', 'a', '0', 2)
        .resistor('r3', 'd', '0', 5),
    );
    expect(point.voltages_V).toEqual({ a: 1, c: 3, d: -5 });
    expect(point.currents_A.v2).toBeCloseTo(-3, 12);
    expect(point.currents_A.v1).toBeCloseTo(-3.5, 12);
    expect(point.currents_A.v3).toBeCloseTo(-1, 12);
  });

  // ngspice 39.3, reltol 1e-12: reference netlist 05_diodes.
  it('settles diodes as ngspice does, breakdown and series resistance included', () => {
    const clamp = { IS: 1e-9, N: 1.7, RS: 5 };
    const point = solveOperatingPoint(
      new Netlist('diodes')
        .voltage('v1', 'in', '0', 3)
        .resistor('r1', 'in', 'a', 1e3)
        .diode('d1', 'a', '0')
        .resistor('r2', 'in', 'b', 2.2e3)
        .diode('d2', 'b', '0', clamp)
        .diode('d3', '0', 'b', { ...clamp, area: 2 })
        .current('i1', '0', 'c', 1e-3)
        .diode('d4', 'c', 'd', { area: 3 })
        .resistor('r3', 'd', '0', 10)
        .voltage('vn', 'n', '0', -12)
        .resistor('r4', 'n', 'z', 1e3)
        .diode('d5', 'z', '0', { IS: 2.52e-9, N: 1.752, BV: 5.1, IBV: 1e-3, RS: 0.568 })
        .resistor('r6', 'in', 'q', 10e3)
        .diode('d6', '0', 'q'),
    );
    expect(point.status).toBe('settled');
    const expected = {
      a: 0.6769192841643696,
      b: 0.6164143095032438,
      c: 0.6367023799694207,
      d: 0.010000000000000009,
      q: 2.9999999699,
      z: -5.1908146049799235,
    };
    for (const [node, voltage] of Object.entries(expected)) {
      expect(Math.abs(point.voltages_V[node] - voltage), node).toBeLessThan(
        1e-12 + 1e-12 * Math.abs(voltage),
      );
    }
    expect(point.currents_A.vn).toBeCloseTo(0.006809185395020076, 14);
    expect(point.residual_A).toBeLessThan(1e-14);
  });

  it('names floating nodes and loops of voltage sources before solving', () => {
    const floating = new Netlist('f')
      .voltage('v1', 'a', '0', 1)
      .resistor('r1', 'b', 'c', 1)
      .resistor('r2', 'a', '0', 1);
    expect(() => solveOperatingPoint(floating)).toThrow(/no path.*node b, c/);
    const loop = new Netlist('l')
      .voltage('v1', 'a', '0', 1)
      .inductor('l1', 'a', '0', 1)
      .resistor('r', 'a', '0', 1);
    expect(() => solveOperatingPoint(loop)).toThrow(/l1 between nodes a and 0/);
  });

  it('solves again from the last solution when values change', () => {
    const netlist = new Netlist('warm')
      .voltage('v', 'in', '0', 1)
      .resistor('r', 'in', 'a', 1e3)
      .diode('d', 'a', '0');
    const solver = new OperatingPointSolver(netlist);
    const source = solver.voltageSourceIndex('v');
    const resistor = solver.conductanceIndex('r');
    const a = solver.nodeIndex('a');
    expect(solver.solve().status).toBe('settled');
    for (const [volt, ohm] of [
      [2, 500],
      [-3, 100],
      [5, 1e5],
    ]) {
      solver.setVoltage_V(source, volt);
      solver.setResistance_ohm(resistor, ohm);
      expect(solver.solve().status).toBe('settled');
      const fresh = solveOperatingPoint(
        new Netlist('cold').voltage('v', 'in', '0', volt).resistor('r', 'in', 'a', ohm).diode('d', 'a', '0'),
      );
      expect(solver.voltage_V(a)).toBeCloseTo(fresh.voltages_V.a, 12);
    }
  });

  it('solves the four controlled sources', () => {
    // ngspice 39.3: reference netlist 03_controlled_sources.
    const point = solveOperatingPoint(
      new Netlist('controlled')
        .voltage('v1', 'in', '0', 1.25)
        .resistor('r1', 'in', 'a', 1e3)
        .resistor('r2', 'a', '0', 3e3)
        .voltageControlledVoltage('e1', 'e', '0', 'a', '0', -4)
        .resistor('re', 'e', 'f', 470)
        .resistor('rf', 'f', '0', 1.5e3)
        .voltageControlledCurrent('g1', 'g', '0', 'f', 'a', 2e-3)
        .resistor('rg', 'g', '0', 820)
        .voltage('vs', 'f', 'h', 0)
        .resistor('rh', 'h', '0', 2e3)
        .currentControlledCurrent('f1', 'k', '0', 'vs', 3.5)
        .resistor('rk', 'k', '0', 330)
        .currentControlledVoltage('h1', 'm', '0', 'vs', 150)
        .resistor('rm', 'm', 'g', 1e3),
    );
    const expected = {
      a: 0.9375,
      e: -3.75,
      f: -2.4219590958019377,
      g: 2.945363974023823,
      k: 1.3986813778256189,
    };
    for (const [node, voltage] of Object.entries(expected)) {
      expect(point.voltages_V[node], node).toBeCloseTo(voltage, 12);
    }
    expect(point.currents_A.h1).toBeCloseTo(0.003127010906208968, 15);
    expect(point.currents_A.vs).toBeCloseTo(-0.0012109795479009688, 15);
  });
});

it('calls no point settled at which a current has no finite value', () => {
  const burning = new Netlist('burning').voltage('v1', 'a', '0', 1e300).resistor('r1', 'a', '0', 1e-300);
  expect(solveOperatingPoint(burning).status).toBe('not-finite');
});

describe('a circuit that is solved again', () => {
  const diodes = () => {
    const netlist = new Netlist('ladder of diodes').voltage('v1', 'n0', '0', 3);
    for (let k = 0; k < 5; k++) {
      netlist
        .resistor(`r${k}`, `n${k}`, `n${k + 1}`, 100)
        .diode(`d${k}`, `n${k + 1}`, '0', { IS: 1e-12, N: 2 });
    }
    return new OperatingPointSolver(netlist);
  };

  it('starts from the last solution, unless told not to', () => {
    const solver = diodes();
    const cold = solver.solve().stats;
    solver.setVoltage_V(0, 3.001);
    const warm = solver.solve().stats;
    solver.coldStart();
    const again = solver.solve().stats;
    expect(warm.iterations).toBeLessThanOrEqual(4);
    expect(cold.iterations).toBeGreaterThan(2 * warm.iterations);
    expect(again.iterations).toBeGreaterThan(2 * warm.iterations);
  });

  it('gives values that later solves leave as they are', () => {
    const solver = diodes();
    const first = solver.solve();
    const { v1 } = first.value.currents_A;
    const [name, index] = solver.nodes()[3];
    const before = first.value.voltages_V[name];
    solver.setVoltage_V(0, 30);
    const second = solver.solve();
    expect(second.status).toBe('settled');
    expect(second.value.currents_A.v1).toBeLessThan(5 * v1);
    expect(first.value.currents_A.v1).toBe(v1);
    expect(first.value.voltages_V[name]).toBe(before);
    expect(solver.voltage_V(index)).toBe(second.value.voltage_V[index]);
    // all current of the source goes through the first resistor
    expect(v1).toBeCloseTo(-(3 - first.value.voltages_V.n1) / 100, 14);
  });
});
