import { describe, expect, it } from 'vitest';
import { parseSpice, writeSpice } from '../../circuits/spice/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { solveTransient, type TransientWaveforms } from '../../solver/time/index.js';

async function run(text: string): Promise<TransientWaveforms> {
  const circuit = parseSpice(`t\n${text}\n.end\n`);
  const { transient, tolerances, initialVoltages_V } = circuit.analyses;
  const { status, value } = await solveTransient(circuit, transient[0], { ...tolerances, initialVoltages_V });
  expect(status).toBe('completed');
  return value;
}

/** Largest distance from a curve as a share of its largest value. */
function off(time_s: Float64Array, values: Float64Array, exact: (t: number) => number): number {
  let [worst, scale] = [0, 0];
  time_s.forEach((t, k) => {
    worst = Math.max(worst, Math.abs(values[k] - exact(t)));
    scale = Math.max(scale, Math.abs(exact(t)));
  });
  return worst / scale;
}

describe('slopes and integrals over time in behavioural sources', () => {
  it('differentiates and integrates a sine, from where it is told', async () => {
    const { time_s, voltages_V } = await run(
      'V1 a 0 SIN(0 1 1k)\nB1 d 0 V=1m*ddt(V(a))\nB2 i 0 V=idt(2*V(a),3m)*1k\nB3 s 0 V=sdt(V(a))\n' +
        'R1 d 0 1\nR2 i 0 1\nR3 s 0 1\n.options reltol=1e-5\n.tran 10u 2m',
    );
    const w = 2000 * Math.PI;
    expect(off(time_s, voltages_V.d, (t) => 1e-3 * w * Math.cos(w * t))).toBeLessThan(2e-4);
    expect(off(time_s, voltages_V.i, (t) => 3 + (2e3 * (1 - Math.cos(w * t))) / w)).toBeLessThan(1e-5);
    expect(off(time_s, voltages_V.s, (t) => (1 - Math.cos(w * t)) / w)).toBeLessThan(1e-5);
  });

  // The integral is of the order of 1e-15: no tolerance of voltages may swallow it.
  it('is as exact on integrals of any size', async () => {
    const { time_s, voltages_V } = await run(
      'I1 0 a SIN(0 1u 1g)\nR1 a 0 1\nB1 y 0 V=idt(V(a)-0.1*I(V9))*1e15\nR2 y 0 1\nV9 n 0 0\nR9 n 0 1\n.options reltol=1e-5\n.tran 10p 2n',
    );
    const w = 2e9 * Math.PI;
    expect(off(time_s, voltages_V.y, (t) => (1e9 * (1 - Math.cos(w * t))) / w)).toBeLessThan(2e-5);
  });

  it('runs a memristor of charge: M(q) = 16k - 15.9k·q/10m, q = idt(I)', async () => {
    // v = sin wt = M(q)·q′, so that 16k·q − 0.795e6·q² = (1 − cos wt)/w
    const { time_s, voltages_V } = await run(
      'V1 a 0 SIN(0 1 1)\nVs a b 0\nB1 b 0 V=I(Vs)*(16k-1.59meg*idt(I(Vs)))\n.options reltol=1e-6\n.tran 5m 1 uic',
    );
    const w = 2 * Math.PI;
    const charge = (t: number) =>
      (16e3 - Math.sqrt(16e3 ** 2 - (4 * 0.795e6 * (1 - Math.cos(w * t))) / w)) / (2 * 0.795e6);
    expect(off(time_s, voltages_V['b1#idt'], charge)).toBeLessThan(1e-5);
  });

  it('writes a capacitor as the slope of its charge, in a resistance and in a subcircuit too', async () => {
    const { time_s, voltages_V } = await run(
      '.subckt cap a b\n.param c=1u\nB1 a b I=ddt(c*V(a,b))\n.ends\nV1 in 0 PULSE(0 1 0 1n)\nR1 in out 1k\nX1 out 0 cap\n' +
        "R2 in p '1k+ddt(V(out))*0'\nR3 p 0 1k\n.options reltol=1e-5\n.tran 10u 5m",
    );
    expect(off(time_s, voltages_V.out, (t) => 1 - Math.exp(-Math.max(0, t - 0.5e-9) / 1e-3))).toBeLessThan(
      3e-5,
    );
    expect(voltages_V['x1.b1#ddt'].length).toBe(time_s.length);
  });

  it('has slope 0 and the start of its integral at an operating point', () => {
    const deck = 't\nV1 a 0 2\nB1 b 0 V=5+ddt(V(a)*1k)\nB2 c 0 V=idt(V(a),7)\nR1 b 0 1\nR2 c 0 1\n.end\n';
    const { status, voltages_V } = solveOperatingPoint(parseSpice(deck));
    expect([status, voltages_V.b, voltages_V.c]).toEqual(['settled', 5, 7]);
  });

  it('writes them as circuits that any SPICE reads', async () => {
    const text = 'V1 a 0 SIN(0 1 1k)\nB1 d 0 V=1m*ddt(V(a))\nB2 i 0 V=idt(V(a),1m)\nR1 d 0 1\nR2 i 0 1\n';
    const tail = ['.options reltol=1e-5', '.tran 10u 1m uic'];
    const written = writeSpice(parseSpice(`t\n${text}.end\n`), { tail });
    expect(written).not.toMatch(/ddt\(|idt\(/);
    const { time_s, voltages_V } = await run(written.split('\n').slice(1, -2).join('\n'));
    const w = 2000 * Math.PI;
    expect(off(time_s, voltages_V.d, (t) => 1e-3 * w * Math.cos(w * t))).toBeLessThan(1e-3);
    expect(off(time_s, voltages_V.i, (t) => 1e-3 + (1 - Math.cos(w * t)) / w)).toBeLessThan(1e-4);
  });

  it.each([
    ['.param x={ddt(1)}\nR1 1 0 1', /3:.*|ddt stands only where sources follow the circuit over time/],
    ['B1 1 0 V=idt(V(2),V(2))', /idt reads idt\(x\) or idt\(x, start\) with a constant start/],
    ['B1 1 0 V=ddt(V(2),1)', /ddt reads ddt\(x\)/],
    ['B1 1 0 V=sdt(V(2),0,V(2))', /sdt reads/],
  ])('refuses %s', (card, message) => {
    expect(() => parseSpice(`t\nR2 2 0 1k\n${card}\nR3 3 0 {x}\n.end\n`)).toThrow(message);
  });
});
