import { SimulatedCells } from '../../devices/cells/index.js';
import type { Nonidealities } from '../../devices/cells/nonidealities/index.js';
import { agAsiJo, linearCells, type PulseModel, pulsePreset } from '../../devices/cells/pulse/index.js';
import { type CellArrayUnderTest, cellArrayContract } from './vitest-runner.js';

type Kind = Partial<CellArrayUnderTest> & { model: PulseModel; nonidealities?: Partial<Nonidealities> };

const drift = { exponent: 0.1, spread: 0.02, t0_s: 1 };
const telegraph = { depth: 0.01, upper_s: 1, lower_s: 1 };
const kinds: Record<string, Kind> = {
  'ideal linear cells': { model: linearCells() },
  'Ag:a-Si with every spread of its pulses, and read noise': {
    model: agAsiJo,
    nonidealities: { c2cRange: 0.001, c2c: 0.05, d2dStep: 0.05, read: 0.001, telegraph },
    averages: 100,
    tolerance: 0.002,
    readsVary: true,
  },
  'HfO2 as published, calmed': {
    model: pulsePreset('hfo2-gong'),
    nonidealities: { c2c: 0.3, write: 1e-4, d2dStep: 0.2 },
    pulses: 40,
  },
  'cells that drift and relax': {
    model: linearCells(1000, 10),
    nonidealities: { drift, relaxation: true, d2dHigh: 0.05, d2dLow: 0.05 },
  },
  'cells behind a converter': {
    model: linearCells(1000, 10),
    nonidealities: { read: 0.01, converter: { bits: 8, offset: 0, gain: 0.01 } },
    readsVary: true,
    averages: 100,
    pulses: 50,
  },
};

for (const [name, { model, nonidealities = {}, ...rest }] of Object.entries(kinds)) {
  cellArrayContract(name, {
    open: async () => new SimulatedCells({ rows: 5, columns: 7, model, seed: 2, nonidealities }),
    pulses: 10,
    restores: 'exact',
    readsVary: false,
    can: { set: true, wait: true },
    ...rest,
  });
}
