import { expect, it } from 'vitest';
import { judgeGradient } from '../../learning/index.js';

const group = (cosine: number, cosineToExact: number) => ({
  group: 'g1',
  role: 'conductance' as const,
  layer: 1,
  cosine,
  relativeError: 0,
  betaBias: { cosineToExact, relativeError: 0.1 },
});

it('does not hide a biased estimate behind a rough one', () => {
  const { verdict, text } = judgeGradient([group(0.95, -0.2)], [-1, 1]);
  expect(verdict).toBe('biased');
  expect(text).toMatch(/cosine of -0\.2000 to the exact gradient.*smaller β/);
  expect(text).toMatch(/cosine of 0\.9500 to what float64 gives at rest: --tolerance 1e-10/);
  expect(judgeGradient([group(0.95, 1)], [-1, 1]).verdict).toBe('rough');
  expect(judgeGradient([group(1, -0.2)], [-1, 1]).verdict).toBe('biased');
});
