import { layeredNetwork } from '../../circuits/layered/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { analogDeviceContract } from './vitest-runner.js';

for (const hidden of [[], [9], [12, 7, 10]]) {
  const network = layeredNetwork({
    inputs: 6,
    hidden,
    outputs: 3,
    inputGain: 4,
    units: { conductance_S: 1e-6, voltage_V: 1e-3 },
  });
  analogDeviceContract(`layered network, float64, ${hidden.length} hidden layers`, {
    open: async () => new LayeredDevice(network, { seed: 3 }),
    beta: 0.2e-6,
    // In published units 0.05: S²/V² for conductances, S² for bias currents.
    rate: (group) => (group.startsWith('g') ? 0.05 * 1e-12 * 1e6 : 0.05 * 1e-12),
    stop: { tolerance: 1e-10, outputChange: 1e-10, maxIterations: 2000 },
    inputSize: 1e-3,
  });
}

const read = layeredNetwork({
  inputs: 6,
  hidden: [20],
  outputs: 3,
  inputGain: 4,
  units: { conductance_S: 1e-6, voltage_V: 1e-3 },
});
// Little enough for the promises that are about gradients, and another number in every read.
analogDeviceContract('layered network, float64, noisy reads', {
  open: async () => new LayeredDevice(read, { seed: 3, readOut: { noise: 1e-11, offset: 1e-9, seed: 3 } }),
  beta: 0.2e-6,
  rate: (group) => (group.startsWith('g') ? 0.05 * 1e-12 * 1e6 : 0.05 * 1e-12),
  stop: { tolerance: 1e-10, outputChange: 1e-10, maxIterations: 2000 },
  inputSize: 1e-3,
});

for (const nudge of ['current', 'current-held', 'clamp'] as const) {
  analogDeviceContract(`layered network, float64, nudged by ${nudge}`, {
    open: async () => new LayeredDevice(read, { seed: 3 }),
    nudge,
    beta: 0.2e-6,
    rate: (group) => (group.startsWith('g') ? 0.05 * 1e-12 * 1e6 : 0.05 * 1e-12),
    stop: { tolerance: 1e-10, outputChange: 1e-10, maxIterations: 2000 },
    inputSize: 1e-3,
  });
}

const windowed = layeredNetwork({
  inputs: 5,
  hidden: [8],
  outputs: 2,
  inputGain: 3,
  windowRatio: 10,
  units: { conductance_S: 1, voltage_V: 1 },
});
analogDeviceContract('layered network, float64, conductance window', {
  open: async () => new LayeredDevice(windowed, { seed: 4 }),
  beta: 0.2,
  rate: () => 0.05,
  stop: { tolerance: 1e-10, outputChange: 1e-10, maxIterations: 2000 },
  inputSize: 1,
});
