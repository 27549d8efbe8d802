import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Netlist } from '../../circuits/netlist/index.js';
import {
  parseSpice,
  readRaw,
  writeCsv,
  writeRawBinary,
  writeRawText,
  writeSpice,
} from '../../circuits/spice/index.js';
import { OhmpropError } from '../../core/index.js';
import { elementCurrent_A, physicalPresets } from '../../devices/elements/index.js';
import { diagnoseCircuit, solveOperatingPoint, sweepDc } from '../../solver/mna/index.js';
import { measure, type TransientWaveforms } from '../../solver/time/index.js';

const read = (...lines: string[]) => parseSpice(['title', ...lines].join('\n'));
const voltages = (...lines: string[]) => solveOperatingPoint(read(...lines)).voltages_V;

describe('the dialect of ngspice', () => {
  it.each([
    ['1', 1],
    ['.5', 0.5],
    ['5.', 5],
    ['1.5e+3', 1500],
    ['1d3', 1000],
    ['1t', 1e12],
    ['1g', 1e9],
    ['1MEGohm', 1e6],
    ['1kOhm', 1e3],
    ['1M', 1e-3],
    ['2mil', 50.8e-6],
    ['10u', 1e-5],
    ['10µ', 1e-5],
    ['3n', 3e-9],
    ['3p', 3e-12],
    ['3f', 3e-15],
    ['1x', 1],
    ['-2.5', -2.5],
  ])('reads %s as %d', (text, value) => {
    const got = voltages(`V1 a 0 ${text}`, 'R1 a 0 1').a;
    expect(Math.abs(got - value)).toBeLessThanOrEqual(1e-15 * Math.abs(value));
  });

  it.each([
    ['2+3*4', 14],
    ['2**3**2', 64],
    ['-2^2', -4],
    ['2*3>5 && 1 ? 7 : 8', 7],
    ['!0 + (1==1) + (1!=1)', 2],
    // ngspice 39.3, as all of these: pwr keeps the sign in sources alone.
    ['pwr(-2,2)', 4],
    ['2*-3^2', 18],
    ['2^-3^2', 1 / 64],
    ['7%3 + 7\\2', 4],
    ['2==1<2', 1],
    ['max(1,min(5,3))', 3],
    ['sqrt(16)+abs(-1)+int(-2.7)+floor(-2.5)+ceil(1.2)+sgn(-3)', 1],
    ['log(exp(2))+ln(exp(1))+log10(100)', 5],
    ['uramp(-1)+uramp(2)+u(3)', 3],
    ['1k/1meg', 1e-3],
    ['sin(0)+cos(0)+tan(0)+sinh(0)+cosh(0)+tanh(0)', 2],
  ])('evaluates {%s} to %d', (text, value) => {
    expect(voltages(`V1 a 0 {${text}}`, 'R1 a 0 1').a).toBeCloseTo(value, 12);
  });

  it('knows parameters in any order, functions, conditions', () => {
    const v = voltages(
      '.param x={y*2} y=3 z = x + 1',
      '.func f(a,b) {a*b + z}',
      '.if (x > 5)',
      'V1 a 0 {f(x,2)}',
      '.elseif (1)',
      'V1 a 0 1',
      '.else',
      'V1 a 0 2',
      '.endif',
      'R1 a 0 1k',
    );
    expect(v.a).toBe(19);
  });

  it('expands nested subcircuits with their own names, parameters and models', () => {
    const circuit = read(
      '.subckt half in out params: r=1k',
      'R1 in mid {r}',
      'X1 mid out leaf',
      '.ends',
      '.subckt leaf a b',
      'R1 a b 1k',
      'R2 b 0 {2k}',
      '.ends leaf',
      '.global rail',
      'V1 rail 0 4',
      'X1 rail o half',
      'X2 rail p half r={1k*2}',
    );
    expect([...circuit.elements].map((e) => e.name)).toEqual([
      'v1',
      'x1.r1',
      'x1.x1.r1',
      'x1.x1.r2',
      'x2.r1',
      'x2.x1.r1',
      'x2.x1.r2',
    ]);
    const point = solveOperatingPoint(circuit);
    expect(point.voltages_V.o).toBeCloseTo(2, 12);
    expect(point.voltages_V['x2.mid']).toBeCloseTo(2.4, 12);
  });

  it('goes on after two backslashes as ngspice does, and says what to write for one', () => {
    const circuit = parseSpice('t\nV1 a 0 PWL(0 0 \\\\\n* between\n1m 1) ; end\nR1 a 0 1k\n.end\n');
    expect(circuit.size).toBe(2);
    expect(() => parseSpice('t\nV1 a 0 PWL(0 0 \\\n1m 1)\n.end\n')).toThrow(/:2:16: .*end it in two/);
  });

  it('takes parameters of models without the sign between, as SPICE does, and flags of types that it does not read', () => {
    const text = (model: string) =>
      `t\nV1 a 0 1\nR1 a b 1k\nD1 b 0 dd\n.model dd d(${model})\n.model oo ltra rel=1 steplimit r=2\n.end\n`;
    const diode = (model: string) => writeSpice(parseSpice(text(model)));
    expect(diode('is 1e-12 n=1.5 cjo 2p')).toBe(diode('is=1e-12 n=1.5 cjo=2p'));
    expect(() => parseSpice(text('is 1e-12 flag'))).toThrow(/"flag" is no parameter/);
    // What stands apart is no pair.
    expect(() => parseSpice(text('is n=1.5 1e-12'))).toThrow(/"is" is no parameter/);
  });

  it('joins continuations across comments and blank lines, and stops at .end', () => {
    expect(
      voltages('V1 a', '* comment', '', '+ 0', '+ DC 3', 'R1 a 0 1k $ comment', '.end', 'Q1 nonsense').a,
    ).toBe(3);
  });

  it('takes a resistor of 0 Ω as 1 mΩ, like ngspice, and says so', () => {
    const circuit = read('I1 0 a 1', 'R1 a 0 0');
    expect(solveOperatingPoint(circuit).voltages_V.a).toBeCloseTo(1e-3, 15);
    expect(circuit.warnings[0].message).toMatch(/1?0\.001 Ω|0\.001/);
    expect(circuit.warnings[0].place).toBe('netlist:3:8');
  });

  it('reads resistor models, temperature coefficients and behavioural resistors', () => {
    const v = voltages(
      '.options temp=37',
      '.model rs r(rsh=50 narrow=0)',
      'I1 0 a 1m',
      'R1 a 0 rs l=20u w=1u',
      'I2 0 b 1m',
      'R2 b 0 1k tc1=10m tc2=0 m=2',
      'V3 c 0 2',
      "R3 c d '1k*V(c)'",
      'R4 d 0 2k',
    );
    expect(v.a).toBeCloseTo(1, 12);
    expect(v.b).toBeCloseTo(0.55, 12);
    expect(v.d).toBeCloseTo(1, 9);
  });

  it('reads a resistance that follows the circuit without quotes, to the end of its card', () => {
    const [open, called] = [['I1 0 a 1m'], ['X1 a 0 s m=2', '.subckt s p q']];
    expect(voltages(...open, 'R1 a 0 R = 1k * (1 + V(a) / 2)').a).toBeCloseTo(2, 9);
    // Two side by side take half of the current each.
    expect(voltages(...open, ...called, 'R1 p q resistance=1k*(1+V(p,q))', '.ends').a).toBeCloseTo(1, 9);
    expect(() => read('V1 a 0 2', 'R1 a 0 R=1k*(1+V(a)) tc1=1m')).toThrow(/netlist:3:/);
  });

  it('leaves gmin through an open switch that says no ROFF, and puts inductors of a call with m side by side', () => {
    const open = voltages('V1 a 0 1', 'S1 a b 0 0 s', '.model s sw(vt=1)', 'R1 b 0 1g');
    expect(open.b / 1e-3).toBeCloseTo(1, 2);
    const called = read('X1 a 0 s m=4', '.subckt s p q', 'L1 p q 2m m=2', '.ends', 'V1 a 0 1');
    expect(called.element('x1.l1')).toMatchObject({ inductance_H: 0.25e-3 });
  });

  it('knows the temperature of the circuit by the name temper', () => {
    const v = voltages(
      '.temp 50',
      '.param r={100*temper}',
      'I1 0 a 1m',
      'R1 a 0 {r}',
      'B1 0 b I=temper*1m',
      'R2 b 0 1',
    );
    // ngspice 39.3: 5 kΩ and 50 mA.
    expect(v.a).toBeCloseTo(5, 12);
    expect(v.b).toBeCloseTo(0.05, 12);
  });

  // ngspice 39.3; by hand: √a = 1, 2c² − c = 1, (1 − c)·(1 + c) = c.
  it.each([
    [['I1 0 a 1m', 'B1 a 0 I=sqrt(V(a))*1m'], 1],
    [['V1 d 0 1', 'B1 b 0 V=1/V(a)', 'R1 b a 1k', 'R2 a d 1k'], 1],
    [['V1 b 0 1', "R1 b a '1/V(a)'", 'R2 b a 1', 'R3 a 0 1'], (Math.sqrt(5) - 1) / 2],
  ])('starts beside 0 V where an expression has no value or slope there: %j', (lines, expected) => {
    const point = solveOperatingPoint(read(...lines));
    expect(point.status).toBe('settled');
    expect(point.voltages_V.a).toBeCloseTo(expected, 9);
  });
});

describe('mistakes', () => {
  it.each([
    [['R1 a 0'], 'netlist:2:7', /lacks its resistance/],
    [['V1 a 0 1', 'R1 a 0 4k7'], 'netlist:3:8', /4\.7k for 4k7/],
    [['R1 a 0 r'], 'netlist:2:8', /no \.model r/],
    [['R1 a 0 {r*2}'], 'netlist:2:9', /"r" is not a known parameter/],
    [['R1 a 0 {1+}'], 'netlist:2:11', /ends where a value is needed/],
    [['R1 a 0 {1k'], 'netlist:2:8', /never closed/],
    [['R1 a 0 1k', 'R1 a 0 2k'], 'netlist:3:1', /r1 is there twice/],
    [['Q1 c b e mod'], 'netlist:2:1', /bipolar transistor is not supported/],
    [['R1 a 0 1k', '.opp'], 'netlist:3:1', /did you mean \.opt?\?/],
    [['+ R1 a 0 1k'], 'netlist:2:1', /no line before it/],
    [['# comment'], 'netlist:2:1', /use "\*" in column 1/],
    [['.subckt a b', 'R1 b 0 1'], 'netlist:2:1', /no \.ends/],
    [['X1 a b div'], 'netlist:2:8', /no \.subckt div/],
    [['.subckt a p', 'X1 p a', '.ends', 'X1 n a'], 'netlist:3:1', /more than 40 deep/],
    [['F1 a 0 vx 2', 'R1 a 0 1'], 'netlist:2:8', /no source vx/],
    [['D1 a 0 dd'], 'netlist:2:8', /no \.model dd/],
    [['.model dd d(is=-1)', 'D1 a 0 dd', 'R1 a 0 1'], 'netlist:3:1', /IS must be a positive number/],
    [['B1 a 0 V=V(a', 'R1 a 0 1'], 'netlist:2:13', /"\)" is missing/],
    [['V1 a 0 PWL(1 1 0 2)', 'R1 a 0 1'], 'netlist:2:1', /times must rise/],
    [['.param p={p+1}', 'V1 a 0 {p}'], 'netlist:2:1', /defined by itself/],
    [['.dc V1 0 1 -0.1', 'V1 a 0 1', 'R1 a 0 1'], 'netlist:2:12', /never leads/],
    [['.include other.cir'], 'netlist:2:1', /without access to files/],
    [['V1 a', '+ 0 1 nonsense'], 'netlist:3:7', /"nonsense" is no value/],
    [['.ac dec 10 1 1k'], 'netlist:2:1', /\.ac is not carried out; ngspice knows it/],
  ])('%j', (lines, place, message) => {
    let error: unknown;
    try {
      read(...lines);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(OhmpropError);
    const text = (error as OhmpropError).message;
    expect(text.startsWith(`${place}: `), text).toBe(true);
    expect(text).toMatch(message);
    expect((error as OhmpropError).exitCode).toBe(2);
  });

  it('collects unsupported cards when asked to', () => {
    const circuit = parseSpice('t\nQ1 d g s npn\nR1 d 0 1\nR2 g s 1\n.noise v(d) v1\n', {
      unsupported: 'collect',
    });
    expect(circuit.unsupported.map(({ card, place }) => [card, place])).toEqual([
      ['q1', 'netlist:2:1'],
      ['.noise', 'netlist:5:1'],
    ]);
    expect(diagnoseCircuit(circuit).floatingNodes).toEqual([['g', 's']]);
  });
});

describe('before solving', () => {
  it('names nodes that negative resistances leave without conductance, and active elements', () => {
    const circuit = read(
      'V1 in 0 1',
      'R1 in a 1k',
      'R2 a 0 -500',
      'R3 in b 1k',
      'R4 b 0 -2k',
      'E1 c 0 a 0 2',
      'R5 c 0 1',
    );
    const { negativeNodes, activeElements } = diagnoseCircuit(circuit);
    expect(negativeNodes).toEqual(['a']);
    expect(activeElements).toEqual(['r2', 'r4', 'e1']);
  });

  it('says at which node a singular circuit is so', () => {
    const point = solveOperatingPoint(read('V1 in 0 1', 'R1 in a 1k', 'R2 a 0 -1k'));
    expect(point.status).toBe('singular');
    expect(point.worst).toBe('node a');
  });
});

describe('.dc', () => {
  it('sweeps sources, nested, the first innermost', () => {
    const circuit = read('V1 a 0 0', 'I1 0 b 0', 'R1 a b 1k', 'R2 b 0 1k', '.dc V1 0 1 0.5 I1 0 1m 1m');
    const sweep = sweepDc(circuit, circuit.analyses.dc[0].ranges);
    expect(sweep.points).toBe(6);
    expect([...sweep.values[0]]).toEqual([0, 0.5, 1, 0, 0.5, 1]);
    expect([...sweep.values[1]]).toEqual([0, 0, 0, 1e-3, 1e-3, 1e-3]);
    [0, 0.25, 0.5, 0.5, 0.75, 1].forEach((v, k) => {
      expect(sweep.voltages_V.b[k]).toBeCloseTo(v, 12);
    });
    expect(sweep.currents_A.v1[2]).toBeCloseTo(-0.5e-3, 15);
    expect(sweep.failures).toEqual([]);
  });

  it('follows a diode from point to point', () => {
    const circuit = read('V1 a 0 0', 'R1 a b 1k', '.model d d', 'D1 b 0 d', '.dc V1 -5 5 0.01');
    const sweep = sweepDc(circuit, circuit.analyses.dc[0].ranges);
    expect(sweep.points).toBe(1001);
    expect(sweep.failures).toEqual([]);
    // Each point starts from the one before it.
    expect(sweep.iterations / sweep.points).toBeLessThan(5);
    // ngspice 39.3 at 5 V, reltol 1e-12.
    expect(sweep.voltages_V.b[1000]).toBeCloseTo(0.6928876, 6);
  });
});

describe('results as files', () => {
  const table = {
    title: 'two points',
    plotName: 'DC transfer characteristic',
    variables: [
      { name: 'v-sweep', type: 'voltage' as const, values: [0, 1] },
      { name: 'i(v1)', type: 'current' as const, values: [-1e-3, 0.1 + 0.2] },
    ],
  };

  it('reads raw files of both kinds back to the last bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 }),
        (values) => {
          const one = { ...table, variables: [{ name: 'v(a)', type: 'voltage' as const, values }] };
          expect(Array.from(readRaw(writeRawBinary(one)).variables[0].values)).toEqual(values);
          expect(
            Array.from(readRaw(new TextEncoder().encode(writeRawText(one))).variables[0].values),
          ).toEqual(values);
        },
      ),
    );
    const back = readRaw(writeRawBinary(table, 'today'));
    expect(back.title).toBe('two points');
    expect(back.variables.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'v-sweep voltage',
      'i(v1) current',
    ]);
  });

  it('writes CSV with units', () => {
    expect(writeCsv(table)).toBe('v-sweep [V],i(v1) [A]\n0,-0.001\n1,0.30000000000000004\n');
  });
});

describe('functions of a file', () => {
  it('take over calls, never signs', () => {
    // ngspice 39.3: −1 V, 9 V and 5 V
    const negative = voltages('.func neg(x) {10*x}', 'V1 1 0 1', 'B1 2 0 V=-V(1)', 'R1 2 0 1');
    expect(negative['2']).toBe(-1);
    const power = voltages(
      '.func pow(x,y) {x+y}',
      'V1 1 0 3',
      'B1 2 0 V=V(1)**2',
      'B2 3 0 V=pow(V(1),2)',
      'R1 2 0 1',
      'R2 3 0 1',
    );
    expect([power['2'], power['3']]).toEqual([9, 5]);
  });
});

describe('memristors as SPICE text', () => {
  it.each(physicalPresets.map((preset) => [preset.name, preset] as const))('%s is read back', (_, preset) => {
    const model = preset.make();
    for (const volts of [-1, 0.4, 3]) {
      const circuit = new Netlist('one').voltage('v1', 'a', '0', volts).model('m1', 'a', '0', model);
      const deck = writeSpice(circuit);
      const [own, again] = [circuit, parseSpice(deck)].map((c) => -solveOperatingPoint(c).currents_A.v1);
      expect(Math.abs(own - again)).toBeLessThanOrEqual(1e-11 * Math.abs(own));
      expect(own).toBeCloseTo(elementCurrent_A(model, volts), 12);
    }
  });
});

describe('lines that are written', () => {
  it('are folded at blanks; a word wider than a line stands alone', () => {
    const node = 'n'.repeat(3000);
    const deck = writeSpice(
      new Netlist('wide')
        .voltage('v1', node, '0', 1)
        .resistor('r1', node, `${node}2`, 1000)
        .resistor('r2', `${node}2`, '0', 1000),
    );
    const blankless = deck.split('\n').filter((line) => line.length > 2000);
    expect(blankless.every((line) => !line.replace(/^\+ /, '').includes(' '))).toBe(true);
    expect(solveOperatingPoint(parseSpice(deck)).voltages_V[`${node}2`]).toBeCloseTo(0.5, 9);
  });
});

describe('cards of words and numbers alone, which are read the short way', () => {
  const circuit = (...lines: string[]) => [...read('V1 a 0 1', 'Rl a 0 1k', ...lines).elements];
  const same = ['4.7e3', '+4.7e3', '.5', '5.', '1e-12', '4.7k', '10meg', '1e', '3f', '2e3k'];

  it.each(same)('are what they are with a comment, in braces and over two lines: %s', (value) => {
    for (const card of [`R2 a b ${value}`, `C2 A b ${value}`]) {
      const [short, ...others] = [card, `  ${card} ; said`, card.replace(' b', ' b\n+'), `${card} \r`].map(
        (text) => circuit('Rb b 0 1', text)[3],
      );
      for (const other of others) expect(other).toEqual(short);
    }
  });

  it('heed m of the call around them, a step, and the temperature', () => {
    const [called] = circuit('.subckt s p', 'R1 p 0 1000', 'C1 p 0 1e-6', '.ends', 'X1 a s m=4').slice(2);
    expect(called).toMatchObject({ name: 'x1.r1', resistance_ohm: 250 });
    const stepped = circuit('R2 a 0 1000', '.step R2 list 7 8').find(({ name }) => name === 'r2');
    expect(stepped).toMatchObject({ resistance_ohm: 7 });
  });

  it('say where they are wrong', () => {
    expect(() => circuit('R2 a b')).toThrow(/netlist:4:7: r2 lacks/);
    expect(() => circuit('R2 a b 1', 'r2 a b 2')).toThrow(/netlist:5:1: element r2 is there twice/);
    expect(() => circuit('R2 a b 1 2')).toThrow(/netlist:4:10: "2" was not expected/);
    expect(() => circuit('R2 a b 4k7')).toThrow(/netlist:4:8:.*4\.7k for 4k7/);
    expect(() => circuit('R2 a b 1e999')).toThrow(/netlist:4:8:.*too large/);
  });
});

describe('what would be read past without a word', () => {
  const transient = '.tran 1u 1m';

  it('refuses fields of capacitors and inductors that nothing reads, and heeds a model behind the value', () => {
    expect(() => read('V1 a 0 1', 'C1 a 0 1u 5u')).toThrow(/netlist:3:11: "5u" was not expected/);
    expect(() => read('V1 a 0 1', 'L1 a 0 1m 2m ic=0')).toThrow(/netlist:3:11: "2m" was not expected/);
    expect(() => read('V1 a 0 1', 'C1 a 0 c=1u 5u')).toThrow(/"5u" was not expected/);
    expect(() => read('V1 a 0 1', 'C1 a 0 1u dm', '.model dm d')).toThrow(/dm is of type d/);
    const warm = (...lines: string[]) => read('V1 a 0 1', ...lines, '.options temp=127');
    const [c, l] = [
      warm('C1 a 0 1u cm', '.model cm c (tc1=0.01)').element('c1'),
      warm('L1 a 0 1m lm tc1=0', '.model lm l (tc1=0.01 tc2=1e-4)').element('l1'),
    ];
    expect(c).toMatchObject({ capacitance_F: 2e-6 });
    expect(l).toMatchObject({ inductance_H: 2e-3 });
  });

  it('refuses times of PULSE below 0', () => {
    const pulsed = (times: string) => () => read(`V1 a 0 PULSE(0 1 -1u ${times})`, 'R1 a 0 1', transient);
    expect(pulsed('-1u')).toThrow(/netlist:2:1: the rise time of PULSE must be 0 or more, got -0.000001/);
    expect(pulsed('1u 1u 1m -2m')).toThrow(/the period of PULSE/);
    expect(pulsed('0 0 0 0 0')).not.toThrow();
  });

  it('warns of measures of nodes and sources that are not there, and of windows that end before they begin', () => {
    const told = (measure: string) =>
      read('V1 a 0 1', 'R1 a b 1k', 'R2 b 0 1k', transient, `.meas tran m ${measure}`).warnings.map(
        ({ place, message }) => `${place} ${message}`,
      );
    expect(told('max v(nope)')).toEqual(['netlist:6:1 .meas: the circuit has no node nope']);
    expect(told('trig v(a)=1 rise=1 targ v(b,c)=1 rise=1')).toEqual([
      'netlist:6:1 .meas: the circuit has no node c',
    ]);
    expect(told('find i(v2) when v(a)=1')).toEqual(['netlist:6:1 .meas: the circuit has no source v2']);
    expect(told('max i(R1) from=0 to=1m')).toEqual([]);
    expect(told('avg v(a,0)')).toEqual([]);
    expect(told('max v(a) from=2m to=1m')).toEqual([
      'netlist:6:1 m measures nothing: from=0.002 lies after to=0.001',
    ]);
  });
});

it('measures nothing over a window that ends before it begins', () => {
  const time_s = Float64Array.of(0, 1, 2, 3);
  const waveforms = { time_s, voltages_V: { a: Float64Array.of(0, 1, 2, 3) }, currents_A: {} };
  const over = (from_s: number, to_s: number) => ({
    ...{ name: 'm', place: '', over: 'max' as const, signal: { plus: 'a', minus: '0' }, from_s, to_s },
  });
  const found = measure(waveforms as unknown as TransientWaveforms, [
    over(0.9, 0.5),
    over(0.5, 1),
    over(2, 2),
  ]);
  expect(found.map(({ value }) => value)).toEqual([undefined, 1, undefined]);
});
