import { describe, expect, it } from 'vitest';
import { withMovedThresholds } from '../../calibration/dynamics/move-thresholds.js';
import { leastSquares, type Problem } from '../../calibration/estimates/index.js';

/**
 * A ramp that begins at a threshold, seen at the samples 0 … 40 of 40: gain·(i − 40·threshold) beyond it. The threshold takes effect only
 * at samples, as that of a cell driven in steps does, so that the sum of squares is flat in it between two edges.
 */
const stairs = (threshold: number, gain: number): Problem & { asked: number[] } => {
  const asked: number[] = [];
  const ramp = (t: number, g: number, i: number): number => {
    const from = Math.round(40 * t);
    return i < from ? 0 : g * (i - from);
  };
  return {
    parameters: [
      { name: 'threshold', low: 0, high: 1 },
      { name: 'gain', low: 0, high: 10 },
    ],
    count: 41,
    asked,
    residuals([t, g], out) {
      asked.push(t);
      for (let i = 0; i <= 40; i++) out[i] = ramp(t, g, i) - ramp(threshold, gain, i);
    },
  };
};

describe('moves of thresholds', () => {
  it.each([0.5, 0.525, 0.625, 0.375])('leads over the edges that slopes do not see, to %s', (threshold) => {
    const problem = stairs(threshold, 2);
    const end = leastSquares(problem, [0.5, 1]);
    const moved = withMovedThresholds(problem, end, [0]);
    expect(Math.round(40 * moved.values[0])).toBe(40 * threshold);
    expect(moved.values[1]).toBeCloseTo(2, 6);
    if (threshold !== 0.5) expect(end.cost).toBeGreaterThan(1);
    expect(moved.cost).toBeLessThan(1e-9);
  });

  it('moves what it is told to alone, and stays between the bounds', () => {
    const problem = stairs(0.975, 2);
    const end = leastSquares(problem, [0.95, 2]);
    problem.asked.length = 0;
    expect(withMovedThresholds(problem, end, []).values).toEqual(end.values);
    expect(problem.asked).toEqual([]);
    expect(withMovedThresholds(problem, end, [0]).cost).toBeLessThan(1e-9);
    expect(Math.max(...problem.asked)).toBeLessThanOrEqual(1);
  });

  it('keeps the end where no move helps', () => {
    const problem = stairs(0.5, 2);
    const end = leastSquares(problem, [0.5, 1]);
    expect(withMovedThresholds(problem, end, [0])).toBe(end);
  });
});
