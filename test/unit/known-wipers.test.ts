import { expect, it } from 'vitest';
import { type BoardUse, drawParts, referenceBoard } from '../../devices/boards/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { LineBoard } from '../../experiments/composition/line-board.js';
import { SolvedBoard } from '../../solver/board/index.js';

// What a journal asks after each update, on a board with the committed firmware: it always is where the wipers truly stand.

const parts = drawParts(referenceBoard, 1);
const examples = {
  count: 2,
  inputs_mV: Int16Array.from({ length: 20 }, (_, i) => ((i * 977) % 3500) - 1750),
  targets_mV: Int16Array.from({ length: 6 }, (_, i) => (i % 3 === 0 ? 150 : -150)),
};

async function opened(use: Partial<BoardUse> = {}) {
  const virtual = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
  let client: BoardClient | undefined;
  const board = await LineBoard.open({
    openClient: async () => {
      client = await BoardClient.open(new InProcessTransport(virtual), { use });
      return client;
    },
  });
  const reads = async (act: () => Promise<unknown>) => {
    const before = board.counts.requests;
    await act();
    const told = await board.tapsNow();
    const requests = board.counts.requests - before;
    expect(told).toEqual(await client?.readTaps());
    return requests;
  };
  return { board, reads, now: () => virtual.now_seconds };
}

const update = (id: number, gain: number) => ({ id, gainHidden: gain, gainOutput: gain, clip: 4 });

it('steps that this host gives tell it without reading', async () => {
  const { board, reads } = await opened();
  await board.readTaps();
  let id = 0;
  const steps = () =>
    Int16Array.from({ length: referenceBoard.pots }, (_, e) => ((e * 37 + id) % 2001) - 1000);
  expect(await reads(() => board.moveTaps(++id, steps()))).toBe(3); // with configure and arm
  for (let n = 0; n < 40; n++) expect(await reads(() => board.moveTaps(++id, steps()))).toBe(1);
  // One that was carried out before changes nothing.
  expect(await reads(() => board.moveTaps(id, steps()))).toBe(1);
  await board.close();
});

it('updates of the board are read, until one leaves all as it was', async () => {
  const { board, reads } = await opened();
  await board.readTaps();
  const step = (id: number, gain: number) =>
    board.step(examples, { first: -768, second: 768 }, update(id, gain), false);
  const first = await reads(() => step(1, 343_597));
  const read = await reads(() => step(2, 343_597));
  expect(read).toBeGreaterThan(1);
  expect(first).toBe(read + 2);
  expect(await reads(() => step(3, 0))).toBe(read);
  expect(await reads(() => step(4, 0))).toBe(1);
  expect(await reads(() => step(5, 0))).toBe(1);
  expect(await reads(() => step(6, 343_597))).toBe(read);
  // Somebody else writes: nothing is taken for known.
  await board.writeTaps({ taps: new Uint8Array(84).fill(99), residuals: new Int16Array(84) });
  expect(await reads(() => step(7, 0))).toBe(read);
  await board.close();
});

it('of an update of a board in part use only the pots that it can have moved are read', async () => {
  const use = { inputs: 2, outputs: 1 };
  const { board, reads, now } = await opened(use);
  const small = {
    ...examples,
    inputs_mV: examples.inputs_mV.slice(0, 4),
    targets_mV: examples.targets_mV.slice(0, 2),
  };
  // What stands in pots that are not in use stays known, too.
  const taps = Uint8Array.from({ length: referenceBoard.pots }, (_, e) => 40 + e);
  await board.writeTaps({ taps, residuals: new Int16Array(referenceBoard.pots).fill(7) });
  await board.readTaps();
  const step = (id: number) => board.step(small, { first: -768, second: 768 }, update(id, 343_597), false);
  for (let id = 1; id < 6; id++) expect(await reads(() => step(id))).toBe(2);
  await step(6);
  const from = now();
  await board.tapsNow();
  const part = now() - from;
  await board.readTaps();
  expect(part).toBeLessThan(0.85 * (now() - from - part));
  await board.close();
});
