import { describe, expect, it } from 'vitest';
import { chiSquareQuantile, varianceComponents } from '../../calibration/estimates/index.js';
import { featuresOf } from '../../calibration/features/index.js';
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
