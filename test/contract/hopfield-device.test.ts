import { type HopfieldNetwork, hopfieldNetwork } from '../../circuits/hopfield/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import { eulerSteps, exactUpdates, HopfieldDevice } from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';
import { analogDeviceContract } from './vitest-runner.js';

/** Weak weights and biases of a third: one minimum, and most units strictly inside [0, 1]. */
async function tamed(device: AnalogDevice): Promise<AnalogDevice> {
  const drawn = await device.readParameters();
  await device.writeParameters(
    Object.fromEntries(
      Object.entries(drawn).map(([name, values]) => [
        name,
        values.map((value) => (name.startsWith('b') ? 0.35 : 0.5 * value)),
      ]),
    ),
  );
  return device;
}

const makers = [
  {
    name: 'float64, exact updates',
    make: (network: HopfieldNetwork) => new HopfieldDevice(network, { seed: 3, relaxation: exactUpdates }),
    stop: { tolerance: 1e-12, outputChange: 1e-12, maxIterations: 2000 },
  },
  {
    name: 'float64, Euler steps',
    make: (network: HopfieldNetwork) => new HopfieldDevice(network, { seed: 3, relaxation: eulerSteps(0.5) }),
    stop: { tolerance: 1e-12, outputChange: 1e-12, maxIterations: 2000 },
  },
  {
    name: 'float32, exact updates',
    make: (network: HopfieldNetwork) =>
      new HopfieldFloat32Device(network, { seed: 3, relaxation: exactUpdates }),
    stop: { tolerance: 1e-6, outputChange: 1e-6, maxIterations: 2000 },
  },
  {
    name: 'float32, Euler steps',
    make: (network: HopfieldNetwork) =>
      new HopfieldFloat32Device(network, { seed: 3, relaxation: eulerSteps(0.5) }),
    stop: { tolerance: 1e-6, outputChange: 1e-6, maxIterations: 2000 },
  },
];

for (const { name, make, stop } of makers) {
  for (const hidden of [[], [9], [12, 7, 10]]) {
    const network = hopfieldNetwork({ inputs: 6, hidden, outputs: 3 });
    analogDeviceContract(`Hopfield network, ${name}, ${hidden.length} hidden layers`, {
      open: () => tamed(make(network)),
      beta: 0.2,
      rate: () => 0.05,
      stop,
      inputSize: 1,
    });
  }
}

for (const { name, make, stop } of [makers[0], makers[2]]) {
  for (const nudge of ['current', 'current-held', 'clamp'] as const) {
    const network = hopfieldNetwork({ inputs: 6, hidden: [12], outputs: 3 });
    analogDeviceContract(`Hopfield network, ${name}, nudged by ${nudge}`, {
      open: () => tamed(make(network)),
      nudge,
      beta: 0.2,
      rate: () => 0.05,
      stop,
      inputSize: 1,
    });
  }
}
