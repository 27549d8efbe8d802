import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromManyStarts, leastSquares, type Problem } from '../../calibration/estimates/index.js';

/** A curve through points, as a least-squares problem. */
function curve(
  x: readonly number[],
  y: readonly number[],
  parameters: Problem['parameters'],
  f: (x: number, b: Float64Array) => number,
): Problem {
  return {
    parameters,
    count: x.length,
    residuals: (b, out) => {
      x.forEach((xi, i) => {
        out[i] = y[i] - f(xi, b);
      });
    },
  };
}

// NIST Statistical Reference Datasets, nonlinear regression: Misra1a and MGH09 (Kowalik and Osborne), certified values
const misra = {
  x: [77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760],
  y: [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78],
};
const mgh09 = {
  x: [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625],
  y: [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246],
};

test('comes to the certified optimum of NIST’s Misra1a from its far start', () => {
  const problem = curve(
    misra.x,
    misra.y,
    [
      { name: 'b1', low: 1, high: 1e4, spacing: 'log' },
      { name: 'b2', low: 1e-7, high: 1, spacing: 'log' },
    ],
    (x, b) => b[0] * (1 - Math.exp(-b[1] * x)),
  );
  const fit = leastSquares(problem, [500, 0.0001]);
  expect(fit.status).toBe('converged');
  expect(fit.values[0]).toBeCloseTo(238.94212918, 4);
  expect(fit.values[1] / 5.5015643181e-4).toBeCloseTo(1, 7);
  expect(fit.cost / 0.12455138894).toBeCloseTo(1, 8);
});

test('comes to the certified optimum of NIST’s MGH09 from many starts', () => {
  const bounds = { low: 1e-3, high: 1e3, spacing: 'log' } as const;
  const problem = curve(
    mgh09.x,
    mgh09.y,
    ['b1', 'b2', 'b3', 'b4'].map((name) => ({ name, ...bounds })),
    (x, b) => (b[0] * (x * x + x * b[1])) / (x * x + x * b[2] + b[3]),
  );
  const fit = fromManyStarts(problem, [[1, 1, 1, 1]]);
  expect(fit.status).toBe('converged');
  expect(fit.cost / 3.0750560385e-4).toBeCloseTo(1, 7);
  [0.19280693458, 0.19128232873, 0.12305650693, 0.13606233068].forEach((b, j) => {
    expect(fit.values[j] / b).toBeCloseTo(1, 4);
  });
});

test('currents of nanoamperes are fitted as volts are: nothing is absolute', () => {
  const fits = [1, 1e-9].map((unit) =>
    leastSquares(
      curve(
        misra.x,
        misra.y.map((y) => y * unit),
        [
          { name: 'b1', low: 1e-12, high: 1e4, spacing: 'log' },
          { name: 'b2', low: 1e-7, high: 1, spacing: 'log' },
        ],
        (x, b) => b[0] * (1 - Math.exp(-b[1] * x)),
      ),
      [500 * unit, 0.0001],
    ),
  );
  expect(fits[1].status).toBe('converged');
  expect(fits[1].values[0] / (1e-9 * fits[0].values[0])).toBeCloseTo(1, 6);
});

test('an optimum beyond a bound is the bound, with the others at their best there', () => {
  // y = a + b·x with b at most 1, where the data wants 2: a is then the mean of y − x
  const x = [0, 1, 2, 3];
  const y = [0, 2, 4, 6];
  const line = curve(
    x,
    y,
    [
      { name: 'a', low: -10, high: 10 },
      { name: 'b', low: -1, high: 1 },
    ],
    (xi, b) => b[0] + b[1] * xi,
  );
  const fit = leastSquares(line, [0, 0]);
  expect(fit.status).toBe('converged');
  expect(fit.values[1]).toBe(1);
  expect(fit.atBound).toEqual([false, true]);
  expect(fit.values[0]).toBeCloseTo(1.5, 6);
});

test('a search that is cut short says so', () => {
  const problem = curve(
    misra.x,
    misra.y,
    [
      { name: 'b1', low: 1, high: 1e4, spacing: 'log' },
      { name: 'b2', low: 1e-7, high: 1, spacing: 'log' },
    ],
    (x, b) => b[0] * (1 - Math.exp(-b[1] * x)),
  );
  expect(leastSquares(problem, [5000, 0.01], { iterations: 1 }).status).toBe('iterations');
  const nowhere: Problem = { ...problem, residuals: (_, out) => out.fill(Number.NaN) };
  expect(leastSquares(nowhere, [500, 0.0001]).status).toBe('stalled');
});

test('a held parameter stays to the last bit, and bounds that are none are refused', () => {
  const line = curve(
    [0, 1, 2],
    [1, 2, 4],
    [
      { name: 'a', low: 0.1, high: 10, spacing: 'log' },
      { name: 'b', low: -5, high: 5 },
    ],
    (x, b) => b[0] + b[1] * x,
  );
  const fit = leastSquares(line, [0.7, 0], { held: [true, false] });
  expect(fit.values[0]).toBe(0.7);
  expect(fit.values[1]).toBeCloseTo((1.3 + 2 * 3.3) / 5, 7);
  const bad: Problem = { ...line, parameters: [{ name: 'a', low: 0, high: 10, spacing: 'log' }] };
  expect(() => leastSquares(bad, [1])).toThrow('a: 0 < low < high, both finite, is needed; got 0 … 10');
});

test('lines through any points: the closed form, whatever the scale', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true })),
        {
          minLength: 3,
          maxLength: 20,
        },
      ),
      fc.integer({ min: -12, max: 6 }),
      (points, decade) => {
        const unit = 10 ** decade;
        const x = points.map(([v]) => v);
        const y = points.map(([, v]) => v * unit);
        const mean = (values: readonly number[]) => values.reduce((s, v) => s + v, 0) / values.length;
        const [mx, my] = [mean(x), mean(y)];
        const sxx = x.reduce((s, v) => s + (v - mx) ** 2, 0);
        fc.pre(sxx > 0.01);
        const b = x.reduce((s, v, i) => s + (v - mx) * (y[i] - my), 0) / sxx;
        fc.pre(Math.abs(b) < 90 * unit && Math.abs(my - b * mx) < 90 * unit);
        const fit = leastSquares(
          curve(
            x,
            y,
            [
              { name: 'a', low: -100 * unit, high: 100 * unit },
              { name: 'b', low: -100 * unit, high: 100 * unit },
            ],
            (xi, p) => p[0] + p[1] * xi,
          ),
          [unit, unit],
        );
        expect(fit.status).toBe('converged');
        expect(Math.abs(fit.values[1] - b)).toBeLessThan(1e-4 * unit);
      },
    ),
    { numRuns: 100, seed: 14 },
  );
});
