import { expect, it } from 'vitest';
import { trainCustomDevice } from '../../examples/custom-device.js';

it('a custom device learns through the contract', async () => {
  const { cost_V2, testError } = await trainCustomDevice();
  expect(testError).toBe(0);
  expect(cost_V2).toBeLessThan(1e-4);
});
