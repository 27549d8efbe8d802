import { expect, it } from 'vitest';
import { compareExpressions, compareScopes, hasNgspice } from '../../bench/spice-language/index.js';

// Skipped where there is no ngspice; `npm run bench -- spice-language 20000 500 1` takes more of them.
const asked = hasNgspice();

it.skipIf(!asked)('400 expressions over the whole language are what ngspice makes of them', () => {
  const { compared, refused, differences } = compareExpressions(1, 400);
  expect(compared).toBe(400);
  expect(refused.length).toBeLessThan(10);
  expect(differences).toEqual([]);
});

it.skipIf(!asked)('parameters of nested subcircuits are those that ngspice finds', () => {
  const { compared, refused, differences } = compareScopes(7, 30);
  expect(refused).toEqual([]);
  expect(compared).toBeGreaterThan(300);
  expect(differences).toEqual([]);
});
