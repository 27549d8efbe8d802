import { layeredNetwork } from '../../circuits/layered/index.js';
import { wiredNetwork } from '../../circuits/wired/index.js';
import { WiredDevice } from '../../solver/wired/index.js';
import { analogDeviceContract } from './vitest-runner.js';

const layered = layeredNetwork({
  inputs: 5,
  hidden: [8],
  outputs: 2,
  inputGain: 3,
  windowRatio: 10,
  units: { conductance_S: 1, voltage_V: 1 },
});

const all = { row_ohm: 0.02, column_ohm: 0.03, driver_ohm: 0.1, sense_ohm: 0.05 };

for (const [name, wires] of [
  ['wires, drivers and sense ends', all],
  ['wires alone', { row_ohm: 0.02, column_ohm: 0.03, firstRow_ohm: 0, lastColumn_ohm: 0 }],
  ['drivers alone', { driver_ohm: 0.1 }],
  ['no resistance', {}],
] as const) {
  analogDeviceContract(`network through ${name}`, {
    open: async () => new WiredDevice(wiredNetwork(layered, wires), { seed: 4 }),
    beta: 0.2,
    rate: () => 0.05,
    stop: { tolerance: 1e-10, outputChange: 1e-10, maxIterations: 2000 },
    inputSize: 1,
  });
}

for (const nudge of ['conductance', 'current', 'current-held', 'clamp'] as const) {
  analogDeviceContract(`network through wires, by corrected ports, nudged by ${nudge}`, {
    open: async () => new WiredDevice(wiredNetwork(layered, all), { seed: 4, ports: 'estimated' }),
    nudge,
    beta: 0.2,
    rate: () => 0.05,
    stop: { tolerance: 1e-10, outputChange: 1e-10, maxIterations: 2000 },
    inputSize: 1,
  });
}
