import { expect, it, onTestFinished } from 'vitest';
import { askHolder, heldLines, holderOf, holdersOf, holdLine } from '../../drivers/transport/index.js';
import { scratch } from '../scratch.js';

// Several processes may try for one line, of which one has it: none takes another's place.

const address = 'tcp://127.0.0.1:5025';

/** A place of its own, as other tests hold lines too. */
function elsewhere(): void {
  const lines = process.env.OHMPROP_LINES;
  process.env.OHMPROP_LINES = scratch('lines');
  onTestFinished(() => {
    process.env.OHMPROP_LINES = lines;
  });
}

it('who came first holds it, whoever tries beside him and leaves', async () => {
  elsewhere();
  const first = await holdLine(address, async () => ({ confirmed: true }));
  first.describe('board A');
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = await holdLine(address, async () => ({ confirmed: false }));
  expect(holderOf(address)?.what).toBe('board A');
  expect(holdersOf(address)).toHaveLength(2);
  expect(heldLines().map(({ what }) => what)).toEqual(['board A']);
  second.release();
  expect(holderOf(address)?.what).toBe('board A');
  first.release();
  expect(holderOf(address)).toBeUndefined();
});

it('all are asked to stop, and what one of them confirms counts', async () => {
  elsewhere();
  const asked: string[] = [];
  const holding = await Promise.all(
    [false, true, false].map((confirmed, k) =>
      holdLine(address, async () => {
        asked.push(`holder ${k}`);
        return { confirmed };
      }),
    ),
  );
  expect((await askHolder(address, 2000))?.answer).toBe('confirmed');
  holding[1].release();
  expect((await askHolder(address, 2000))?.answer).toBe('unconfirmed');
  expect(new Set(asked)).toEqual(new Set(['holder 0', 'holder 1', 'holder 2']));
  for (const one of holding) one.release();
  expect(await askHolder(address, 100)).toBeUndefined();
});

it('one that does not answer in time is told from one that says no', async () => {
  elsewhere();
  const silent = await holdLine(address, () => new Promise(() => {}));
  const no = await holdLine(address, async () => ({ confirmed: false }));
  expect((await askHolder(address, 50))?.answer).toBe('silent');
  silent.release();
  no.release();
});
