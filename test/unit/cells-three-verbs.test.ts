import { describe, expect, it } from 'vitest';
import { layeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import { CellStore, conductanceMap } from '../../devices/cells/index.js';
import { updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { composeRun, describeRun, openDevice } from '../../experiments/composition/index.js';
import { checkConfig, preset } from '../../experiments/schema/index.js';
import { layeredInCells } from '../../solver/layered/index.js';
import { layeredFloat32InCells } from '../../solver/layered-float32/index.js';
import { Bench } from '../contract/foreign-cells.js';

const model = linearCells(1000, 10);
const network = layeredNetwork({
  inputs: 4,
  hidden: [6],
  outputs: 2,
  inputGain: 3,
  windowRatio: 10,
  units: { conductance_S: 1, voltage_V: 1 },
});

/** A network's cells on a table, one array a layer, and a store over them, as a new session opens it. */
function benches(readNoise: number) {
  const arrays = network.layers.map(
    (columns, l) =>
      new Bench({
        rows: nodesBefore(network.inputs, network.layers, l),
        columns,
        model,
        seed: 5 + l,
        readNoise,
        stuck: 0.2,
      }),
  );
  const store = () =>
    new CellStore({
      groups: network.layers.map((columns, l) => ({
        name: `g${l + 1}`,
        rows: nodesBefore(network.inputs, network.layers, l),
        columns,
        map: conductanceMap(model, network.windows[l].g_max_S),
      })),
      model,
      policy: updatePolicy('proportional'),
      seed: 4,
      open: ({ name }) => arrays[Number(name.slice(1)) - 1].connect(),
      maskStuck: true,
    });
  /** Updates that each array has seen: every pulse is part of one, and these cells can only be pulsed. */
  const updates = () => arrays.map((bench) => bench.connect().info.lastUpdate);
  return { store, updates };
}

describe.each([
  ['whose reads vary', 1e-5],
  ['whose reads do not vary', 0],
])('cells on a bench %s', (_, readNoise) => {
  it.each(['float64', 'float32'])(
    'are not moved by opening, settling and looking, but by initialise (%s)',
    async (arithmetic) => {
      const { store, updates } = benches(readNoise);
      const device =
        arithmetic === 'float64'
          ? await layeredInCells(network, { store: store() })
          : await layeredFloat32InCells(network, { store: store(), threads: 1 });
      await device.settle({ batch: 1, inputs: new Float64Array(4).fill(1) });
      await device.readParameters();
      await device.nudgeLimits();
      await device.snapshot();
      expect(updates()).toEqual([0, 0]);
      await device.initialise(3);
      for (const count of updates()) expect(count).toBeGreaterThan(2);
      await device.close();
    },
  );
});

describe('the mask of stuck cells', () => {
  it('is found by initialise and travels in the snapshot: a session that goes on tests nothing', async () => {
    const { store, updates } = benches(0);
    const first = store();
    const device = await layeredInCells(network, { store: first });
    expect(first.report().masked).toBe(0);
    await device.initialise(3);
    const { masked } = first.report();
    expect(masked).toBeGreaterThan(3);
    const state = structuredClone(await device.snapshot());
    await device.close();

    const before = updates();
    const second = store();
    const again = await layeredInCells(network, { store: second });
    await again.restore(state);
    expect(second.report().masked).toBe(masked);
    expect(updates()).toEqual(before);
  });

  it('is not looked for where a configuration opens a network, only where it starts one', async () => {
    const config = checkConfig(
      { ...preset('iris'), arithmetic: 'float64', cells: { model: 'linear', stuck: 0.2 } },
      'test',
    );
    const opened = await openDevice(await describeRun(config));
    const arrays = () =>
      [...opened.cells!.groups.values()].flatMap(({ cells }) => cells.map(({ array }) => array));
    expect(arrays().map(({ info }) => info.lastUpdate)).toEqual(arrays().map(() => 0));
    expect(opened.cells!.report().masked).toBe(0);
    await opened.device.close();

    const { composition } = await composeRun(config);
    expect(composition.cells!.report().masked).toBeGreaterThan(3);
    await composition.device.close();
  });
});
