import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { SimulatedCells } from '../../devices/cells/index.js';
import { pulsePreset } from '../../devices/cells/pulse/index.js';
import { ownDevices } from '../../experiments/composition/index.js';
import { useModules } from '../../experiments/modules/index.js';
import { analogDeviceContract, cellArrayContract } from './vitest-runner.js';

// What a module brings is held to the contracts that our own is held to.

const module = (name: string) => fileURLToPath(new URL(`../../examples/use/${name}.mjs`, import.meta.url));
const takeAway = await useModules([module('device'), module('cell')]);
afterAll(takeAway);

const [averaging] = ownDevices.entries;
analogDeviceContract('the device of examples/use', {
  open: async () => {
    const device = await averaging.open({ inputs: 3, outputs: 2, settings: {}, seed: 1 });
    await device.initialise(1);
    return device;
  },
  beta: 1e-5,
  rate: () => 2e-7,
  inputSize: 1,
});

const model = pulsePreset('leaky-oxide');
cellArrayContract('cells of examples/use', {
  open: async () => new SimulatedCells({ rows: 5, columns: 7, model, seed: 3 }),
  pulses: 10,
  restores: 'exact',
  readsVary: false,
  can: { set: true, wait: true },
});
