import { expect, it } from 'vitest';
import { layeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import { layeredNetlist } from '../../circuits/netlist/index.js';
import { parseSpice, writeSpice } from '../../circuits/spice/index.js';
import { wiredNetwork } from '../../circuits/wired/index.js';
import { RandomStream } from '../../core/index.js';
import { CellStore, conductanceMap } from '../../devices/cells/index.js';
import { updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { NgspiceEngine } from '../../solver/ngspice/index.js';
import { WiredDevice, wiredInCells } from '../../solver/wired/index.js';

const layered = layeredNetwork({
  inputs: 12,
  hidden: [16],
  outputs: 3,
  inputGain: 20,
  windowRatio: 20,
  units: { conductance_S: 1e-4, voltage_V: 1e-3 },
});
const network = wiredNetwork(layered, {
  row_ohm: 40,
  column_ohm: 60,
  driver_ohm: 100,
  lastColumn_ohm: 0,
  sense_ohm: 0,
});
const random = new RandomStream(3, 'wired-in-cells');
const inputs = Float64Array.from({ length: 2 * 12 }, () => 1e-3 * random.uniform());
const targets = Float64Array.from({ length: 2 * 3 }, () => 1e-3 * random.uniform());

/** So many updates of one batch, from an id on. */
async function learn(device: AnalogDevice, first: number, count: number): Promise<void> {
  for (let id = first; id < first + count; id++) {
    const free = await device.settle({ batch: 2, inputs });
    const phase = (beta: number) =>
      device.settle({ batch: 2, inputs, nudge: { kind: 'conductance', beta, targets } }, { from: free });
    const pair = { first: await phase(-1e-5), second: await phase(1e-5) };
    await device.adapt(pair, { id, rates: { g1: 2e-3, g2: 2e-3, b1: 1e-9, b2: 1e-9 } });
    for (const one of [free, pair.first, pair.second]) one.release();
  }
}

it.each(['exact', 'estimated'] as const)(
  'goes on from a snapshot bit for bit, by %s ports',
  async (ports) => {
    const device = new WiredDevice(network, { seed: 2, ports });
    await learn(device, 1, 3);
    const again = new WiredDevice(network, { ports });
    await again.restore(structuredClone(await device.snapshot()));
    await learn(device, 4, 3);
    await learn(again, 4, 3);
    expect(await again.readParameters()).toEqual(await device.readParameters());
    await device.close();
    await again.close();
  },
);

it('gives the same bits at any number of threads', async () => {
  const large = wiredNetwork(
    layeredNetwork({
      inputs: 12,
      hidden: [200],
      outputs: 3,
      inputGain: 20,
      windowRatio: 20,
      units: layered.units,
    }),
    network.wires,
  );
  const moved = await Promise.all(
    [1, 2].map(async (threads) => {
      const device = new WiredDevice(large, { seed: 2, ports: 'estimated', threads });
      await learn(device, 1, 2);
      const { g1, g2 } = await device.readParameters();
      await device.close();
      return { g1, g2 };
    }),
  );
  expect(moved[1]).toEqual(moved[0]);
});

it('learns in cells what it learns without: exact writes of each cell’s own drop', async () => {
  const model = linearCells(10_000, 20);
  const store = new CellStore({
    groups: layered.layers.map((columns, l) => ({
      name: `g${l + 1}`,
      rows: nodesBefore(layered.inputs, layered.layers, l),
      columns,
      map: conductanceMap(model, layered.windows[l].g_max_S, 'single'),
    })),
    model,
    policy: updatePolicy('exact', {}),
    seed: 2,
  });
  const inCells = await wiredInCells(network, { store });
  await inCells.initialise(2);
  const device = new WiredDevice(network, { seed: 2 });
  const before = await device.readParameters();
  await learn(inCells, 1, 3);
  await learn(device, 1, 3);
  const [own, other] = [await inCells.readParameters(), await device.readParameters()];
  for (const name of ['g1', 'g2']) {
    const moved = Math.max(...other[name].map((g, e) => Math.abs(g - before[name][e])));
    const apart = Math.max(...other[name].map((g, e) => Math.abs(g - own[name][e])));
    expect(moved).toBeGreaterThan(1e-3 * layered.windows[0].g_max_S);
    // cells hold float32 shares of their range
    expect(apart).toBeLessThan(1e-2 * moved);
  }
  await inCells.close();
  await device.close();
});

it('settles where its SPICE deck does, in ngspice and in our own operating point', async () => {
  const device = new WiredDevice(network, { seed: 2 });
  await learn(device, 1, 2);
  const parameters = await device.readParameters();
  const inputs_V = inputs.subarray(0, 12);
  const stop = { tolerance: 1e-12, outputChange: 1e-12, maxIterations: 20_000 };
  const free = await device.settle({ batch: 1, inputs: inputs_V }, { stop });
  const netlist = layeredNetlist(
    layered,
    { parameters, inputs_V, diodeDrop: 5e-6, wires: network.wires },
    'wired',
  );
  const text = writeSpice(netlist, { tail: ['.options reltol=1e-6 vntol=1e-10 itl1=2000', '.op'] });
  const ours = solveOperatingPoint(parseSpice(text));
  const ngspice = await NgspiceEngine.start();
  const theirs = await ngspice.run(text, 200);
  await ngspice.close();
  for (const [k, v] of free.outputs().entries()) {
    expect(Math.abs(ours.voltages_V[`o${k}`] - v)).toBeLessThan(1e-5 * 0.02);
    expect(Math.abs(theirs[`v(o${k})`][0] - v)).toBeLessThan(1e-5 * 0.02);
  }
  // between ideal wires it would be elsewhere
  const ideal = solveOperatingPoint(
    parseSpice(writeSpice(layeredNetlist(layered, { parameters, inputs_V }, 'ideal'), { tail: ['.op'] })),
  );
  expect(Math.abs(ideal.voltages_V.o0 - free.outputs()[0])).toBeGreaterThan(
    1e-3 * Math.abs(free.outputs()[0]),
  );
  await device.close();
});
