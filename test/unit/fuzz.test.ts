import { describe, expect, it } from 'vitest';
import { Cases, progress } from '../../bench/fuzz/cases.js';
import { targets } from '../../bench/fuzz/targets.js';
import { scratch } from '../scratch.js';

/** Some of the cases that `npm run fuzz` runs by the million. */
const counts: Readonly<Record<string, number>> = { frames: 3000, idx: 3000, npy: 3000, spice: 2000 };

describe('hostile input ends in a result or in a message', () => {
  it.each(Object.keys(targets))('%s', async (name) => {
    const cases = await Cases.of(name, 1, scratch(`fuzz-${name}`));
    const told = new Float64Array(progress.length);
    const count = counts[name] ?? 300;
    expect(await cases.run(0, count, told)).toBeUndefined();
    // The changes are of no use if all are refused, or none.
    expect(told[progress.accepted]).toBeGreaterThan(count / 100);
    expect(told[progress.accepted]).toBeLessThan(count);
  });

  it('the same case is the same input, whenever it is made', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => Cases.of('yaml', 7, scratch())));
    expect(a.input(12)).toEqual(b.input(12));
    expect(a.input(12)).not.toEqual(a.input(13));
  });
});
