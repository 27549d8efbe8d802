import { expect, it } from 'vitest';
import { drawParts, referenceBoard, xorNanoBoard } from '../../devices/boards/index.js';
import { BoardClient, PotMeter } from '../../drivers/board/index.js';
import { InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SolvedBoard } from '../../solver/board/index.js';

async function opened(profile = referenceBoard) {
  const parts = drawParts(profile, 6);
  const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 6 });
  return { parts, client: await BoardClient.open(new InProcessTransport(board)) };
}

it('measures every kind of potentiometer of a board against its true parts, and puts the taps back', async () => {
  const { parts, client } = await opened();
  const meter = new PotMeter(client);
  const before = await client.readTaps();
  // First and other sources, both biases, into an even and an odd hidden node; hidden and bias to outputs.
  for (const pot of [0, 1, 2, 5, 8, 9, 10, 11, 13, 18, 19, 60, 65, 66, 67, 68, 82, 83]) {
    const taps = [32, 100, 200];
    const measured = await meter.conductances_S(pot, taps);
    for (const [i, tap] of taps.entries()) {
      const true_S = 1 / parts.calibration.resistance_ohm[pot][tap];
      // The reference resistor is good to 1 %; 10 µS is what 20 nA of leakage and a count amount to.
      expect(Math.abs(measured[i] - true_S), `pot ${pot}, tap ${tap}`).toBeLessThan(0.05 * true_S + 1e-6);
    }
  }
  expect(await client.readTaps()).toEqual(before);
  await client.close();
});

it('refuses a pot that is not there, and a board without a reference', async () => {
  const { client } = await opened();
  await expect(new PotMeter(client).conductances_S(84, [10])).rejects.toThrow(/pots 0 … 83/);
  await client.close();
  const nano = await opened(xorNanoBoard);
  expect(() => new PotMeter(nano.client)).toThrow(/no resistor to measure/);
  await nano.client.close();
});
