import { describe, expect, it } from 'vitest';
import { estimateText } from '../../cli/calibrate/estimate-text.js';

const about = (value: number, low: number, high: number, identifiable = true) =>
  estimateText({ value, low, high, level: 0.95, identifiable, n: 10, method: 'profile' }, 'S');

describe('a fitted number with its interval', () => {
  it.each([
    [30e-6, 29.996e-6, 30.004e-6, '30.0000 µS (95 % interval 29.9960 µS to 30.0040 µS)'],
    [30e-6, 27.1e-6, 33.2e-6, '30.0 µS (95 % interval 27.1 µS to 33.2 µS)'],
    [30e-6, 10e-6, 90e-6, '30.0 µS (95 % interval 10.0 µS to 90.0 µS)'],
    [1e-6, 0.99991e-6, 1.00009e-6, '1.000000 µS (95 % interval 0.9999100 µS to 1.000090 µS)'],
  ])('%s in %s … %s is printed with the digits that tell them apart', (value, low, high, text) => {
    expect(about(value, low, high)).toBe(text);
  });

  it('has no prefix before a unit that is a fraction', () => {
    const speed = {
      value: 5e-3,
      low: 4e-3,
      high: 6e-3,
      level: 0.95,
      identifiable: true,
      n: 9,
      method: 'p',
    } as const;
    expect(estimateText(speed, '1/s')).toBe('0.005000 1/s (95 % interval 0.004000 1/s to 0.006000 1/s)');
  });

  it('leaves an open end open, and a number without one is not made up', () => {
    expect(about(3e-6, Number.NEGATIVE_INFINITY, 4e-6, false)).toBe(
      'not identifiable (95 % interval −∞ to 4.00 µS)',
    );
    expect(about(3e-6, 3e-6, 3e-6)).toBe('3.00 µS (95 % interval 3.00 µS to 3.00 µS)');
  });
});
