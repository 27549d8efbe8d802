import { expect, it } from 'vitest';
import type { CircuitBench } from '../../calibration/boards/circuits.js';
import { measureSettleTime } from '../../calibration/boards/settle-time.js';
import { xorNanoBoard } from '../../devices/boards/index.js';

/** A board whose first node goes from end to end with one time constant, and whose others have settled at once. */
function benchWith(tau_us: number) {
  let waited_us = 0;
  const nodes = xorNanoBoard.hidden + xorNanoBoard.outputs;
  const bench = {
    forgetConnections: () => {},
    observe: async ({ drives }: Parameters<CircuitBench['observe']>[0]) => ({
      readings_V: Float64Array.from({ length: drives.length * nodes }, (_, i) => {
        const [drive, node] = [Math.floor(i / nodes), i % nodes];
        const left = node === 0 && tau_us > 0 ? Math.exp(-waited_us / tau_us) : 0;
        return (drive % 2 === 0 ? 1 : -1) * 0.4 * (1 - 2 * left);
      }),
    }),
  } as unknown as CircuitBench;
  const wait = async (us: number) => {
    waited_us = us;
  };
  return { bench, wait, waited: () => waited_us };
}

it('finds the time constant of the slowest node, and how long a step of the whole range takes', async () => {
  const { bench, wait, waited } = benchWith(12);
  const found = await measureSettleTime(bench, xorNanoBoard, wait, 1e-5);
  expect(found.timeConstant_s).toBeCloseTo(12e-6, 9);
  // e^(−t/τ) of the whole range is half a step of the converter.
  const range_V = 2 * xorNanoBoard.inputLimit_V;
  expect(range_V * Math.exp(-(found.settled_s ?? 0) / 12e-6)).toBeCloseTo(xorNanoBoard.reader.step_V / 2, 8);
  // It leaves the wait that the board has of its own.
  expect(waited()).toBe(xorNanoBoard.settle_us);
});

it('says nothing where all have settled before they are first read', async () => {
  const { bench, wait } = benchWith(0);
  const found = await measureSettleTime(bench, xorNanoBoard, wait, 1e-5);
  expect(found).toEqual({ timeConstant_s: null, sigma_s: null, settled_s: null });
});
