import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VoltageSource } from '../../circuits/netlist/index.js';
import {
  analysisCards,
  parseSpice,
  readSpiceFile,
  type SpiceCircuit,
  writeSpice,
} from '../../circuits/spice/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { solveTransient, type TransientWaveforms } from '../../solver/time/index.js';
import { scratch } from '../scratch.js';

const read = (...cards: string[]): SpiceCircuit => parseSpice(['t', ...cards, '.end', ''].join('\n'));
const readLt = (...cards: string[]): SpiceCircuit =>
  parseSpice(['t', ...cards, '.end', ''].join('\n'), { dialect: 'ltspice' });

/** What a source puts out at a time, V. */
function source(circuit: SpiceCircuit, name: string, time_s: number): number {
  const found = circuit.element(name);
  if (!(found instanceof VoltageSource)) throw new Error(`${name} is no voltage source`);
  return found.source.at(time_s);
}

async function transient(circuit: SpiceCircuit): Promise<TransientWaveforms> {
  const { transient: asked, initialVoltages_V } = circuit.analyses;
  const { status, value } = await solveTransient(circuit, asked[0], {
    initialVoltages_V,
    reltol: 1e-5,
    vntol: 1e-9,
  });
  expect(status).toBe('completed');
  return value;
}

const last = (values: Float64Array): number => values[values.length - 1];

describe('sources as LTspice and ngspice write them', () => {
  it('reads SINE as SIN, and stops after so many cycles', () => {
    const circuit = readLt('V1 a 0 SINE(1 2 1k 1m 0 90 2)', 'V2 b 0 SINE(0 1 1k)', 'R1 a b 1k');
    expect(source(circuit, 'v1', 1.25e-3)).toBeCloseTo(1 + 2 * Math.sin(Math.PI), 12);
    expect(source(circuit, 'v1', 9e-3)).toBeCloseTo(3, 12);
    expect(source(circuit, 'v2', 0.25e-3)).toBeCloseTo(1, 12);
    expect(() => read('V1 a 0 SIN(0 1 1k 0 0 0 2)', 'R1 a 0 1')).toThrow('takes 2 to 6 values, got 7');
  });

  it('ends after so many pulses, as ngspice 39.3 does', () => {
    const circuit = read(
      'V2 2 0 pulse(0 1 0 1n 1n 1u 2u 3)',
      'V3 3 0 pulse(0 1 0 1n 1n 1u 2u 0)',
      'R1 2 3 1',
    );
    expect(source(circuit, 'v2', 4.5e-6)).toBe(1);
    expect(source(circuit, 'v2', 6.5e-6)).toBe(0);
    expect(source(circuit, 'v3', 6.5e-6)).toBe(1);
    expect(writeSpice(circuit)).toMatch(/PULSE\(0 1 0 1e-9 1e-9 0\.000001 0\.000002 3\)/);
  });

  it('repeats and delays a PWL: values of ngspice 39.3', () => {
    const circuit = read(
      'V2 2 0 PWL(0 0 1u 1 2u 0) r=0 td=0.5u',
      'V3 3 0 PWL(0 0 1u 1 2u 0 3u 2) r=1u',
      'R1 2 3 1',
    );
    expect(source(circuit, 'v2', 4.25e-6)).toBeCloseTo(0.25, 9);
    expect(source(circuit, 'v2', 0.25e-6)).toBe(0);
    expect(source(circuit, 'v3', 5.25e-6)).toBeCloseTo(0.75, 9);
    expect(source(circuit, 'v3', 3.000001e-6)).toBeCloseTo(0.999999, 9);
    const [wave] = [(circuit.element('v3') as VoltageSource).source];
    expect(wave.corners(5.5e-6).map((t) => Number((t * 1e6).toFixed(6)))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(source(parseSpice(writeSpice(circuit)), 'v2', 4.25e-6)).toBeCloseTo(0.25, 9);
    expect(() => read('V1 a 0 PWL(0 0 1 1) r=2', 'R1 a 0 1')).toThrow(/repeats from a time before its last/);
  });

  it('turns sources on in 20 us with startup, from a point without them', async () => {
    const circuit = readLt('V1 a 0 5', 'R1 a b 1k', 'C1 b 0 1p', '.tran 0 40u startup');
    const { voltages_V } = await transient(circuit);
    expect(voltages_V.b[0]).toBeCloseTo(0, 9);
    expect(source(circuit, 'v1', 10e-6)).toBe(2.5);
    expect(last(voltages_V.b)).toBeCloseTo(5, 5);
  });
});

describe('parts as LTspice writes them', () => {
  it('puts Rser and Lser in series, Rpar and Cpar beside', () => {
    const circuit = readLt(
      'V1 a 0 3 Rser=1k',
      'C1 a 0 1u Rser=10 Rpar=2k',
      'L1 a b 1m Rser=500',
      'R1 b 0 500',
    );
    // 1k into 2k ∥ (500 + 500).
    const { voltages_V } = solveOperatingPoint(circuit);
    expect(voltages_V.a).toBeCloseTo((3 * (2 / 3)) / (1 + 2 / 3), 9);
    expect(() => readLt('I1 0 a 1m Rser=1', 'R1 a 0 1')).toThrow(/change nothing/);
    expect(() => readLt('V1 a 0 1 Rser=-1', 'R1 a 0 1')).toThrow(/must be 0 or more/);
  });

  it('gives inductors 1 mΩ in series where neither Rser nor a K card says otherwise, in its dialect alone', () => {
    const cards = [
      'V1 a 0 1',
      'L1 a b 1m',
      'R1 b 0 1m',
      'L2 a c 1m Rser=0',
      'R2 c 0 1m',
      'L3 a d 1m',
      'L4 e 0 1m',
    ];
    const coupled = [...cards, 'K1 L3 L4 0.5', 'R3 d 0 1m', 'R4 e 0 1'];
    const { voltages_V } = solveOperatingPoint(readLt(...coupled));
    expect(voltages_V.b).toBeCloseTo(0.5, 9);
    expect(voltages_V.c).toBeCloseTo(1, 9);
    expect(voltages_V.d).toBeCloseTo(1, 9);
    expect(solveOperatingPoint(read(...cards.slice(0, 3))).voltages_V.b).toBeCloseTo(1, 9);
  });

  it('knows the current of every element in an expression', () => {
    const circuit = read(
      'V1 a 0 2',
      'R1 a 0 1k',
      'B1 b 0 V=1k*I(R1)',
      'R2 b 0 1k',
      'G1 c 0 a 0 1m',
      'R3 c 0 1k',
      'B2 d 0 V=I(G1)*1e3+I(B3)',
      'B3 0 e I=2*V(a)',
      'R4 e 0 1',
      'R5 d 0 1',
    );
    const { voltages_V } = solveOperatingPoint(circuit);
    expect(voltages_V.b).toBeCloseTo(2, 9);
    expect(voltages_V.c).toBeCloseTo(-2, 9);
    expect(voltages_V.d).toBeCloseTo(2 + 4, 9);
    expect(() => read('V1 a 0 1', 'B1 b 0 V=I(R9)', 'R1 b 0 1')).toThrow(/there is no source r9/);
  });

  it('knows it in a subcircuit, and for .meas', () => {
    const circuit = read(
      '.subckt s p q',
      'Gm p q p q 2m',
      'Bx x 0 V=I(Gm)',
      'Rx x 0 1k',
      '.ends anything',
      'V1 a 0 1',
      'X1 a 0 s',
      '.tran 1u 10u',
      '.meas tran top MAX I(X1.Rx)',
    );
    expect(solveOperatingPoint(circuit).voltages_V['x1.x']).toBeCloseTo(2e-3, 9);
    expect(circuit.analyses.measures).toHaveLength(1);
    expect(() => read('.subckt a b', '.subckt c d', 'R1 d 0 1', '.ends a', 'V1 1 0 1')).toThrow(
      /closes \.subckt c/,
    );
  });

  it('couples more than two inductors, every pair of them', async () => {
    const coils = ['V1 1 0 SINE(0 1 1k)', 'R1 1 2 1', 'L1 2 0 1m', 'L2 3 0 1m', 'L3 4 0 4m'];
    const loads = ['R2 3 0 10', 'R3 4 0 10', '.tran 1u 1m'];
    const [one, three] = await Promise.all([
      transient(readLt(...coils, 'K1 L1 L2 L3 0.9', ...loads)),
      transient(readLt(...coils, 'K1 L1 L2 0.9', 'K2 L1 L3 0.9', 'K3 L2 L3 0.9', ...loads)),
    ]);
    expect(last(one.voltages_V['4'])).toBeCloseTo(last(three.voltages_V['4']), 12);
    expect(Math.abs(last(one.voltages_V['4']))).toBeGreaterThan(0.01);
  });

  it('holds IC= of elements at the operating point, which ngspice does with UIC alone', async () => {
    const cards = [
      'C1 a 0 1u IC=2',
      'R1 a 0 1k',
      'V1 b 0 1',
      'L1 b c 1m IC=3m',
      'R2 c d 1k',
      'C2 d e 1u IC=-1',
    ];
    const deck = [...cards, 'R3 e 0 1k', '.tran 1u 1m'];
    const lt = await transient(readLt(...deck));
    expect(lt.voltages_V.a[0]).toBeCloseTo(2, 6);
    expect(lt.currents_A.l1[0]).toBeCloseTo(3e-3, 7);
    expect(lt.voltages_V.d[0] - lt.voltages_V.e[0]).toBeCloseTo(-1, 6);
    expect(last(lt.voltages_V.a)).toBeCloseTo(2 * Math.exp(-1), 4);
    const ng = await transient(read(...deck));
    expect(ng.voltages_V.a[0]).toBeCloseTo(0, 9);
    const written = (circuit: SpiceCircuit): string =>
      writeSpice(circuit, { tail: (form) => analysisCards(circuit, form) });
    expect(written(readLt('C1 0 a 1u IC=2', 'R1 a 0 1k', '.tran 1u 1m'))).toMatch(/^\.ic v\(a\)=-2$/m);
    expect(() => written(readLt(...deck))).toThrow(/l1: its IC= holds at the operating point/);
  });

  it('closes what an expression leaves open, and says so', () => {
    const circuit = readLt('.func f(x) = 2*((x+1)', 'V1 a 0 1', 'B1 b 0 V=f(V(a))', 'R1 b 0 1');
    expect(solveOperatingPoint(circuit).voltages_V.b).toBeCloseTo(4, 9);
    expect(circuit.warnings.map(({ message }) => message).join()).toMatch(/lacks a closing parenthesis/);
    expect(() => read('.func f(x) {2*((x+1)}', 'V1 a 0 1', 'B1 b 0 V=f(V(a))', 'R1 b 0 1')).toThrow(
      /"\)" is missing/,
    );
  });

  it('takes a lone number of .tran for the stop time, and .param without a sign', () => {
    const circuit = readLt('.param l 2m', 'V1 a 0 {l}', 'R1 a 0 1', '.tran 3');
    expect(circuit.analyses.transient[0]).toMatchObject({ stop_s: 3, start_s: 0 });
    expect(source(circuit, 'v1', 0)).toBe(2e-3);
    expect(() => read('V1 a 0 1', 'R1 a 0 1', '.tran 3')).toThrow(/step and stop time/);
    expect(() => readLt('V1 a 0 1', 'R1 a 0 1', '.tran 3 steady')).toThrow(/steady is not supported/);
  });
});

describe('what Xyce and PSpice mean by the same words', () => {
  const readXyce = (...cards: string[]): SpiceCircuit =>
    parseSpice(['t', ...cards, '.end', ''].join('\n'), { dialect: 'xyce' });

  it('takes log to base 10, a model’s R for a factor, noop for uic', () => {
    const circuit = readXyce(
      ...['V1 a 0 0.0001X', 'B1 b 0 V={LOG(V(a))+LN(EXP)+0*1x}', 'R1 b 0 1', 'R2 a 0 m L=1000u W=1u'],
      ...['.model m R (RSH=1 R=2)', '.tran 1u 1m noop'],
    );
    const { voltages_V, currents_A } = solveOperatingPoint(circuit);
    expect(voltages_V.b).toBeCloseTo(3, 12);
    expect(currents_A.v1).toBeCloseTo(-100 / 2000, 9);
    expect(circuit.analyses.transient[0].useInitial).toBe(true);
  });

  it('refuses a diode of another level by name, which ngspice reads as level 1', () => {
    const cards = ['V1 a 0 1', 'D1 a 0 m', '.model m d(level=200)'];
    expect(() => readXyce(...cards)).toThrow(/level 200 is another model in Xyce/);
    expect(read(...cards).warnings[0].message).toMatch(/read as level 1, as ngspice does/);
  });

  it('holds a port’s node by its inner name, and says where a node is none', () => {
    const cards = [
      '.subckt s in out',
      'R1 in out 10',
      'C1 out 0 1u',
      '.ends',
      'V1 1 0 0',
      'X1 1 3 s',
      '.tran 1u 1m',
    ];
    const circuit = readXyce(...cards, '.ic V(X1:out)=0.5 V(nowhere)=1');
    expect([...circuit.analyses.initialVoltages_V]).toEqual([['3', 0.5]]);
    expect(circuit.warnings.map(({ message }) => message).join()).toMatch(
      /\.ic v\(nowhere\) skipped: the circuit has no node nowhere/,
    );
  });
});

describe('files as LTspice leaves them', () => {
  const folder = scratch('ltspice');
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const deck = 't\nV1 a 0 1\nC1 a 0 10µF\n.lib sub\\leaf.sub\n.lib C:\\x\\lib\\cmp\\standard.dio\n.end\n';
  const capacitance = (path: string): string =>
    writeSpice(readSpiceFile(path))
      .match(/^c1 .*$/m)?.[0]
      .replace(/0\.0+9{9,}$/, '0.00001') ?? 'none';

  it('reads µ in Windows-1252, in UTF-8 and in UTF-16 with and without its mark', () => {
    const plain = deck.replace(/^\.lib.*\n/gm, '');
    expect(capacitance(file('latin.cir', Buffer.from(plain, 'latin1')))).toBe('c1 a 0 0.00001');
    expect(capacitance(file('utf8.cir', plain))).toBe('c1 a 0 0.00001');
    expect(capacitance(file('utf16.cir', Buffer.from(plain, 'utf16le')))).toBe('c1 a 0 0.00001');
    expect(capacitance(file('marked.cir', Buffer.from(`\uFEFF${plain}`, 'utf16le')))).toBe('c1 a 0 0.00001');
    expect(() => readSpiceFile(file('zero.cir', plain.replace('C1', 'C\0')))).toThrow(/holds zero bytes/);
  });

  it('finds a whole library behind .lib, in folders with backslashes, and leaves out LTspice’s own', () => {
    file('leaf.sub', '.subckt half a b\nR1 a b 500\n.ends\n');
    const text = deck.replace('sub\\leaf', '.\\leaf').replace('C1', 'X1 a 0 half\nC1');
    const circuit = readSpiceFile(file('library.cir', text));
    expect(solveOperatingPoint(circuit).currents_A.v1).toBeCloseTo(-2e-3, 9);
    expect(circuit.warnings[0].message).toMatch(/standard\.dio skipped: it is LTspice's own/);
    expect(() => readSpiceFile(file('sections.cir', 't\n.lib tt\nR1 a 0 1\n.endl\n.end\n'))).toThrow(
      /the name of a file, and of a section/,
    );
  });
});
