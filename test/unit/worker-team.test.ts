import { expect, it } from 'vitest';
import { KernelMemory, KernelTeam } from '../../kernels/index.js';

it('a team is at hand for a caller that never lets its event loop turn, and gone once closed', async () => {
  const team = new KernelTeam('layered', new KernelMemory(1 << 20), {}, [], 3);
  expect(team.isOpen).toBe(false);
  const started = team.start();
  const end = performance.now() + 20_000;
  while (!team.isOpen && performance.now() < end);
  expect(team.isOpen).toBe(true);
  await started;
  await team.close();
  expect(team.isOpen).toBe(false);
});
