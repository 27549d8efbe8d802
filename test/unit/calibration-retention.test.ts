import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { featuresOf } from '../../calibration/features/index.js';
import { RandomStream } from '../../core/index.js';
import { column, dataPath, file, rowsOf, series } from './measured-series.js';

const retentionOf = (time_s: ArrayLike<number>, conductance_S: ArrayLike<number>) =>
  featuresOf(file([series('retention', { time_s, conductance_S })])).retention;

/** Reads of a law at times spread over decades, with noise of half a percent. */
function drawn(law: (t: number) => number, times: readonly number[]) {
  const random = new RandomStream(11, 'retention');
  return times.map((t) => 1e-5 * law(t) * (1 + 0.005 * random.normal()));
}
const decades = Array.from({ length: 60 }, (_, k) => 10 ** (k / 12));

describe('retention', () => {
  it('finds the law that made the data, and rejects those that did not', () => {
    const [power] = retentionOf(
      decades,
      drawn((t) => t ** -0.05, decades),
    );
    expect(power).toMatchObject({ best: 'power', direction: 'falls', timeIsKnown: true });
    const { nu } = power.laws[0].parameters;
    expect([nu.low < 0.05, 0.05 < nu.high, nu.identifiable]).toEqual([true, true, true]);
    expect(power.rejected).toContain('linear');
    const [bend] = retentionOf(
      decades,
      drawn((t) => 0.4 + 0.6 * Math.exp(-t / 3000), decades),
    );
    expect(bend.best).toBe('exponential to a baseline');
    const { tau_s, baseline } = bend.laws[0].parameters;
    expect([tau_s.low < 3000, 3000 < tau_s.high, tau_s.identifiable, baseline.identifiable]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('calls steady what is constant', () => {
    expect(
      retentionOf(
        decades,
        drawn(() => 1, decades),
      )[0].direction,
    ).toBe('steady');
  });

  it('names an outlier, leaves it out of the laws, and still sees the drift', () => {
    const times = Array.from({ length: 51 }, (_, k) => 10 ** (k / 10));
    const clean = drawn((t) => t ** -0.02, times);
    const [without] = retentionOf(times, clean);
    const [found] = retentionOf(
      times,
      clean.map((value, k) => (k === 25 ? 30 * value : value)),
    );
    expect(without.remarks.join()).not.toContain('outlier');
    expect(found.remarks.join()).toMatch(/point 26 at 316\.2 s, .*outlier/);
    expect(found).toMatchObject({ direction: 'falls', points: 50, first: without.first });
    expect(found.laws[0].curve).toHaveLength(51);
    const { nu } = found.laws.find(({ name }) => name === 'power')?.parameters ?? {};
    expect(Math.abs((nu?.value ?? 0) - 0.02)).toBeLessThan(0.002);
    // A step that stays is no outlier, and neither is one of two levels.
    for (const stays of [(k: number) => k > 24, (k: number) => k % 6 < 3])
      expect(
        retentionOf(
          times,
          clean.map((value, k) => (stays(k) ? 3 * value : value)),
        )[0].remarks.join(),
      ).not.toContain('outlier');
  });

  it('does not call still what goes up and down again', () => {
    const times = Array.from({ length: 100 }, (_, k) => 0.01 * (k + 1));
    const there = drawn((t) => 1 + 9 * Math.sin(Math.PI * t) ** 2, times);
    const [found] = retentionOf(times, there);
    expect(found.direction).toBe('wanders');
    expect(found.range[1] / found.range[0]).toBeGreaterThan(9);
    for (const { name, deltaAic } of found.laws)
      if (deltaAic === Infinity) expect(found.rejected, name).not.toContain(name);
  });

  it('takes the law that follows a smooth record, exact or with a slow wobble, and not “no law”', () => {
    for (const wobble of [0, 0.002]) {
      const [found] = retentionOf(
        decades,
        decades.map((t, k) => 1e-5 * t ** 0.03 * (1 + wobble * Math.sin(k / 6))),
      );
      expect(found).toMatchObject({ best: 'power', direction: 'rises' });
      expect(found.laws[0]).toMatchObject({ name: 'power', deltaAic: 0 });
      expect(found.indistinguishable).toEqual([]);
      expect(found.rejected).toContain('constant');
      expect(found.remarks.join()).toMatch(/“power” (describes it exactly|follows it within 0\.[1-6]\d* %)/);
    }
  });

  it('names the one step of a cell that fails, and no step in a decay', () => {
    const times = Array.from({ length: 40 }, (_, k) => 10 ** (k / 10));
    const failing = drawn((t) => (t > 700 ? 0.02 : 1), times);
    expect(retentionOf(times, failing)[0].step).toMatchObject({
      after: times.findLast((t) => t <= 700),
      until: times.find((t) => t > 700),
    });
    for (const law of [
      (t: number) => Math.exp(-t / 400),
      (t: number) => 0.1 + Math.exp(-t / 9),
      (t: number) => t ** -0.2,
    ])
      expect(retentionOf(times, drawn(law, times))[0].step).toBeUndefined();
  });

  it('leaves times of zero out, and says so; says nothing of a few points', () => {
    const [first] = retentionOf(
      [0, ...decades],
      drawn((t) => 1 - 0.01 * Math.log(t + 1), [0, ...decades]),
    );
    expect(first.points).toBe(60);
    expect(first.remarks.join()).toContain('times of zero');
    expect(retentionOf([1, 2, 3], [1, 1, 1])).toEqual([]);
    expect(retentionOf([5, 5, 5, 5, 5, 5, 5], [1, 1, 1, 1, 1, 1, 1])).toEqual([]);
  });

  const rising = dataPath('cases/calibration/C9-rising-retention/retention.csv');
  it.skipIf(rising === undefined)('does not tell apart what the rising record cannot (OHMPROP_DATA)', () => {
    const rows = rowsOf(rising as string, ',', 0);
    const [found] = retentionOf(column(rows, 0), column(rows, 1));
    const expected = JSON.parse(
      readFileSync((rising as string).replace('retention.csv', 'expected.json'), 'utf8'),
    );
    expect(found).toMatchObject({ direction: 'rises', points: expected.points });
    expect(found.change).toBeCloseTo(expected.rise, 6);
    expect(found.inflation).toBeCloseTo(2.3, 1);
    const names = {
      constant: 'constant',
      linear: 'linear',
      power: 'power',
      log: 'log',
      exponential: 'exponential',
      exp_to_baseline: 'exponential to a baseline',
    };
    for (const [key, name] of Object.entries(names)) {
      const law = found.laws.find((each) => each.name === name);
      expect(Math.abs((law?.r2 ?? 9) - expected.laws[key].R2), name).toBeLessThan(0.001);
      expect(Math.abs((law?.aic ?? 0) - expected.laws[key].AIC), name).toBeLessThan(1);
      expect(law?.lag1, name).toBeCloseTo(expected.laws[key].lag1_of_residuals, 2);
    }
    const alike = [found.best, ...found.indistinguishable];
    for (const name of ['linear', 'exponential', 'exponential to a baseline']) expect(alike).toContain(name);
    expect(found.rejected).toEqual(expect.arrayContaining(['power', 'log', 'constant']));
    const baseline = found.laws.find(({ name }) => name === 'exponential to a baseline')?.parameters;
    expect([baseline?.tau_s.identifiable, baseline?.baseline.identifiable]).toEqual([false, false]);
  });
});
