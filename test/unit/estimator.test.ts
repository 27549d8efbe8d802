import { describe, expect, it } from 'vitest';
import { estimator } from '../../learning/index.js';

const BETA = 0.5;

describe('estimators', () => {
  it.each([
    ['positive', [0, BETA], 0],
    ['negative', [-BETA, 0], -BETA],
    ['centered', [-BETA, BETA], -BETA],
  ] as const)('%s contrasts the same two phases in every minibatch', (name, betas, lowest) => {
    const { betas: of, lowest: lowestOf } = estimator(name, 1);
    for (let minibatch = 0; minibatch < 20; minibatch++) expect(of(BETA, minibatch)).toEqual(betas);
    expect(lowestOf(BETA)).toBe(lowest);
  });

  it('random-sign draws either sign about as often, the same for the same seed and minibatch', () => {
    const MINIBATCHES = 1000;
    const { betas, lowest } = estimator('random-sign', 4);
    const drawn = Array.from({ length: MINIBATCHES }, (_, m) => betas(BETA, m));
    const negative = drawn.filter(([first]) => first < 0);
    // Four standard deviations of a fair coin.
    expect(Math.abs(negative.length - MINIBATCHES / 2)).toBeLessThan(2 * Math.sqrt(MINIBATCHES));
    for (const pair of drawn)
      expect([
        [-BETA, 0],
        [0, BETA],
      ]).toContainEqual(pair);
    expect(lowest(BETA)).toBe(-BETA);
    const again = estimator('random-sign', 4);
    expect(Array.from({ length: MINIBATCHES }, (_, m) => again.betas(BETA, m))).toEqual(drawn);
    const other = estimator('random-sign', 5);
    expect(Array.from({ length: MINIBATCHES }, (_, m) => other.betas(BETA, m))).not.toEqual(drawn);
  });

  it('refuses a name that it does not know, naming the nearest', () => {
    expect(() => estimator('centred', 1)).toThrow(/did you mean centered/);
  });
});
