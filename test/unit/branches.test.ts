import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  branchModel,
  branchSpreads,
  fitBranch,
  fitStatics,
  whyNoStatics,
} from '../../calibration/branches/index.js';
import { staticCurves } from '../../calibration/features/index.js';
import { MeasuredReader } from '../../calibration/files/index.js';
import { RandomStream } from '../../core/index.js';
import { bipolarCsv, staticCsv } from '../drawn-loops.js';
import { scratch } from '../scratch.js';

async function fitted(text: string, options = {}) {
  const path = join(scratch(), 'loop.csv');
  writeFileSync(path, text);
  const file = await new MeasuredReader({ answer: [] }).read(path);
  const [curves] = staticCurves(file);
  return fitStatics(curves, options);
}

const within = ({ low, high }: { low: number; high: number }, value: number) => {
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
};

describe('laws of the states of a cell', () => {
  const low = (v: number) => 2e-4 * v;
  const high = (v: number) => 1e-6 * Math.sinh(3 * v);

  test('each state of a bipolar loop has its own law, with the closed form inside its intervals', async () => {
    const { branches, curves } = await fitted(bipolarCsv(low, high, { cycles: 3 }));
    expect(curves.verdict.name).toBe('bipolar');
    const [on, off] = branches;
    expect([on.name, off.name]).toEqual(['low resistance', 'high resistance']);
    expect(on.best.model).toBe('ohmic');
    within(on.best.estimates.conductance_S, 2e-4);
    expect(on.best.estimates.conductance_S.value / 2e-4).toBeCloseTo(1, 2);
    expect(off.best.model).toBe('sinh');
    expect(off.best.estimates.per_V.value / 3).toBeCloseTo(1, 2);
    within(off.best.estimates.conductance_S, 3e-6);
    expect(off.comparison!.by).toBe('held-out data');
    expect(off.voltage_V[0]).toBeCloseTo(-1.2, 5);
    expect(off.voltage_V[1]).toBeCloseTo(0.8, 5);
  });

  test('points at the compliance are censored: the law is that of the cell, not of the instrument', async () => {
    const { branches } = await fitted(bipolarCsv(low, high, { compliance_A: 1e-4 }));
    const [on] = branches;
    expect(on.censored).toBeGreaterThan(20);
    expect(on.best.estimates.conductance_S.value / 2e-4).toBeCloseTo(1, 2);
    expect(on.remarks.join()).toMatch(/\d+ points at the compliance are not fitted/);
  });

  test.each([
    ['ohmic', (v: number) => 3e-5 * v, { conductance_S: 3e-5 }],
    ['sinh', (v: number) => 1e-7 * Math.sinh(6 * v), { conductance_S: 6e-7, per_V: 6 }],
    [
      'exponential',
      (v: number) => 2e-6 * Math.sign(v) * Math.expm1(2 * Math.abs(v)),
      { conductance_S: 4e-6, per_V: 2 },
    ],
    ['power', (v: number) => 4e-6 * v * Math.abs(v), { current_A: 4e-6, exponent: 2 }],
  ])('%s: found among the others, its parameters to a percent', async (name, state, truth) => {
    const { branches, remarks } = await fitted(staticCsv(state));
    expect(branches.map((branch) => branch.name)).toEqual(['static']);
    const [{ best, comparison }] = branches;
    expect(best.model, JSON.stringify(comparison?.rows)).toBe(name);
    expect(best.status).toBe('converged');
    for (const [key, value] of Object.entries(truth)) {
      expect(best.estimates[key].value / value, key).toBeCloseTo(1, 2);
      expect(best.estimates[key].identifiable).toBe(true);
    }
    expect(remarks.join()).toContain('a static law alone');
  });

  test('a rectifier has a law of its own each side', async () => {
    const state = (v: number) => (v > 0 ? 1e-6 * Math.expm1(5 * v) : 2e-7 * v);
    const { branches, curves } = await fitted(staticCsv(state));
    expect(curves.verdict.name).toBe('rectifying');
    expect(branches.map(({ name, best }) => [name, best.model])).toEqual([
      ['static, positive', 'exponential'],
      ['static, negative', 'ohmic'],
    ]);
    expect(branches[0].best.estimates.per_V.value).toBeCloseTo(5, 1);
  });

  test('a table is the data: means at the voltages measured, no further', async () => {
    const { branches } = await fitted(
      staticCsv((v) => 1e-6 * Math.sinh(3 * v), { noise: 0 }),
      { models: ['table'] },
    );
    const [{ best }] = branches;
    if (best.law.kind !== 'table') throw new Error(best.law.kind);
    expect(best.law.voltage_V).toHaveLength(101);
    expect(best.law.current_A[100]).toBeCloseTo(1e-6 * Math.sinh(3), 12);
  });

  test('an instrument that measures nothing has no law; one polarity of a bent curve makes no cell', async () => {
    const open = await fitted(staticCsv(() => 1e-14));
    expect(open.branches).toEqual([]);
    expect(open.refused).toContain('open');
    const one = await fitted(staticCsv((v) => 1e-6 * Math.expm1(4 * v), { ends: [0, 1] }));
    expect(one.branches).toHaveLength(1);
    expect(one.branches[0].best.offset_A).toBeUndefined();
    expect(whyNoStatics(one)).toContain('one polarity only');
    const straight = await fitted(staticCsv((v) => 1e-5 * v, { ends: [0, 1] }));
    expect(whyNoStatics(straight)).toBeUndefined();
  });

  // of 24 intervals of 95 %, fewer than 19 hold by chance once in 10⁴
  test.each([
    ['one size', 0.01, 0],
    ['a share of the current', 0, 0.01],
  ])('intervals hold the truth under noise that is %s', (_, white, share) => {
    const voltage_V = Float64Array.from({ length: 101 }, (_, k) => k / 50 - 1);
    const held = { conductance_S: 0, per_V: 0, offset_A: 0 };
    const truth = { conductance_S: 3e-6, per_V: 3, offset_A: 0 };
    const clean = voltage_V.map((v) => branchModel('sinh').current([3e-6, 3], v));
    for (let seed = 1; seed <= 24; seed++) {
      const random = new RandomStream(seed, 'intervals');
      const current_A = clean.map((i) => i * (1 + share * random.normal()) + white * 1e-5 * random.normal());
      const [spread_A] = branchSpreads([current_A]).spreads;
      const { estimates } = fitBranch(
        { name: 'drawn', sweeps: [{ voltage_V, current_A, spread_A }] },
        'sinh',
      );
      for (const name of Object.keys(held) as (keyof typeof held)[]) {
        const { low, high } = estimates[name];
        if (low <= truth[name] && truth[name] <= high) held[name]++;
      }
    }
    expect(Math.min(...Object.values(held)), JSON.stringify(held)).toBeGreaterThan(18);
  });
});
