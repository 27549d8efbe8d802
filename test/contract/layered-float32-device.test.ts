import { layeredNetwork } from '../../circuits/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';
import { analogDeviceContract } from './vitest-runner.js';

for (const hidden of [[], [9], [21, 18], [12, 7, 10], [17, 33, 20, 9]]) {
  const network = layeredNetwork({
    inputs: 6,
    hidden,
    outputs: 3,
    inputGain: 4,
    units: { conductance_S: 1e-6, voltage_V: 1e-3 },
  });
  analogDeviceContract(`layered network, float32, ${hidden.length} hidden layers`, {
    open: async () => new LayeredFloat32Device(network, { seed: 3 }),
    beta: 0.2e-6,
    // In published units 0.05: S²/V² for conductances, S² for bias currents.
    rate: (group) => (group.startsWith('g') ? 0.05 * 1e-12 * 1e6 : 0.05 * 1e-12),
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
analogDeviceContract('layered network, float32, noisy reads', {
  open: async () =>
    new LayeredFloat32Device(read, { seed: 3, readOut: { noise: 1e-11, offset: 1e-9, seed: 3 } }),
  beta: 0.2e-6,
  rate: (group) => (group.startsWith('g') ? 0.05 * 1e-12 * 1e6 : 0.05 * 1e-12),
  inputSize: 1e-3,
});

for (const nudge of ['current', 'current-held', 'clamp'] as const) {
  analogDeviceContract(`layered network, float32, nudged by ${nudge}`, {
    open: async () => new LayeredFloat32Device(read, { seed: 3 }),
    nudge,
    beta: 0.2e-6,
    rate: (group) => (group.startsWith('g') ? 0.05 * 1e-12 * 1e6 : 0.05 * 1e-12),
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
analogDeviceContract('layered network, float32, conductance window', {
  open: async () => new LayeredFloat32Device(windowed, { seed: 4 }),
  beta: 0.2,
  rate: () => 0.05,
  inputSize: 1,
});
