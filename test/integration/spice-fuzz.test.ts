import { expect, it } from 'vitest';
import { fuzzNetlists } from '../../bench/fuzz-netlists.js';

it('reads 10 000 mutated netlists to an error with a place, or to a circuit', () => {
  const report = fuzzNetlists(10_000, 1);
  expect(report.faults).toEqual([]);
  // The mutations are of no use if all are refused, or none.
  expect(report.circuits).toBeGreaterThan(1000);
  expect(report.refused).toBeGreaterThan(1000);
  expect(report.solved).toBeGreaterThan(50);
});
