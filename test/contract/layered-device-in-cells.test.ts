import { type LayeredNetwork, layeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import { type CellPairing, CellStore, conductanceMap } from '../../devices/cells/index.js';
import { updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { layeredInCells } from '../../solver/layered/index.js';
import { layeredFloat32InCells } from '../../solver/layered-float32/index.js';
import { analogDeviceContract } from './analog-device.js';

const network = layeredNetwork({ inputs: 5, hidden: [8], outputs: 2, inputGain: 3, windowRatio: 10 });

function storeFor(net: LayeredNetwork, policy: string, pairing: CellPairing): CellStore {
  const model = linearCells(10_000, 10);
  return new CellStore({
    groups: net.layers.map((columns, l) => ({
      name: `g${l + 1}`,
      rows: nodesBefore(net.inputs, net.layers, l),
      columns,
      map: conductanceMap(model, net.windows[l].g_max_S, pairing),
    })),
    model,
    policy: updatePolicy(policy, { mostPulses: 10_000 }),
    seed: 4,
  });
}

for (const [policy, pairing] of [
  ['exact', 'single'],
  ['exact', 'differential'],
  ['accumulate', 'single'],
  ['proportional', 'differential'],
  ['verify', 'single'],
] as const) {
  analogDeviceContract(`layered network in ${pairing} cells, ${policy}`, {
    open: () => layeredInCells(network, { seed: 4, store: storeFor(network, policy, pairing) }),
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
      layeredFloat32InCells(network, { seed: 4, threads, store: storeFor(network, policy, pairing) }),
    beta: 0.2,
    rate: () => 0.05,
    inputSize: 1,
  });
}
