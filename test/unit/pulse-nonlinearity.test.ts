import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  curvatureOf,
  depressionStep,
  fitLabel,
  labelOf,
  potentiationStep,
  pulseTrain,
} from '../../devices/cells/pulse/index.js';

describe('NeuroSim nonlinearity labels', () => {
  it.each([
    [1, 1.2517],
    [2.4, 0.4992],
    [4.88, 0.2003],
    [6, 0.1356],
    [9, 0.0228],
  ])('NL %f is A = %f of the pulses', (label, a) => {
    expect(curvatureOf(label)).toBeCloseTo(a, 4);
    expect(curvatureOf(-label)).toBeCloseTo(-a, 4);
  });

  it('round trips over A = 0.02 … 1.3 to 1e-5', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 1.3, noNaN: true }), (a) => {
        expect(Math.abs(curvatureOf(labelOf(a)) - a)).toBeLessThan(1e-5);
      }),
    );
  });

  it('label 0 is a straight line and 10.1 is out of reach', () => {
    expect(potentiationStep(0, 50).step(0.3)).toBe(1 / 50);
    expect(() => curvatureOf(10.2)).toThrow(/between −10.1 and 10.1/);
  });

  it('potentiation and depression run from end to end in the pulses that were asked for', () => {
    for (const label of [-4.88, -1, 0.5, 2.4, 6]) {
      expect(potentiationStep(label, 97).after(0, 97)).toBeCloseTo(1, 10);
      expect(depressionStep(label, 100).after(1, 100)).toBeCloseTo(0, 10);
    }
  });

  it('a positive depression label retraces the potentiation, a negative one falls fastest first', () => {
    const up = potentiationStep(1.5, 64);
    expect(depressionStep(1.5, 64).after(up.after(0.2, 5), 5)).toBeCloseTo(0.2, 10);
    const asymmetric = depressionStep(-4.88, 100);
    expect(-asymmetric.step(1)).toBeGreaterThan(-9 * asymmetric.step(0.1));
  });

  it('fits the label back from a train, and says by which end-point rule', () => {
    const train = pulseTrain(potentiationStep(2.4, 97), 0, 97).map((w) => 3e-9 + 35e-9 * w);
    for (const rule of ['fixed', 'free'] as const) {
      const fit = fitLabel(train, rule);
      expect(fit.rule).toBe(rule);
      expect(fit.label).toBeCloseTo(2.4, 4);
      expect(fit.r2).toBeCloseTo(1, 8);
    }
  });
});
