import { SimulatedCells } from '../../devices/cells/index.js';
import { agAsiJo, linearCells, pulsePreset } from '../../devices/cells/pulse/index.js';
import { cellArrayContract } from './cell-array.js';

cellArrayContract('ideal linear cells', {
  open: async () => new SimulatedCells({ rows: 5, columns: 7, model: linearCells(), seed: 1 }),
  pulses: 10,
  readTolerance: 0,
  restores: true,
});

cellArrayContract('Ag:a-Si with every spread', {
  open: async () =>
    new SimulatedCells({
      rows: 9,
      columns: 5,
      model: agAsiJo,
      seed: 2,
      nonidealities: {
        c2cRange: 0.001,
        c2c: 0.05,
        d2dStep: 0.05,
        read: 0.001,
        telegraph: { depth: 0.001, upper_s: 1, lower_s: 1 },
      },
    }),
  pulses: 10,
  averages: 100,
  readTolerance: 0.002,
  restores: true,
});

cellArrayContract('HfO2 as published, calmed', {
  open: async () =>
    new SimulatedCells({
      rows: 4,
      columns: 4,
      model: pulsePreset('hfo2-gong'),
      seed: 3,
      nonidealities: { c2c: 0.3, write: 1e-4, d2dStep: 0.2 },
    }),
  pulses: 40,
  readTolerance: 1e-9,
  restores: true,
});
