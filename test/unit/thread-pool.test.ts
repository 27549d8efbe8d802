import { expect, it } from 'vitest';
import { KernelMemory, kernelProgram, ThreadPool, threadsOf } from '../../kernels/index.js';

const pool = (threads: number | 'auto') =>
  new ThreadPool(kernelProgram('layered', new KernelMemory(1 << 20), {}, []), threads);

it('a pool is at hand for a caller that never lets its event loop turn, and gone once closed', async () => {
  const three = pool(3);
  expect(three.size).toBe(3);
  expect(three.isOpen).toBe(false);
  const started = three.start();
  const end = performance.now() + 250_000;
  while (!three.isOpen && performance.now() < end);
  expect(three.isOpen).toBe(true);
  await started;
  await three.close();
  expect(three.isOpen).toBe(false);
});

it('a pool of a fixed number works with all of it once it is open, alone before', async () => {
  const two = pool(2);
  expect(two.isReady).toBe(false);
  expect(two.schedule('work', (members) => members)).toBe(1);
  await two.ready();
  expect(two.isReady).toBe(true);
  expect(two.schedule('work', (members) => members)).toBe(2);
  await two.close();
});

it('a pool that decides for itself waits for nothing and starts no thread for short work', () => {
  const any = pool('auto');
  expect(any.isReady).toBe(true);
  for (let k = 0; k < 100; k++) expect(any.schedule('work', (members) => members)).toBe(1);
  expect(any.isOpen).toBe(any.size === 1);
});

it('a message that no thread can take is done by the calling one', async () => {
  const lost = new ThreadPool<{ anything(): void }>(
    { path: 'kernels/kernel-program.js', dataOf: () => ({}), names: ['anything'] },
    2,
  );
  let own = 0;
  // the program fails to open; the pool must notice rather than wait for it
  lost.runTogether('anything', {}, () => own++);
  lost.runTogether('anything', {}, () => own++);
  expect(own).toBe(2);
  await lost.close();
});

it('gives no more threads than there is room for', () => {
  expect(threadsOf(100)).toBe(8);
  expect(threadsOf(100, 3)).toBe(3);
  expect(threadsOf('auto')).toBeGreaterThan(0);
  expect(() => threadsOf(1.5)).toThrow(/from 1 to 8, or 'auto'; got 1.5/);
});
