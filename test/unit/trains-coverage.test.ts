import { expect, test } from 'vitest';
import { coverageOf } from '../../bench/coverage.js';

// The whole bar (400 seeds, four laws, white and correlated noise) is `npm run bench -- coverage`; this is a hundredth of it.
test.each([
  ['soft-bounds', 100, 0],
  ['logistic', 100, 0],
  ['soft-bounds', 400, 0.7],
] as const)('intervals of %s, %i pulses, ρ %f, hold the truth as often as they say', (law, pulses, rho) => {
  const { mean, unconverged } = coverageOf(law, pulses, rho, 4);
  expect(unconverged).toBe(0);
  // 12 to 16 intervals of 95 %: fewer than two thirds is a chance below 10⁻⁴
  expect(mean).toBeGreaterThan(0.66);
});
