import { describe, expect, it } from 'vitest';
import { parseSpice, type SpiceCircuit } from '../../circuits/spice/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { solveTransient } from '../../solver/time/index.js';

const read = (...cards: string[]): SpiceCircuit => parseSpice(['t', ...cards, '.end', ''].join('\n'));

/** A node's voltage at the end of a transient. */
async function ending(node: string, circuit: SpiceCircuit): Promise<number> {
  const { status, value } = await solveTransient(circuit, circuit.analyses.transient[0], {
    reltol: 1e-6,
    vntol: 1e-9,
  });
  expect(status).toBe('completed');
  const v = value.voltages_V[node];
  return v[v.length - 1];
}

const drive = ['V1 1 0 SIN(0 1 1meg)', 'R1 1 2 100', '.tran 10n 2.3u'];

describe('capacitors and inductors that follow the circuit', () => {
  // SciPy 1.17, DOP853 at rtol 1e-11, of C·dv/dt = (sin − v)/R and L·di/dt = sin − R·i.
  it.each([
    ['a capacitance', ["C1 2 0 C='1n*(1+0.5*V(2)*V(2))+1p+1p*V(2)'"], '2', 0.7770986177],
    ['a charge', ["C1 2 0 Q='1n*V(2)*(1+V(2)/4)'"], '2', 0.7627181849],
    ['a charge of LTspice’s x', ['C1 2 0 Q=1n*x*(1+x/4)'], '2', 0.7627181849],
    ['an inductance', ["L1 2 5 L='10u*(1+0.1*i(L1)*1e4*i(L1))'", 'R4 5 0 1'], '5', 0.008065851508],
    ['a flux of LTspice’s x', ['L1 2 5 Flux=10u*(x+1e3*x*x*x/3)', 'R4 5 0 1'], '5', 0.008065851508],
  ])('follows %s', async (_, cards, node, wanted) => {
    expect(await ending(node, read(...drive, ...cards))).toBeCloseTo(wanted, 6);
  });

  it('is open or short at an operating point, and refuses what does not go with it', () => {
    const circuit = read(
      'V1 1 0 2',
      'R1 1 2 1k',
      "C1 2 0 Q='1n*V(2)**2'",
      "L1 2 3 L='1u*(1+i(L1))'",
      'R2 3 0 1k',
    );
    expect(solveOperatingPoint(circuit).voltages_V['3']).toBeCloseTo(1, 9);
    expect(() => read('V1 1 0 2', "C1 1 0 Q='1n*V(1)' IC=1")).toThrow(
      /ic does not go with .* start its nodes by \.ic/,
    );
  });
});

describe('.option scale', () => {
  // ngspice 39.3 prints these for the same cards.
  it('multiplies lengths on cards, not those of models', () => {
    const { voltages_V, currents_A } = solveOperatingPoint(
      read(
        ...['V1 1 0 3', 'M1 1 1 0 0 n w=10 l=2 ad=4 pd=8', 'M2 1 1 0 0 n w=8 l=4'],
        '.model n nmos(vto=1 kp=1u ld=0.5u)',
        '.model rr r(rsh=100 narrow=0.25u)',
        ...['R2 2 0 rr l=10 w=5', 'I2 0 2 1m', 'R3 3 0 rr l=10 w=1', 'I3 0 3 1m', '.option scale=2u'],
      ),
    );
    expect(voltages_V['2']).toBeCloseTo(0.2105263, 7);
    expect(voltages_V['3']).toBeCloseTo(1.333333, 6);
    expect(currents_A.v1).toBeCloseTo(-1.79048e-5, 10);
    expect(() => read('R1 1 0 1', '.option scale=0')).toThrow(/scale must be above 0/);
  });
});
