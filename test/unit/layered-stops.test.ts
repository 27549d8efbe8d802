import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import type { StopRule } from '../../devices/contract/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';

const network = layeredNetwork({
  inputs: 4,
  hidden: [16, 12],
  outputs: 2,
  inputGain: 4,
  units: { conductance_S: 1, voltage_V: 1 },
});
const inputs = Float64Array.from([1, 2, 3, 4, -1, 0, 1, 2]);
const targets = Float64Array.from([1, 0, 0, 1]);
const nudge = (beta: number) => ({ kind: 'conductance', beta, targets }) as const;

const devices = {
  float64: () => new LayeredDevice(network, { seed: 1 }),
  float32: () => new LayeredFloat32Device(network, { seed: 1, threads: 1 }),
};

describe.each(Object.entries(devices))('%s', (_, open) => {
  it('calls one sweep too few stopped early, not a β that is too negative', async () => {
    const device = open();
    const drive = { batch: 2, inputs, nudge: nudge(-1e-3) };
    const { status, iterations } = await device.settle(drive, { stop: { maxIterations: 1 } });
    expect({ status, iterations }).toEqual({ status: 'stopped-early', iterations: 1 });
    await device.close();
  });

  it('gives up at once where β leaves an output without conductance', async () => {
    const device = open();
    const free = await device.settle({ batch: 2, inputs });
    for (const options of [{}, { from: free }, { stop: { fixedIterations: 5 } }]) {
      const { status, iterations } = await device.settle({ batch: 2, inputs, nudge: nudge(-1e3) }, options);
      expect({ status, iterations }).toEqual({ status: 'not-passive', iterations: 0 });
    }
    await device.close();
  });

  it('counts to no iteration at all, whatever came before', async () => {
    const device = open();
    await device.settle({ batch: 2, inputs });
    const { status, iterations } = await device.settle(
      { batch: 2, inputs },
      { stop: { fixedIterations: 0 } },
    );
    expect({ status, iterations }).toEqual({ status: 'fixed-iterations', iterations: 0 });
    await device.close();
  });

  it.each<[StopRule, RegExp]>([
    [{ maxIterations: 0 }, /maxIterations must be a positive whole number, got 0; leave it out/],
    [{ maxIterations: 2.5 }, /maxIterations .* got 2.5/],
    [{ fixedIterations: -1 }, /fixedIterations .* got -1/],
    [{ tolerance: Number.NaN }, /tolerance must be a number that is not negative, got NaN/],
    [{ outputChange: -1 }, /outputChange .* got -1/],
  ])('refuses a stop rule of %o', async (stop, message) => {
    const device = open();
    await expect(device.settle({ batch: 2, inputs }, { stop })).rejects.toThrow(message);
    await device.close();
  });
});

it.each([0, -3, 2.5, Number.NaN])('a number of threads of %s is refused', (threads) => {
  expect(() => new LayeredFloat32Device(network, { seed: 1, threads })).toThrow(
    /threads: needs a whole number from 1 to 8, or 'auto'; got/,
  );
});
