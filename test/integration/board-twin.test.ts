import { expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { drawParts, nominalParts, referenceBoard } from '../../devices/boards/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SimulatedBoard, SolvedBoard } from '../../solver/board/index.js';

const use = { inputs: 4, outputs: 3 };
const lsb = 8; // readings are in 1/8 mV, a count is 1 mV

function randomState(random: RandomStream) {
  return {
    taps: Uint8Array.from({ length: referenceBoard.pots }, () => 4 + random.integer(252)),
    residuals: new Int16Array(referenceBoard.pots),
  };
}

it('twin and board read the same node voltages within 2 LSB rms: 1000 random drives, the board’s own parts', async () => {
  const parts = drawParts(referenceBoard, 8);
  const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 8 });
  const client = await BoardClient.open(new InProcessTransport(board));
  const twin = new SimulatedBoard({ parts, use, seed: 1234 });
  const random = new RandomStream(8, 'test/twin');
  let squares = 0;
  let readings = 0;
  for (let state = 0; state < 20; state++) {
    const taps = randomState(random);
    await client.writeTaps(taps);
    await twin.writeTaps(taps);
    const count = 50;
    const examples = {
      count,
      inputs_mV: Int16Array.from({ length: count * use.inputs }, () => random.integer(3501) - 1750),
      targets_mV: Int16Array.from({ length: count * use.outputs }, () => random.integer(301) - 150),
    };
    const k = state % 2 === 0 ? undefined : 768;
    const seen = await client.measure(examples, k);
    const told = await twin.measure(examples, k);
    for (const [n, value] of seen.readings.entries()) squares += ((value - told.readings[n]) / lsb) ** 2;
    readings += seen.readings.length;
  }
  expect(readings).toBe(1000 * 9);
  expect(Math.sqrt(squares / readings)).toBeLessThan(2);
  await client.close();
});

it('twin and board of nominal parts, without noise, take the same steps tap for tap', async () => {
  const parts = nominalParts(referenceBoard);
  const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 9 });
  const client = await BoardClient.open(new InProcessTransport(board));
  const twin = new SimulatedBoard({ parts, use, seed: 77 });
  const random = new RandomStream(9, 'test/twin');
  const start = randomState(random);
  await client.writeTaps(start);
  await twin.writeTaps(start);
  const count = 15;
  for (let id = 1; id <= 10; id++) {
    const examples = {
      count,
      inputs_mV: Int16Array.from({ length: count * use.inputs }, () => random.integer(3501) - 1750),
      targets_mV: Int16Array.from({ length: count * use.outputs }, () =>
        random.uniform() < 0.3 ? 150 : -150,
      ),
    };
    const update = { id, gainHidden: 343_597, gainOutput: 343_597, clip: 4 };
    await client.step(examples, { first: -768, second: 768 }, update, false);
    await twin.step(examples, { first: -768, second: 768 }, update, false);
  }
  const [seen, told] = [await client.readTaps(), await twin.readTaps()];
  let moved = 0;
  for (let e = 0; e < referenceBoard.pots; e++) {
    expect(Math.abs(seen.taps[e] - told.taps[e]), `pot ${e}`).toBeLessThanOrEqual(1);
    moved += Math.abs(seen.taps[e] - start.taps[e]);
  }
  expect(moved).toBeGreaterThan(300);
  await client.close();
});
