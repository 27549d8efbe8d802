import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DenseLu, symmetricEigenvalues } from '../../solver/dense/index.js';

describe('eigenvalues of symmetric matrices', () => {
  it('of a chain are 2 − 2·cos(kπ/(n + 1))', () => {
    for (const n of [1, 2, 3, 10, 40]) {
      const chain = Float64Array.from({ length: n * n }, (_, k) => {
        const distance = Math.abs(Math.floor(k / n) - (k % n));
        return distance === 0 ? 2 : distance === 1 ? -1 : 0;
      });
      const values = symmetricEigenvalues(chain, n);
      for (let k = 1; k <= n; k++) {
        expect(values[k - 1]).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (n + 1)), 13);
      }
    }
  });

  it('of a uniform matrix are 0 and n, of a diagonal one its entries', () => {
    const uniform = symmetricEigenvalues(new Float64Array(25).fill(1), 5);
    [0, 0, 0, 0, 5].forEach((value, k) => {
      expect(uniform[k]).toBeCloseTo(value, 13);
    });
    expect([...symmetricEigenvalues([3, 0, 0, -1], 2)]).toEqual([-1, 3]);
    expect([...symmetricEigenvalues([0, 0, 0, 0], 2)]).toEqual([0, 0]);
  });

  it('keep trace and sum of squares, at every scale', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 36, maxLength: 36 }),
        fc.constantFrom(1e-12, 1, 1e9),
        (n, entries, scale) => {
          const matrix = Float64Array.from(
            { length: n * n },
            (_, k) =>
              scale * entries[6 * Math.min(Math.floor(k / n), k % n) + Math.max(Math.floor(k / n), k % n)],
          );
          const values = symmetricEigenvalues(matrix, n);
          const squares = matrix.reduce((sum, a) => sum + a * a, 0);
          const trace = Array.from({ length: n }, (_, k) => matrix[k * n + k]).reduce((a, b) => a + b, 0);
          const size = Math.sqrt(squares);
          expect(Math.abs(values.reduce((a, b) => a + b, 0) - trace)).toBeLessThanOrEqual(1e-13 * size);
          expect(Math.abs(values.reduce((a, b) => a + b * b, 0) - squares)).toBeLessThanOrEqual(
            1e-12 * squares,
          );
        },
      ),
    );
  });
});

describe('dense LU', () => {
  it('solves, and names the row at which a matrix is singular', () => {
    const lu = new DenseLu(2);
    lu.values.set([0, 2, 4, 1]);
    const b = Float64Array.of(2, 9);
    expect(lu.factor()).toBe(-1);
    lu.solve(b);
    expect([...b]).toEqual([2, 1]);
    const c = Float64Array.of(4, 4);
    lu.solveTransposed(c);
    expect([...c]).toEqual([1.5, 1]);
    lu.values.set([1, 2, 2, 4]);
    expect(lu.factor()).toBe(1);
  });
});
