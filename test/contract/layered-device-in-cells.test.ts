import { type LayeredNetwork, layeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import {
  type CellPairing,
  CellStore,
  conductanceMap,
  type StoreGroup,
  signedMap,
} from '../../devices/cells/index.js';
import { updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells, type PulseModel } from '../../devices/cells/pulse/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import { layeredInCells } from '../../solver/layered/index.js';
import { layeredFloat32InCells } from '../../solver/layered-float32/index.js';
import { Bench } from './foreign-cells.js';
import { analogDeviceContract } from './vitest-runner.js';

const network = layeredNetwork({
  inputs: 5,
  hidden: [8],
  outputs: 2,
  inputGain: 3,
  windowRatio: 10,
  units: { conductance_S: 1, voltage_V: 1 },
});

function groupsOf(net: LayeredNetwork, model: PulseModel, pairing: CellPairing): StoreGroup[] {
  return net.layers.map((columns, l) => ({
    name: `g${l + 1}`,
    rows: nodesBefore(net.inputs, net.layers, l),
    columns,
    map: conductanceMap(model, net.windows[l].g_max_S, pairing),
  }));
}

function biasesOf(net: LayeredNetwork, model: PulseModel): StoreGroup[] {
  return net.layers.map((columns, l) => ({
    name: `b${l + 1}`,
    rows: 1,
    columns,
    map: signedMap(model, net.windows[l].g_max_S),
  }));
}

function storeFor(net: LayeredNetwork, policy: string, pairing: CellPairing, biases = false): CellStore {
  const model = linearCells(10_000, 10);
  return new CellStore({
    groups: [...groupsOf(net, model, pairing), ...(biases ? biasesOf(net, model) : [])],
    model,
    policy: updatePolicy(policy, { mostPulses: 10_000 }),
    seed: 4,
  });
}

async function started<D extends AnalogDevice>(opened: Promise<D>): Promise<D> {
  const device = await opened;
  await device.initialise(4);
  return device;
}

for (const [policy, pairing] of [
  ['exact', 'single'],
  ['exact', 'differential'],
  ['accumulate', 'single'],
  ['proportional', 'differential'],
  ['write-verify', 'single'],
] as const) {
  analogDeviceContract(`layered network in ${pairing} cells, ${policy}`, {
    open: () => started(layeredInCells(network, { store: storeFor(network, policy, pairing) })),
    beta: 0.2,
    rate: () => 0.05,
    stop: { tolerance: 1e-10, outputChange: 1e-10, maxIterations: 2000 },
    inputSize: 1,
  });
}

for (const [policy, pairing, threads] of [
  ['exact', 'single', 2],
  ['proportional', 'differential', 1],
] as const) {
  analogDeviceContract(`layered float32 network in ${pairing} cells, ${policy}, threads ${threads}`, {
    open: () =>
      started(layeredFloat32InCells(network, { threads, store: storeFor(network, policy, pairing) })),
    beta: 0.2,
    rate: () => 0.05,
    inputSize: 1,
  });
}

for (const pairing of ['single', 'differential'] as const) {
  const store = () => storeFor(network, 'exact', pairing, true);
  const subject = { beta: 0.2, rate: () => 0.05, inputSize: 1 };
  analogDeviceContract(`layered network in ${pairing} cells, bias currents as well`, {
    ...subject,
    open: () => started(layeredInCells(network, { store: store(), bias_V: 3 })),
    stop: { tolerance: 1e-10, outputChange: 1e-10, maxIterations: 2000 },
  });
  analogDeviceContract(`layered float32 network in ${pairing} cells, bias currents as well`, {
    ...subject,
    open: () => started(layeredFloat32InCells(network, { threads: 1, store: store(), bias_V: 3 })),
  });
}

// cells of somebody else, whose pulses are 1 % longer than the store plans by, and which had updates before
for (const [policy, pairing] of [
  ['accumulate', 'single'],
  ['proportional', 'differential'],
  ['write-verify', 'single'],
] as const) {
  const onBench = () => {
    const model = linearCells(10_000, 10);
    let seed = 20;
    return new CellStore({
      groups: groupsOf(network, model, pairing),
      model,
      policy: updatePolicy(policy, { mostPulses: 10_000 }),
      seed: 4,
      open: ({ rows, columns }) =>
        new Bench({
          rows,
          columns,
          model: linearCells(9900, 10),
          seed: seed++,
          readNoise: 2e-7,
          lastUpdate: 4711,
        }).connect(),
    });
  };
  // less than elsewhere: an update may end 1 % of its way past what was wanted
  const subject = { beta: 0.2, rate: () => 0.02, inputSize: 1 };
  analogDeviceContract(`layered network in foreign ${pairing} cells, ${policy}`, {
    ...subject,
    open: () => started(layeredInCells(network, { store: onBench() })),
    stop: { tolerance: 1e-10, outputChange: 1e-10, maxIterations: 2000 },
  });
  analogDeviceContract(`layered float32 network in foreign ${pairing} cells, ${policy}`, {
    ...subject,
    open: () => started(layeredFloat32InCells(network, { threads: 1, store: onBench() })),
  });
}
