import { describe, expect, it } from 'vitest';
import { readAxis, readAxisFlag, requireApart } from '../../experiments/studies/axis.js';
import {
  coordinatesOf,
  countOf,
  optionsAt,
  planText,
  readLimit,
  type StudyPlan,
} from '../../experiments/studies/plan.js';

const plan = (more: Partial<StudyPlan> = {}): StudyPlan => ({
  name: 'noise',
  command: 'train',
  options: { preset: 'iris', training: { epochs: 3 } },
  axes: [readAxis('readout.noise_V', [0, '1mV']), readAxis('training.nudge', ['conductance', 'current'])],
  sampling: { kind: 'grid' },
  seeds: 2,
  keep: [],
  limits: [],
  ...more,
});

describe('an axis', () => {
  it.each([
    ['readout.noise_V=log:10uV:10mV:4', [1e-5, 1e-4, 1e-3, 1e-2]],
    ['readout.noise_V=0:1V:3', [0, 0.5, 1]],
    // thousandths of the setting's own unit, not metres
    ['readout.noise_V=1m:5m:3', [0.001, 0.003, 0.005]],
    ['cells.readNoise=0,1%,5%', [0, '1%', '5%']],
    ['training.nudge=conductance,current-held', ['conductance', 'current-held']],
    ['network.window=1uS,100uS;2uS,50uS', ['1uS,100uS', '2uS,50uS']],
    ['training.conductanceRates=[0.1]', ['[0.1]']],
    ['readout.difference=true,false', [true, false]],
    ['data=csv:a.csv,csv:b.csv', ['csv:a.csv', 'csv:b.csv']],
  ])('%s', (text, values) => {
    const axis = readAxisFlag(text);
    expect(axis.values).toHaveLength(values.length);
    for (const [at, value] of values.entries()) {
      if (typeof value === 'number') expect(axis.values[at]).toBeCloseTo(value, 12);
      else expect(axis.values[at]).toEqual(value);
    }
  });

  it('remembers the unit that a range was written in', () => {
    expect(readAxisFlag('wireOhm=log:100mohm:10ohm:3').unit).toMatch(/^(ohm|Ω)$/);
    expect(readAxisFlag('beta=1uS:2uS').unit).toBe('S');
    expect(readAxisFlag('beta=1uS:2e-6').unit).toBe('S');
    expect(readAxisFlag('beta=1:2:3')).not.toHaveProperty('unit');
    const { between } = readAxisFlag('readout.noise_V=log:10uV:50mV');
    expect(between).toEqual({
      low: expect.closeTo(1e-5, 12),
      high: expect.closeTo(0.05, 12),
      logarithmic: true,
    });
  });

  it.each([
    ['noise', 'write key=values'],
    ['a b=1', 'needs the path of an option'],
    ['a=', 'a value is empty'],
    ['a=1,1', 'stands in it twice'],
    ['noise_V=0.001,1mV', '0.001 and "1mV" are the same'],
    ['noise_V=10uV,1mV,0.01mV', '"10uV" and "0.01mV" are the same'],
    ['spread=5%,0.05', '"5%" and 0.05 are the same'],
    ['beta=.nan,.inf', 'NaN is no number to compute with'],
    ['a=1V:5s:3', 'quantity in s'],
    ['a=log:0:1:3', 'needs two ends of one sign'],
    ['a=5:1', 'from the lower to the higher end'],
  ])('refuses %s', (text, why) => {
    expect(() => readAxisFlag(text)).toThrow(why);
  });
});

describe('axes', () => {
  const axes = (...all: [string, unknown][]) => all.map(([key, values]) => readAxis(key, values));

  it('hold a bare number and one with a unit apart where their key has none', () => {
    expect(readAxis('training.beta', [0.2, '0.2S']).values).toHaveLength(2);
    expect(() => readAxis('training.beta', ['0.2S', '200mS'])).toThrow('are the same');
  });

  it('that say the same setting are refused: a point would be told by one and computed by the other', () => {
    const nudges = ['training.nudge', ['conductance', 'current-held']] as [string, unknown];
    expect(() => requireApart(axes(nudges, ['training', [{ nudge: 'conductance' }]]))).toThrow(
      'axis training.nudge: the axis training says it too, with {"nudge":"conductance"}',
    );
    expect(() => requireApart(axes(['cells', ['a.json']], ['cells.d2d', [0]]))).toThrow('says it too');
    expect(() => requireApart(axes(['wireOhm', [1]], ['wire-ohm', [2]]))).toThrow('given twice');
    expect(() =>
      requireApart(axes(nudges, ['training', [{ beta: 1 }, {}]], ['training2', [1]])),
    ).not.toThrow();
  });

  it('of mappings leave of the base what they do not say, and to another axis what that says', () => {
    const beta = { beta: 2 };
    const values = { 'training.nudge': 'current', training: beta };
    expect(optionsAt({ training: { epochs: 3, beta: 1 } }, { values })).toEqual({
      training: { epochs: 3, beta: 2, nudge: 'current' },
    });
    expect(beta).toEqual({ beta: 2 });
  });
});

describe('a plan', () => {
  it('has every point under the first seed before any under the second', () => {
    const all = coordinatesOf(plan(), 7, 100);
    expect(coordinatesOf(plan(), 7, all.length)).toEqual(all);
    expect(all.map(({ seed }) => seed)).toEqual([7, 7, 7, 7, 8, 8, 8, 8]);
    expect(all.slice(0, 4).map(({ values }) => Object.values(values))).toEqual([
      [0, 'conductance'],
      [0, 'current'],
      ['1mV', 'conductance'],
      ['1mV', 'current'],
    ]);
  });

  it('draws hardware draw by draw, under one seed', () => {
    const all = coordinatesOf(plan({ seeds: 1, draws: 3 }), 7, 100);
    expect(all).toHaveLength(12);
    expect(all.map(({ hardwareSeed }) => hardwareSeed)).toEqual(
      [1001, 1002, 1003].flatMap((n) => [n, n, n, n]),
    );
    expect(new Set(all.map(({ seed }) => seed))).toEqual(new Set([7]));
    expect(coordinatesOf(plan({ seeds: 1, draws: 2 }), 7, 100, 40).at(-1)).toMatchObject({
      hardwareSeed: 41,
    });
    expect(optionsAt({}, all[11])).toMatchObject({ seed: 7, hardwareSeed: 1003 });
    expect(() => coordinatesOf(plan({ seeds: 1, draws: 30 }), 7, 100)).toThrow('30 draws) are more than');
    expect(planText(plan({ draws: 3 }))).toMatchObject({ draws: 3 });
  });

  it('makes the options of a trial without touching those of the base', () => {
    const { options } = plan();
    const at = optionsAt(options, { values: { 'training.nudge': 'current', 'readout.noise_V': 0 }, seed: 9 });
    expect(at).toEqual({
      preset: 'iris',
      training: { epochs: 3, nudge: 'current' },
      readout: { noise_V: 0 },
      seed: 9,
    });
    expect(options).toEqual({ preset: 'iris', training: { epochs: 3 } });
  });

  it('refuses an axis within something that holds nothing', () => {
    expect(() => optionsAt({ preset: 'iris' }, { values: { 'preset.name': 1 } })).toThrow(
      'preset is "iris", and has nothing in it',
    );
  });

  it('refuses more trials than allowed before it makes them', () => {
    const axes = ['a', 'b', 'c'].map((key) => readAxis(key, `1:1000:1000`));
    expect(() => coordinatesOf(plan({ axes }), 1, 1000)).toThrow(
      '2000000000 trials (a 1000 × b 1000 × c 1000, 2 seeds) are more than --max-trials 1000',
    );
  });

  it('puts one point of a Latin hypercube into each part of each axis, and leaves an axis as it is when another is added', () => {
    const noise = readAxis('noise', 'log:1:1000');
    const latin = (axes: StudyPlan['axes']) =>
      coordinatesOf(
        plan({ axes, sampling: { kind: 'latin', count: 20, seed: 3 }, seeds: 1 }),
        undefined,
        100,
      );
    const values = latin([noise]).map((point) => point.values.noise as number);
    const parts = values.map((value) => Math.floor((20 * Math.log10(value)) / 3)).sort((a, b) => a - b);
    expect(parts).toEqual(Array.from({ length: 20 }, (_, part) => part));
    expect(latin([noise, readAxis('other', '0:1')]).map((point) => point.values.noise)).toEqual(values);
  });

  it('draws random points from lists and ranges', () => {
    const points = coordinatesOf(
      plan({
        axes: [readAxis('kind', ['a', 'b']), readAxis('x', '0:1')],
        sampling: { kind: 'random', count: 400, seed: 1 },
        seeds: 1,
      }),
      undefined,
      1000,
    );
    const share = points.filter(({ values }) => values.kind === 'a').length / 400;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
    const mean = points.reduce((sum, { values }) => sum + (values.x as number), 0) / 400;
    // three standard errors of a uniform mean
    expect(Math.abs(mean - 0.5)).toBeLessThan((3 * 0.2887) / 20);
  });

  it.each(['random', 'latin'] as const)('draws axes independently of each other: %s', (kind) => {
    const points = coordinatesOf(
      plan({
        axes: [readAxis('x', '2:3'), readAxis('y', 'log:1uV:1mV')],
        sampling: { kind, count: 400, seed: 1 },
        seeds: 1,
      }),
      undefined,
      1000,
    ).map(({ values }) => [values.x as number, values.y as number]);
    for (const [x, y] of points) {
      expect(x).toBeGreaterThanOrEqual(2);
      expect(x).toBeLessThan(3);
      expect(y).toBeGreaterThanOrEqual(1e-6);
      expect(y).toBeLessThan(1e-3);
    }
    const ys = points.map(([x, y], at) => [x - 2.5, (Math.log10(y) + 4.5) / 3, at / 400 - 0.5]);
    // Correlations of 400 independent pairs are within 3/√400; uniform numbers have a variance of 1/12.
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ])
      expect(Math.abs((12 * ys.reduce((sum, one) => sum + one[a] * one[b], 0)) / 400)).toBeLessThan(0.15);
  });

  it('has a point that is drawn twice once: its trials are under as many seeds as are said', () => {
    const few = plan({ axes: [readAxis('noise', [0, 1])], sampling: { kind: 'random', count: 9, seed: 1 } });
    const all = coordinatesOf(few, 1, 100);
    expect(all.map(({ values, seed }) => `${values.noise} ${seed}`).sort()).toEqual([
      '0 1',
      '0 2',
      '1 1',
      '1 2',
    ]);
    expect(countOf(few)).toBe(4);
  });

  it('asks for a count where a range has none', () => {
    expect(() => coordinatesOf(plan({ axes: [readAxis('x', '0:1')] }), 1, 10)).toThrow(
      'a grid needs a count',
    );
  });

  it('reads limits', () => {
    expect(readLimit('testError <= 5%')).toEqual({ metric: 'testError', relation: '<=', value: 0.05 });
    expect(readLimit('r2>=.99')).toEqual({ metric: 'r2', relation: '>=', value: 0.99 });
    expect(readLimit('testError<5%')).toEqual({ metric: 'testError', relation: '<', value: 0.05 });
    expect(readLimit('power_W < 2mW')).toEqual({ metric: 'power_W', relation: '<', value: 0.002 });
    expect(readLimit('cost_V2<1e-6').value).toBe(1e-6);
    expect(() => readLimit('power_W<2mV')).toThrow('V is another unit');
    expect(() => readLimit('testError<5mV')).toThrow('dimensionless');
    expect(() => readLimit('testError')).toThrow('testError<=5%');
  });

  it('is written as the file that gives it again', () => {
    expect(planText(plan())).toMatchObject({
      kind: 'study',
      study: 'noise',
      base: { command: 'train', preset: 'iris' },
      axes: { 'readout.noise_V': [0, '1mV'] },
      seeds: 2,
    });
  });
});
