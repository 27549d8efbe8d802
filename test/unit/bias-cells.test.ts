import { describe, expect, it } from 'vitest';
import { type LayeredNetwork, layeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import { CellStore, conductanceMap, signedMap } from '../../devices/cells/index.js';
import { updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { type AnalogDevice, type Batch, type PhasePlan, twoPhaseStep } from '../../devices/contract/index.js';
import { layeredInCells } from '../../solver/layered/index.js';
import { layeredFloat32InCells } from '../../solver/layered-float32/index.js';

const network = layeredNetwork({
  inputs: 4,
  hidden: [5],
  outputs: 3,
  inputGain: 3,
  windowRatio: 10,
  units: { conductance_S: 1, voltage_V: 1 },
});
const batch: Batch = {
  size: 2,
  inputs: Float64Array.from({ length: 8 }, (_, i) => Math.sin(3 * i)),
  targets: Float64Array.of(0.5, -0.5, -0.5, -0.5, -0.5, 0.5),
};
const stop = { tolerance: 1e-9, outputChange: 1e-9, maxIterations: 2000 };
const BIAS_V = 2;

function storeFor(
  net: LayeredNetwork,
  biases: boolean,
  policy: string,
  states = 10_000,
  read = 0,
): CellStore {
  const model = linearCells(states, 10);
  return new CellStore({
    groups: net.layers.flatMap((columns, l) => [
      {
        name: `g${l + 1}`,
        rows: nodesBefore(net.inputs, net.layers, l),
        columns,
        map: conductanceMap(model, net.windows[l].g_max_S, 'single'),
      },
      ...(biases
        ? [{ name: `b${l + 1}`, rows: 1, columns, map: signedMap(model, net.windows[l].g_max_S) }]
        : []),
    ]),
    model,
    policy: updatePolicy(policy),
    nonidealities: { read },
    seed: 4,
  });
}

async function trained(device: AnalogDevice, updates = 20): Promise<AnalogDevice> {
  await device.initialise(4);
  for (let id = 1; id <= updates; id++) {
    const rates = { g1: 0, g2: 0, b1: 0.3, b2: 0.3 };
    const plan: PhasePlan = { nudge: 'conductance', betas: [-0.2, 0.2], update: { rates, id }, stop };
    await twoPhaseStep(device, batch, plan);
  }
  return device;
}

const opened = {
  float64: (store: CellStore, bias_V?: number) =>
    layeredInCells(network, { store, ...(bias_V === undefined ? {} : { bias_V }) }),
  float32: (store: CellStore, bias_V?: number) =>
    layeredFloat32InCells(network, { threads: 1, store, ...(bias_V === undefined ? {} : { bias_V }) }),
};

describe.each(['float64', 'float32'] as const)('bias currents in cells, %s', (arithmetic) => {
  const open = opened[arithmetic];

  it('are learned as ideal ones are, of either sign, where cells can be set', async () => {
    const ideal = await trained(await open(storeFor(network, false, 'exact')));
    const inCells = await trained(await open(storeFor(network, true, 'exact'), BIAS_V));
    const [wanted, got] = [await ideal.readParameters(), await inCells.readParameters()];
    for (const group of ['b1', 'b2']) {
      const largest = Math.max(...wanted[group].map(Math.abs));
      for (const [j, b] of wanted[group].entries()) expect(got[group][j]).toBeCloseTo(b, 5);
      expect(largest).toBeGreaterThan(0.01);
    }
    expect([...wanted.b2].some((b) => b < 0) && [...wanted.b2].some((b) => b > 0)).toBe(true);
  });

  it('move by whole pulses, within the range that their cells give', async () => {
    const states = 100;
    const device = await open(storeFor(network, true, 'accumulate', states), BIAS_V);
    const group = device.info.groups.find(({ name }) => name === 'b2');
    const highest = BIAS_V * network.windows[1].g_max_S;
    expect(group?.max).toBeCloseTo(highest, 5);
    expect(group?.min).toBeCloseTo(-highest, 5);
    await trained(device, 40);
    const { b2 } = await device.readParameters();
    for (const b of b2) {
      const pulses = (b / highest) * states;
      expect(Math.abs(pulses - Math.round(pulses))).toBeLessThan(1e-3);
    }
    expect(b2.some((b) => b !== 0)).toBe(true);
    await expect(device.writeParameters({ b2: Float64Array.of(9 * highest, 0, 0) })).rejects.toThrow(
      /b2: row 0, column 0 .* outside/,
    );
    await device.writeParameters({ b2: Float64Array.of(highest, 0, -highest) });
    const ends = (await device.readParameters()).b2;
    expect([...ends].map((b) => b / highest)).toEqual([1, 0, -1].map((b) => expect.closeTo(b, 5)));
  });

  it('are read afresh in every phase, and restored with their cells', async () => {
    const noisy = await trained(await open(storeFor(network, true, 'proportional', 1000, 0.05), BIAS_V));
    const first = await noisy.readParameters();
    expect([...first.b1]).not.toEqual([...(await noisy.readParameters()).b1]);
    const learned = await trained(await open(storeFor(network, true, 'proportional'), BIAS_V));
    const again = await open(storeFor(network, true, 'proportional'), BIAS_V);
    await again.restore(await learned.snapshot());
    expect(await again.readParameters()).toEqual(await learned.readParameters());
    await expect(
      (await open(storeFor(network, true, 'proportional'), BIAS_V)).restore(
        await (await trained(await open(storeFor(network, false, 'proportional')))).snapshot(),
      ),
    ).rejects.toThrow(/has no group b1/);
  });
});
