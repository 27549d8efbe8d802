import { describe, expect, test } from 'vitest';
import {
  compareModels,
  fitEstimates,
  leastSquares,
  type Problem,
  profileInterval,
  residualChecks,
  student975,
  withCorrelation,
} from '../../calibration/estimates/index.js';
import { RandomStream } from '../../core/index.js';

const noise = (seed: number, n: number, rho = 0): Float64Array => {
  const stream = new RandomStream(seed, 'test');
  let last = stream.normal();
  return Float64Array.from({ length: n }, () => {
    const now = last;
    last = rho * last + Math.sqrt(1 - rho * rho) * stream.normal();
    return now;
  });
};

/** y = a + b·x. */
const line = (x: Float64Array, y: Float64Array): Problem => ({
  parameters: [
    { name: 'a', low: -1e3, high: 1e3, zeroCounts: true },
    { name: 'b', low: -1e3, high: 1e3, zeroCounts: true },
  ],
  count: x.length,
  residuals: (p, out) => {
    for (let i = 0; i < x.length; i++) out[i] = y[i] - p[0] - p[1] * x[i];
  },
});

test('of a line, the interval is Student’s', () => {
  const x = Float64Array.from({ length: 12 }, (_, i) => i);
  const y = noise(3, 12).map((e, i) => 2 + 0.5 * i + e);
  const { estimates, rmse } = fitEstimates(line(x, y), { starts: [[0, 0]], correlated: false });
  const { b } = estimates;
  // slope's standard error s/√Sxx, t of 10 degrees of freedom 2.2281
  const half = (2.228139 * rmse * Math.sqrt(12 / 10)) / Math.sqrt(143);
  expect((b.high - b.low) / 2 / half).toBeCloseTo(1, 2);
  expect(b.identifiable).toBe(true);
  expect(b).toMatchObject({ level: 0.95, n: 12, method: 'least squares, profile-likelihood interval' });
});

test('quantiles of Student’s t, from tables', () => {
  const table: [number, number][] = [
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [4, 2.776],
    [10, 2.228],
    [30, 2.042],
    [96, 1.985],
  ];
  for (const [degrees, t] of table) expect(Math.abs(student975(degrees) - t)).toBeLessThan(0.02);
});

test('noise that follows itself is seen, carried and makes intervals wider', () => {
  const n = 400;
  const x = Float64Array.from({ length: n }, (_, i) => i / n);
  const y = noise(5, n, 0.7).map((e, i) => 1 + x[i] + 0.1 * e);
  const white = fitEstimates(line(x, y), { starts: [[0, 0]], correlated: false });
  const tested = fitEstimates(line(x, y), { starts: [[0, 0]] });
  expect(tested.correlation?.value).toBeGreaterThan(0.6);
  expect(tested.correlation?.low).toBeLessThan(0.7);
  expect(tested.correlation?.high).toBeGreaterThan(0.7);
  expect(tested.nEffective).toBeLessThan(0.3 * n);
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  // √((1 + ρ)/(1 − ρ)) = 2.4 for ρ = .7
  expect(width(tested.estimates.b) / width(white.estimates.b)).toBeGreaterThan(1.8);
  const quiet = fitEstimates(line(x, noise(6, n)), { starts: [[0, 0]] });
  expect(quiet.correlation).toBeUndefined();
});

test('the correlated likelihood is the exact one of a Gaussian AR(1)', () => {
  // −2ℓ = ln det C + rᵀC⁻¹r at σ² profiled out; C_ij = ρ^|i−j|, det C = (1 − ρ²)^(n−1) for innovations scaled to variance 1
  const r = [0.3, -0.1, 0.4, 0.2];
  const rho = 0.6;
  const base: Problem = {
    parameters: [],
    count: 4,
    residuals: (_, out) => out.set(r),
  };
  const out = new Float64Array(4);
  withCorrelation(base, [4]).residuals(Float64Array.of(rho), out);
  const cost = out.reduce((s, e) => s + e * e, 0);
  // by hand: Σe² with e₁ = r₁·.8, e_t = r_t − .6·r_{t−1}; times (1 − .36)^(−1/4)
  const innovations = [0.3 * 0.8, -0.1 - 0.18, 0.4 + 0.06, 0.2 - 0.24];
  const expected = innovations.reduce((s, e) => s + e * e, 0) * 0.64 ** -0.25;
  expect(cost).toBeCloseTo(expected, 12);
  // two trains: the second one starts afresh
  withCorrelation(base, [2, 2]).residuals(Float64Array.of(rho), out);
  expect(out[2]).toBeCloseTo(0.4 * 0.8 * 0.64 ** -0.25, 12);
});

test('what the data does not say is flagged: a saturation that lies beyond the data', () => {
  const n = 60;
  const x = Float64Array.from({ length: n }, (_, i) => i / n);
  const y = noise(8, n).map((e, i) => x[i] + 0.02 * e);
  const problem: Problem = {
    parameters: [
      { name: 'height', low: 0.1, high: 1e4, spacing: 'log' },
      { name: 'rate', low: 1e-5, high: 100, spacing: 'log' },
    ],
    count: n,
    residuals: (p, out) => {
      for (let i = 0; i < n; i++) out[i] = y[i] - p[0] * -Math.expm1(-p[1] * x[i]);
    },
  };
  const { estimates, warnings } = fitEstimates(problem, { starts: [[1, 1]] });
  expect(estimates.height.identifiable).toBe(false);
  expect(estimates.rate.identifiable).toBe(false);
  expect(warnings.join()).toContain('are correlated by');
});

test('many correlated pairs are one warning, the closest named and the rest counted', () => {
  const names = ['a', 'b', 'c', 'd'];
  // their differences show, and hardly where all of them lie
  const problem: Problem = {
    parameters: names.map((name) => ({ name, low: -10, high: 10 })),
    count: 40,
    residuals: (p, out) => {
      for (let i = 0; i < 40; i++) {
        const j = i % 4;
        out[i] = (j < 3 ? p[j] - p[j + 1] : 0.05 * p[0]) + 0.01 * Math.sin(7 * i);
      }
    },
  };
  const { warnings } = fitEstimates(problem, { starts: [[1, 1, 1, 1]], intervals: false });
  const told = warnings.filter((text) => text.includes('correlated'));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    /^\w and \w are correlated by [.\d]+, \w and \w by [.\d]+, \w and \w by [.\d]+, and 3 more pairs by over 0.95: the data fixes combinations of them$/,
  );
});

test('an interval that closes where another parameter comes to the bound of its search is said to', () => {
  const pair = (low: number, high: number): Problem => ({
    parameters: [
      { name: 'gain', low: 0, high: 100 },
      { name: 'offset', low, high },
    ],
    count: 40,
    // the gain is told by the offset, and that by its bounds rather than by the data
    residuals: (p, out) => {
      for (let i = 0; i < 40; i++)
        out[i] = p[0] + p[1] - 10 + 0.01 * (p[1] - 3) * (i - 20) + 0.1 * Math.cos(5 * i);
    },
  });
  const told = (problem: Problem): string[] =>
    fitEstimates(problem, { starts: [[7, 3]], draws: 0, correlated: false }).warnings.filter((text) =>
      text.includes('may go on'),
    );
  expect(told(pair(2.9, 3.1))).toEqual([
    'offset is at the bound of its search where the interval of gain ends: beyond that bound it may go on',
  ]);
  expect(told(pair(-40, 60))).toEqual([]);
});

test('runs of signs: a parabola left over is systematic, noise is not', () => {
  const parabola = Float64Array.from({ length: 50 }, (_, i) => (i - 24.5) ** 2 - 208);
  expect(residualChecks(parabola)).toMatchObject({ runs: 3, systematic: true });
  expect(residualChecks(noise(2, 200)).systematic).toBe(false);
  expect(residualChecks(parabola).lag1).toBeGreaterThan(0.85);
});

test('a small model whose misfit leaves too few independent points to judge a far better one does not win by them', () => {
  const beside = (rss: number, n: number) =>
    compareModels(
      [
        { name: 'small', rss: 100, parameters: 1 },
        { name: 'large', rss, parameters: 3 },
      ],
      n,
      3.5,
    );
  expect(beside(1, 160)).toMatchObject({ best: 'large', by: expect.stringMatching(/^least residuals/) });
  expect(beside(1, 160).rows[0].name).toBe('large');
  // not by much, or of few points: nothing that AIC would not say
  expect(beside(50, 160)).toMatchObject({ best: 'small', by: 'AIC' });
  expect(beside(1, 6)).toMatchObject({ best: 'small', by: 'AIC' });
});

test('models are compared by held-out data first, and small differences are none', () => {
  const closeOnes = compareModels(
    [
      { name: 'small', rss: 1, parameters: 3, heldOut: 0.2 },
      { name: 'large', rss: 0.99, parameters: 4, heldOut: 0.2 },
      { name: 'wrong', rss: 3, parameters: 3, heldOut: 0.5 },
    ],
    1000,
    40,
  );
  expect(closeOnes).toMatchObject({ best: 'small', indistinguishable: ['large'], by: 'held-out data' });
  // plain AIC on 1000 points would take the larger by 1000·ln(1/.99) − 2 = 8
  const byAic = compareModels(
    [
      { name: 'small', rss: 1, parameters: 3 },
      { name: 'large', rss: 0.5, parameters: 4 },
    ],
    1000,
    200,
  );
  expect(byAic).toMatchObject({ best: 'large', indistinguishable: [], by: 'AIC' });
});

describe('profiles along a ridge', () => {
  /** Noise that no parameter follows, and a valley q = bend·p² that a search finds from nearby alone. */
  const valley = (bend: number) => {
    const e = noise(5, 40);
    const problem: Problem = {
      parameters: [
        { name: 'p', low: -1, high: 1 },
        { name: 'q', low: -bend, high: 2 * bend },
      ],
      count: e.length,
      residuals: ([p, q], out) => {
        out.set(e);
        const away = q - bend * p * p;
        out[0] = 20 * (1 - Math.exp(-0.5 * away * away)) + 0.01 * away;
      },
    };
    return problem;
  };

  test('are followed round a bend to the bound: a search that went astray closes no side', () => {
    const problem = valley(30);
    const best = leastSquares(problem, [0.1, 0.3]);
    const { openLow, openHigh, low, high } = profileInterval(problem, best, 0);
    expect([openLow, openHigh, low, high]).toEqual([true, true, -1, 1]);
  });

  test('end at a wall, where the cost jumps from well below the threshold to well above it', () => {
    const e = noise(7, 40);
    // between the walls the profile is flat
    const problem: Problem = {
      parameters: [
        { name: 'p', low: -1, high: 1 },
        { name: 'mean', low: -10, high: 10 },
      ],
      count: e.length,
      residuals: ([p, mean], out) => {
        for (let i = 0; i < e.length; i++) out[i] = e[i] - mean;
        out[0] += p > 0.37 || p < -0.61 ? 100 : 0;
      },
    };
    const { low, high, openLow, openHigh } = profileInterval(problem, leastSquares(problem, [0, 0]), 0);
    expect([openLow, openHigh]).toEqual([false, false]);
    expect(Math.abs(high - 0.37)).toBeLessThan(0.005);
    expect(Math.abs(low + 0.61)).toBeLessThan(0.005);
  });

  test('end where a better fit turns up, from which all begin again', () => {
    const e = noise(6, 40);
    let asked = 0;
    // two wells that a low ridge parts: the one at p = .3 is the deeper
    const problem: Problem = {
      parameters: [
        { name: 'p', low: -1, high: 1 },
        { name: 'offset', low: -10, high: 10 },
      ],
      count: e.length + 2,
      residuals: ([p, offset], out) => {
        asked++;
        for (let i = 0; i < e.length; i++) out[i] = e[i] - offset;
        out[e.length] = 10 * (p * p - 0.09);
        out[e.length + 1] = 0.8 * (1 - p);
      },
    };
    const shallow = leastSquares(problem, [-0.35, 0]);
    expect(shallow.values[0]).toBeLessThan(-0.2);
    asked = 0;
    const { better } = profileInterval(problem, shallow, 0);
    const brokenOff = asked;
    asked = 0;
    const whole = profileInterval(problem, shallow, 0, { regardless: true });
    expect(brokenOff).toBeLessThan(0.8 * asked);
    expect(better!.cost).toBeLessThan(shallow.cost - 0.05);
    expect(whole.better).toBeDefined();
    expect(whole.low).toBeLessThan(shallow.values[0]);
    const { estimates } = fitEstimates(problem, {
      starts: [shallow.values],
      draws: 0,
      correlated: false,
    });
    expect(estimates.p.value).toBeCloseTo(0.3, 1);
    expect(estimates.p.low).toBeLessThan(-0.3);
  });
});
