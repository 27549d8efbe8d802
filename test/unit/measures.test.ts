import { expect, it } from 'vitest';
import { piecewiseLinear, repeated } from '../../circuits/netlist/index.js';
import { analysisCards, parseSpice, writeSpice } from '../../circuits/spice/index.js';
import { measure, solveTransient } from '../../solver/time/index.js';

const read = (...cards: string[]) => parseSpice(['t', ...cards, '.end', ''].join('\n'));

async function measured(...cards: string[]): Promise<Record<string, number | undefined>> {
  const circuit = read(...cards);
  const { transient, measures } = circuit.analyses;
  const { value } = await solveTransient(circuit, transient[0], { reltol: 1e-5, vntol: 1e-8 });
  return Object.fromEntries(measure(value, measures).map(({ name, value: found }) => [name, found]));
}

const sine = ['V1 a 0 SIN(0.2 1 1k)', 'R1 a 0 1k', '.tran 1u 3m'];

it('counts what stands on the level at the start as a crossing, as ngspice 39.3 does', async () => {
  const found = await measured(
    ...sine,
    '.meas tran first WHEN v(a)=0.2 RISE=1',
    '.meas tran second WHEN v(a)=0.2 RISE=2',
    '.meas tran down WHEN v(a)=0.2 FALL=1',
    '.meas tran third WHEN v(a)=0.2 CROSS=3',
  );
  expect(found.first).toBe(0);
  expect(found.second).toBeCloseTo(1e-3, 8);
  expect(found.down).toBeCloseTo(0.5e-3, 8);
  expect(found.third).toBeCloseTo(1e-3, 8);
});

it('does not count a level that is left only later before it is left', async () => {
  const found = await measured(
    ...['V1 a 0 PULSE(0 1 1m 1m 1m 1m)', 'R1 a 0 1k', '.tran 10u 4m', '.meas tran up WHEN v(a)=0 RISE=1'],
  );
  expect(found.up).toBeCloseTo(1e-3, 6);
});

it('works out slopes, and numbers of measures before', async () => {
  const found = await measured(
    ...sine,
    '.param gain=2',
    '.meas tran most MAX v(a)',
    '.meas tran least MIN v(a)',
    ".meas tran both PARAM='gain*(most-least)'",
    '.meas tran steep DERIV v(a) AT=1m',
    '.meas tran falling DERIV v(a) WHEN v(a)=0.2 FALL=1',
    '.meas tran never WHEN v(a)=5',
    ".meas tran of_none PARAM='never+1'",
  );
  expect(found.both! / 4).toBeCloseTo(1, 4);
  expect(found.steep! / (2000 * Math.PI)).toBeCloseTo(1, 3);
  expect(found.falling! / (-2000 * Math.PI)).toBeCloseTo(1, 3);
  expect(found).toMatchObject({ never: undefined, of_none: undefined });
});

it('tells what the circuit does not have from what did not happen', async () => {
  const circuit = read(
    ...sine,
    '.meas tran nowhere WHEN v(a,zz)=5',
    '.meas tran from TRIG v(a) VAL=0.2 RISE=1 TARG i(vq) VAL=0 RISE=1',
    '.meas tran never WHEN v(a)=5',
  );
  const { value } = await solveTransient(circuit, circuit.analyses.transient[0]);
  expect(measure(value, circuit.analyses.measures)).toEqual([
    { name: 'nowhere', value: undefined, missing: 'node zz' },
    { name: 'from', value: undefined, missing: 'source vq' },
    { name: 'never', value: undefined },
  ]);
});

it('writes them again, and says which it does not read', () => {
  const circuit = read(
    ...sine,
    '.meas tran most MAX v(a)',
    ".meas tran twice PARAM='2*most'",
    '.meas tran steep DERIV v(a) AT=1m',
    ".meas tran no PARAM='v(a)'",
  );
  expect(circuit.warnings).toMatchObject([
    { place: 'netlist:8:1', message: expect.stringMatching(/no skipped: .*PARAM/) },
  ]);
  const again = writeSpice(circuit, { tail: (deck) => analysisCards(circuit, deck) });
  expect(again).toMatch(/\.meas tran twice PARAM='.*2.*most.*'/);
  expect(again).toMatch(/\.meas tran steep DERIV v\(a\) AT=0\.001/);
  expect(parseSpice(again).analyses.measures).toHaveLength(3);
});

it('reads times, windows and extremes of a sine as they are worked out', async () => {
  const found = await measured(
    ...sine,
    '.meas tran later WHEN v(a)=0.2 RISE=1 TD=1.5m',
    '.meas tran ninth WHEN v(a)=0.2 RISE=9',
    '.meas tran final WHEN v(a)=0.2 FALL=LAST',
    '.meas tran back TRIG v(a) VAL=0.2 FALL=1 TARG v(a) VAL=1.2 RISE=1',
    '.meas tran rms RMS v(a) FROM=0 TO=1m',
    '.meas tran mean AVG v(a) FROM=0.5m TO=1m',
    '.meas tran area INTEG v(a) FROM=1m TO=2m',
    '.meas tran span PP v(a) FROM=1m TO=2m',
    '.meas tran low MIN_AT v(a) FROM=1m TO=2m',
    '.meas tran high MAX_AT v(a) FROM=1m TO=2m',
  );
  expect(found.later).toBeCloseTo(2e-3, 8);
  expect(found.ninth).toBeUndefined();
  expect(found.final).toBeCloseTo(2.5e-3, 8);
  // The target may come first.
  expect(found.back).toBeCloseTo(-0.25e-3, 5);
  expect(found.rms).toBeCloseTo(Math.sqrt(0.04 + 0.5), 4);
  expect(found.mean).toBeCloseTo(0.2 - 2 / Math.PI, 4);
  expect(found.area).toBeCloseTo(0.2e-3, 7);
  expect(found.span).toBeCloseTo(2, 4);
  expect(found.low).toBeCloseTo(1.75e-3, 5);
  expect(found.high).toBeCloseTo(1.25e-3, 5);
});

it('takes the root of squares of lines between points, not of the points', () => {
  const waveforms = {
    time_s: Float64Array.of(0, 1),
    voltages_V: { a: Float64Array.of(0, 3) },
    currents_A: {},
  };
  const rms = { ...{ name: 'm', place: '', over: 'rms' as const }, signal: { plus: 'a', minus: '0' } };
  const [{ value }] = measure(waveforms as never, [{ ...rms, from_s: 0, to_s: 1 }]);
  expect(value).toBeCloseTo(Math.sqrt(3), 12);
});

it('writes what a deck asks for so that it asks for the same again', () => {
  const circuit = parseSpice(
    [
      't',
      ...['V1 a 0 1', 'R1 a b 1k', 'C1 0 b 1n IC=2', 'L1 b c 1m', 'R2 c 0 1k', '.nodeset v(b)=0.25'],
      ...['.tran 1u 1m', '.meas tran late WHEN v(b)=0.5 TD=0.25m RISE=2', '.end', ''],
    ].join('\n'),
    { dialect: 'ltspice' },
  );
  const text = writeSpice(circuit, { tail: (deck) => analysisCards(circuit, deck) });
  // IC= holds at LTspice's operating point: of a capacitor from ground the node lies on the other side.
  expect(text).toContain('.ic v(b)=-2\n');
  expect(text).toContain('.nodeset v(b)=0.25\n');
  const again = parseSpice(text).analyses.measures[0];
  expect(again).toMatchObject({ when: { after_s: 0.25e-3, which: 2, edge: 'rise', level: 0.5 } });
});

it('knows the corners of every repetition of a PWL', () => {
  const wave = repeated(
    piecewiseLinear([
      [0, 0],
      [1, 1],
      [2, 0],
    ]),
    0,
    2,
    0.5,
  );
  expect(wave.corners(6)).toEqual([0.5, 1.5, 2.5, 3.5, 4.5, 5.5]);
  expect([1.5, 3.5, 5.5, 2.5].map((time_s) => wave.at(time_s))).toEqual([1, 1, 1, 0]);
});
