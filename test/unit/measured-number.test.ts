import { describe, expect, it } from 'vitest';
import { showNumber } from '../../report/calibration/measured-number.js';

describe('a measured number as a page shows it', () => {
  it('has as many digits as its interval allows', () => {
    expect(showNumber({ value: 3.2294, low: 2.93, high: 3.93 })).toEqual({
      value: '3.23',
      interval: '2.93 … 3.93',
    });
  });

  it('keeps its digits where one end of its interval runs away', () => {
    expect(showNumber({ value: 80.47, low: 70.66, high: 360009 })).toEqual({
      value: '80.5',
      interval: '70.7 … 360000',
    });
  });

  it('is 0 where the interval on both sides says no more', () => {
    expect(showNumber({ value: 0.3, low: -520, high: 530 }).value).toBe('0');
  });

  it('says of a bound that it is one', () => {
    expect(showNumber({ value: 3.2114e7, atLeast: true }).value).toBe('≥ 3.211×10⁷');
  });
});
