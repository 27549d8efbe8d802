import { describe, expect, it } from 'vitest';
import { LineQuality } from '../../drivers/exchange/line-quality.js';
import { RoundTrips } from '../../drivers/exchange/round-trips.js';

describe('deadlines from measured round trips', () => {
  it('are what line, work and the line’s latency need, before anything is measured and while it is quick', () => {
    const trips = new RoundTrips(0.04);
    expect(trips.wait_seconds(0.01, 0, 5)).toBeCloseTo(0.05);
    for (let n = 0; n < 20; n++) trips.measured(0.002);
    expect(trips.wait_seconds(0.01, 0, 5)).toBeCloseTo(0.05);
    expect(trips.wait_seconds(2, 0, 0.5)).toBeCloseTo(2.04);
  });

  it('follow the mean and four deviations of RFC 6298', () => {
    // By hand: the first sample R is mean, R/2 deviation; then 3/4 and 7/8 of what was, 1/4 and 1/8 of what is new.
    const trips = new RoundTrips(0.001);
    trips.measured(0.2);
    expect(trips.allowance_seconds).toBeCloseTo(0.2 + 4 * 0.1);
    trips.measured(0.4);
    expect(trips.allowance_seconds).toBeCloseTo(0.225 + 4 * (0.75 * 0.1 + 0.25 * 0.2));
  });

  it('double with every attempt in vain, up to the longest wait', () => {
    const trips = new RoundTrips(0.04);
    const waits = [0, 1, 2, 3, 4, 9].map((inVain) => trips.wait_seconds(0.01, inVain, 0.5));
    expect(waits.map((wait) => Number(wait.toFixed(6)))).toEqual([0.05, 0.1, 0.2, 0.4, 0.5, 0.5]);
  });

  it('come down again once a slow line is quick', () => {
    const trips = new RoundTrips(0.04);
    trips.measured(2);
    expect(trips.allowance_seconds).toBeGreaterThan(2);
    for (let n = 0; n < 60; n++) trips.measured(0.003);
    expect(trips.allowance_seconds).toBeCloseTo(0.04);
  });
});

describe('a watchdog hears one of several attempts', () => {
  it('four on a line that spoils nothing, however slow it is', () => {
    const quality = new LineQuality();
    for (let n = 0; n < 30; n++) quality.saw(1, 0, 100);
    expect(quality.loss(200)).toBe(0);
    expect(quality.longestWait_seconds(2, 200)).toBeCloseTo(0.5);
  });

  it('so many on a bad line that all are spoiled once in 10⁹ times', () => {
    // 0.45 % of bytes spoiled: of frames of 100 bytes 36 % come damaged, of 190 bytes 57 %.
    const quality = new LineQuality();
    for (let n = 0; n < 1000; n++) quality.saw(1, (n * 37) % 100 < 36 ? 1 : 0, 100);
    const loss = quality.loss(190);
    expect(loss).toBeGreaterThan(0.4);
    expect(loss).toBeLessThan(0.75);
    const attempts = 2 / quality.longestWait_seconds(2, 190);
    expect(loss ** attempts).toBeCloseTo(1e-9, 12);
  });

  it('a line where everything comes damaged still has a wait', () => {
    const quality = new LineQuality();
    for (let n = 0; n < 100; n++) quality.saw(1, 1, 50);
    expect(quality.loss(200)).toBeLessThanOrEqual(1);
    expect(quality.longestWait_seconds(2, 200)).toBeGreaterThanOrEqual(0);
  });
});
