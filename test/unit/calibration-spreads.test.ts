import { describe, expect, it } from 'vitest';
import { chiSquareQuantile, varianceComponents } from '../../calibration/estimates/index.js';
import {
  type CycleFeatures,
  featuresOf,
  populationOf,
  stuckCells,
} from '../../calibration/features/index.js';
import { RandomStream } from '../../core/index.js';
import { file, series } from './measured-series.js';

describe('variance components', () => {
  it('has the quantiles of χ²', () => {
    // scipy.stats.chi2.ppf
    expect(chiSquareQuantile(0.025, 1)).toBeCloseTo(0.0009820691171752555, 12);
    expect(chiSquareQuantile(0.975, 5)).toBeCloseTo(12.832501994030027, 9);
    expect(chiSquareQuantile(0.975, 200)).toBeCloseTo(241.05789550631093, 8);
  });

  it('solves the expected mean squares of groups of any size', () => {
    const device = [...'aaaaabbbbbbbccccdddddd'];
    const cycle = [1, 1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 3, 1, 2, 2, 2, 1, 1, 2, 2, 3, 3];
    const offset: Record<string, number> = { a: 0, b: 3, c: -2, d: 1 };
    const values = device.map(
      (d, k) => offset[d] + [0, 1, -0.5, 0.7][cycle[k]] * (d === 'b' ? -1 : 1) + Math.sin(k * 12.9898) * 0.3,
    );
    const { sigma, notSeparated } = varianceComponents(
      values,
      [
        { name: 'device', group: device },
        { name: 'cycle', group: cycle },
      ],
      'read',
    );
    // From traces of projections by numpy: E(y'Qy) = Σ σ² tr(Q Z Z').
    expect(sigma.device.value).toBeCloseTo(1.87255091, 7);
    expect(sigma.cycle.value).toBeCloseTo(0.8144178, 7);
    expect(sigma.read.value).toBeCloseTo(0.08144248, 7);
    expect(notSeparated).toEqual([]);
  });

  it('says what cannot be separated, and gives the sum as its bound', () => {
    const { sigma, notSeparated } = varianceComponents(
      [1, 2, 3, 4, 6, 5],
      [
        { name: 'write', group: [1, 1, 2, 2, 3, 3] },
        { name: 'read', group: [1, 2, 3, 4, 5, 6] },
      ],
      'rest',
    );
    expect(Object.keys(sigma)).toEqual(['write']);
    expect(notSeparated[0]).toMatchObject({ sources: ['read', 'rest'] });
    expect(notSeparated[0].reason).toContain('cannot be separated');
    expect(notSeparated[0].together.value).toBeCloseTo(Math.SQRT1_2, 9);
    const one = varianceComponents([1, 2, 3], [{ name: 'device', group: [1, 1, 1] }], 'cycle');
    expect([one.sigma.device.identifiable, one.sigma.cycle.value]).toEqual([false, 1]);
  });

  it('holds the truth in its intervals', () => {
    let [device, read] = [0, 0];
    const trials = 200;
    for (let seed = 0; seed < trials; seed++) {
      const random = new RandomStream(seed, 'spreads');
      const groups = Array.from({ length: 12 * 5 }, (_, k) => Math.floor(k / 5));
      const middles = Array.from({ length: 12 }, () => 2 * random.normal());
      const { sigma } = varianceComponents(
        groups.map((g) => middles[g] + random.normal()),
        [{ name: 'device', group: groups }],
        'read',
      );
      if (sigma.device.low <= 2 && 2 <= sigma.device.high) device++;
      if (sigma.read.low <= 1 && 1 <= sigma.read.high) read++;
    }
    expect(device / trials).toBeGreaterThan(0.91);
    expect(read / trials).toBeGreaterThan(0.91);
  });
});

describe('relaxation of many cells', () => {
  it('finds mean and spread over state and time, whatever the order of rows of a cell', () => {
    const random = new RandomStream(9, 'relaxation');
    const [time, state, level]: number[][] = [[], [], []];
    for (let l = 0; l < 8; l++)
      for (let cell = 0; cell < 150; cell++) {
        const first = (5 + 5 * l) * 1e-6 + 1e-7 * random.normal();
        for (const t of [0, 1, 0.1, 100, 10]) {
          const decades = Math.log10(t / 0.1);
          const change = t === 0 ? 0 : -0.2e-6 * decades + 1e-6 * (1 + 0.3 * decades) * random.normal();
          time.push(t);
          state.push(first + change);
          level.push(l);
        }
      }
    const { relaxation, retention } = featuresOf(
      file([series('retention', { time_s: time, conductance_S: state, level })]),
      { fullScale: 40e-6 },
    );
    expect(retention).toEqual([]);
    expect(relaxation[0]).toMatchObject({ cells: 1200, times_s: [0.1, 1, 10, 100], reference_s: 0.1 });
    expect(relaxation[0].groups.map((group) => group.level)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const at = (fit: (typeof relaxation)[0]['mean'], g: number, l: number) =>
      [1, g, g * g, l, l * g, l * g * g].reduce(
        (sum, x, k) => sum + x * (fit?.coefficients[k].value ?? 0),
        0,
      );
    expect(at(relaxation[0].mean, 0.5, 2) * 1e6).toBeCloseTo(-0.4, 1);
    expect(at(relaxation[0].sigma, 0.5, 2) * 1e6).toBeCloseTo(1.6, 0);
    expect(at(relaxation[0].sigma, 0.5, 0) * 1e6).toBeCloseTo(1, 1);
  });
});

describe('a population', () => {
  const cycle = (over: Partial<CycleFeatures>): CycleFeatures => ({
    cycle: 1,
    series: 'drawn',
    rows: [0, 1],
    forming: false,
    off_S: 1e-6,
    on_S: 1e-4,
    readAt_V: 0.1,
    offIsBound: false,
    window: 100,
    loopArea_VA: 1e-5,
    complianceReached: false,
    maxCurrent_A: 1e-4,
    ...over,
  });

  it('spreads from device to device and from cycle to cycle, forming left out', () => {
    const random = new RandomStream(21, 'population');
    const devices = Array.from({ length: 30 }, (_, d) => {
      const own = 0.3 * random.normal();
      return {
        device: `${d}`,
        cycles: Array.from({ length: 20 }, (_, k) =>
          cycle({ forming: k === 0, on_S: k === 0 ? 1 : 1e-4 * Math.exp(own + 0.1 * random.normal()) }),
        ),
      };
    });
    const on = populationOf(devices).find(({ name }) => name === 'on_S');
    expect(on).toMatchObject({ devices: 30, values: 30 * 19, ofLogarithms: true });
    const { device, cycle: cycles } = on?.components.sigma ?? {};
    expect([device.low < 0.3, 0.3 < device.high, cycles.low < 0.1, 0.1 < cycles.high]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(populationOf(devices).map(({ name }) => name)).not.toContain('setVoltage_V');
  });

  it('cannot separate what was measured once', () => {
    const once = ['a', 'b', 'c'].map((device, k) => ({ device, cycles: [cycle({ on_S: 1e-4 * (1 + k) })] }));
    const { components } = populationOf(once).find(({ name }) => name === 'on_S') ?? {};
    expect(components?.notSeparated[0]).toMatchObject({ sources: ['device', 'cycle'] });
    expect(components?.sigma).toEqual({});
  });

  it('does not call a cell stuck that its pulses take to twice its state, however small beside others', () => {
    const ramp = (low: number, ratio: number) =>
      Array.from({ length: 30 }, (_, p) => low * ratio ** (p / 29));
    const large = Array.from({ length: 8 }, (_, k) => ({
      cell: `${k}`,
      states_S: ramp(1e-5, 5),
      moves: true,
    }));
    const { stuck } = stuckCells([
      ...large,
      { cell: 'nanosiemens', states_S: ramp(1e-8, 3), moves: true },
      { cell: 'open', states_S: ramp(1e-12, 3), moves: false },
    ]);
    expect(stuck.map(({ cell, at }) => `${cell} ${at}`)).toEqual(['open low']);
  });

  it('counts stuck cells at either end', () => {
    const random = new RandomStream(22, 'stuck');
    const read = (state: number) => state * (1 + 0.01 * random.normal());
    const driven = Array.from({ length: 50 }, (_, k) => ({
      cell: `${k}`,
      states_S: Array.from({ length: 60 }, (_, p) =>
        read(k < 3 ? 9e-5 : k < 5 ? 1.1e-5 : 1e-5 + (8e-5 * p) / 59),
      ),
      readNoise_S: 1e-6,
    }));
    const { stuck, high, low, all } = stuckCells(driven);
    expect(stuck.map(({ cell, at }) => `${cell} ${at}`)).toEqual([
      '0 high',
      '1 high',
      '2 high',
      '3 low',
      '4 low',
    ]);
    expect([high.value, low.value, all.value]).toEqual([0.06, 0.04, 0.1]);
    // Wilson's interval of 5 of 50, by its closed form.
    expect([all.low, all.high].map((end) => end.toFixed(4))).toEqual(['0.0435', '0.2136']);
  });
});
