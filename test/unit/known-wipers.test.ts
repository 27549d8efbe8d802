import { expect, it } from 'vitest';
import {
  type BoardUse,
  drawParts,
  referenceBoard,
  tapsFromShort,
  tapsHash,
} from '../../devices/boards/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { InProcessTransport, LineFaults, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { LineBoard } from '../../experiments/composition/line-board.js';
import { SolvedBoard } from '../../solver/board/index.js';

// What a journal asks after each update, on a board with the committed firmware: it always is where the wipers truly stand.

const parts = drawParts(referenceBoard, 1);
const examples = {
  count: 2,
  inputs_mV: Int16Array.from({ length: 20 }, (_, i) => ((i * 977) % 3500) - 1750),
  targets_mV: Int16Array.from({ length: 6 }, (_, i) => (i % 3 === 0 ? 150 : -150)),
};

async function opened(
  use: Partial<BoardUse> = {},
  met: (client: BoardClient) => void = () => {},
  faults?: LineFaults,
) {
  const virtual = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
  let client: BoardClient | undefined;
  const board = await LineBoard.open({
    openClient: async () => {
      client = await BoardClient.open(new InProcessTransport(virtual, faults && { faults }), { use });
      met(client);
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

const nudges = { first: -768, second: 768 };
/** As firmware before 2.1 describes itself. */
const tellsNone = (client: BoardClient) => Object.assign(client.description, { tellsTaps: false });

it('updates of the board tell it with their reports, or that all is as it was', async () => {
  const { board, reads } = await opened();
  await board.readTaps();
  const step = (id: number, gain: number) => board.step(examples, nudges, update(id, gain), false);
  expect(await reads(() => step(1, 343_597))).toBe(3); // with configure and arm
  expect(await reads(() => step(2, 343_597))).toBe(1);
  expect(await reads(() => step(3, 0))).toBe(1);
  expect(await reads(() => step(4, 0))).toBe(1);
  // Only the hash was asked for: an update that moves after all is read.
  expect(await reads(() => step(5, 343_597))).toBe(3);
  expect(await reads(() => step(6, 343_597))).toBe(1);
  // Somebody else writes: nothing is taken for known.
  await board.writeTaps({ taps: new Uint8Array(84).fill(99), residuals: new Int16Array(84) });
  expect(await reads(() => step(7, 0))).toBe(3);
  // Farther than the lower half of a tap tells.
  const far = { ...update(8, 343_597), clip: 8 };
  expect(await reads(() => board.step(examples, nudges, far, false))).toBe(3);
  await board.close();
});

it('updates of a board with older firmware are read, until one leaves all as it was', async () => {
  const { board, reads } = await opened({}, tellsNone);
  await board.readTaps();
  const step = (id: number, gain: number) => board.step(examples, nudges, update(id, gain), false);
  const first = await reads(() => step(1, 343_597));
  const read = await reads(() => step(2, 343_597));
  expect(read).toBeGreaterThan(1);
  expect(first).toBe(read + 2);
  expect(await reads(() => step(3, 0))).toBe(read);
  expect(await reads(() => step(4, 0))).toBe(1);
  expect(await reads(() => step(5, 343_597))).toBe(read);
  await board.close();
});

it('what a board tells in short survives a line that spoils and loses bytes', async () => {
  const faults = new LineFaults(7, { corrupt: 0.003, drop: 0.0015 });
  const { board, reads } = await opened({}, () => {}, faults);
  await board.readTaps();
  for (let id = 1; id <= 30; id++)
    await reads(() => board.step(examples, nudges, update(id, 343_597), false));
  expect(board.counts.retries).toBeGreaterThan(5);
  await board.close();
});

it('taps in short that do not lead to the hash are none', () => {
  const before = { taps: Uint8Array.of(4, 100, 250, 128), residuals: Int16Array.of(0, -128, 127, 200) };
  const after = { taps: Uint8Array.of(11, 93, 255, 128), residuals: Int16Array.of(-1, 127, 0, 200) };
  // Pots 0 … 2 are closed: 0xff, lower halves b and d, 0x7f; 0x00, lower half f.
  const short = Uint8Array.of(0xff, 0xdb, 0x7f, 0x00, 0x0f);
  expect(tapsFromShort(before, [0, 1, 2], short, tapsHash(after))).toEqual(after);
  expect(tapsFromShort(before, [0, 1, 2], short, tapsHash(before))).toBeUndefined();
  expect(tapsFromShort(before, [0, 1, 2], short.subarray(1), tapsHash(after))).toBeUndefined();
  expect(tapsFromShort(after, [0, 1, 2], short, tapsHash(after))).toEqual(after);
});

it('of an update of a board in part use only the pots that it can have moved are read', async () => {
  const use = { inputs: 2, outputs: 1 };
  const { board, reads, now } = await opened(use, tellsNone);
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
