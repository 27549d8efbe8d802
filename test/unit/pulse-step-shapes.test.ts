import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AffineStep,
  depressionStep,
  exponentialStep,
  potentiationStep,
  powerStep,
  pulsePresets,
  type StepShape,
  TableStep,
} from '../../devices/cells/pulse/index.js';

const shapes: Record<string, StepShape> = {
  constant: new AffineStep(1e-3, 0),
  'nearly constant': new AffineStep(-1e-3, 1e-13),
  'soft bounds': AffineStep.towards(1.1, 0.02),
  'neurosim up': potentiationStep(2.4, 97),
  'neurosim down': depressionStep(-4.88, 100),
  'neurosim retrace': depressionStep(1.46, 32),
  exponential: exponentialStep({ step: 7e-4, amplitude: -1.18, gamma: 5, a: -0.5, b: -0.5, centre: 0.5 }),
  power: powerStep({ step: -0.01, gamma: 2.5 }),
  'table up': new TableStep([0.02, 0.012, 0.011, 0.004, 0]),
  'table down': new TableStep([0, -0.001, -0.03, -0.002, -0.05]),
};
for (const preset of pulsePresets) {
  shapes[`${preset.name} up`] = preset.potentiation;
  shapes[`${preset.name} down`] = preset.depression;
}

describe.each(Object.entries(shapes))('step shape %s', (_, shape) => {
  it('k pulses at once are k single ones', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 300 }), (w, k) => {
        let single = w;
        for (let n = 0; n < k; n++) single = shape.after(single, 1);
        expect(Math.abs(shape.after(w, k) - single)).toBeLessThan(1e-12);
      }),
    );
  });

  it('never leaves the range and never turns round', () => {
    const rising = shape.step(0.5) > 0;
    for (let i = 0; i <= 20; i++) {
      const after = shape.after(i / 20, 7);
      expect(after).toBeGreaterThanOrEqual(rising ? i / 20 : 0);
      expect(after).toBeLessThanOrEqual(rising ? 1 : i / 20);
    }
  });

  it('is what its table says, to the error that it declares', () => {
    const { table, tabulationError } = shape;
    const largest = Math.max(...table.map(Math.abs));
    expect(tabulationError).toBeLessThan(2e-5);
    for (let i = 0; i <= 777; i++) {
      const w = i / 777;
      const at = Math.min(w * (table.length - 1), table.length - 1 - 1e-9);
      const left = table[Math.floor(at)];
      const line = left + (table[Math.floor(at) + 1] - left) * (at % 1);
      expect(Math.abs(line - shape.step(w))).toBeLessThanOrEqual((1.5 * tabulationError + 1e-8) * largest);
    }
  });
});

describe('bad shapes name what is wrong', () => {
  it('refuses a step that jumps over its own goal', () => {
    expect(() => new AffineStep(1, -1)).toThrow(/slope above −1/);
    expect(() => new TableStep([0.5, 0, 0, 0])).toThrow(/jump over its own goal/);
  });
  it('refuses a table that changes sign', () => {
    expect(() => new TableStep([0.01, -0.01])).toThrow(/must not change sign/);
  });
});
