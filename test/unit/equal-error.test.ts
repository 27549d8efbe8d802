import { describe, expect, it } from 'vitest';
import { costOf } from '../../bench/transients/index.js';

describe('what an error costs', () => {
  const points = [
    { error: 1e-2, seconds: 1 },
    { error: 1e-4, seconds: 4 },
    { error: 5e-4, seconds: 9 },
  ];

  it('lies on a line of logarithms between points, those left out that others beat', () => {
    expect(costOf(1e-3, points)).toBeCloseTo(2, 12);
    expect(costOf(1e-4, points)).toBe(4);
    expect(costOf(5e-4, points)).toBeLessThan(4);
  });

  it('is that of the cheapest point for larger errors, and not known for smaller ones', () => {
    expect(costOf(1, points)).toBe(1);
    expect(costOf(9e-5, points)).toBeUndefined();
    expect(costOf(1, [])).toBeUndefined();
  });
});
