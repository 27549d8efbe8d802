import { linearCells } from '../../devices/cells/pulse/index.js';
import type { CellArray } from '../../devices/contract/index.js';
import { Bench } from './foreign-cells.js';
import { cellArrayContract } from './vitest-runner.js';

const benches = new WeakMap<CellArray, Bench>();
const connect = async (bench: Bench) => {
  const array = bench.connect();
  benches.set(array, bench);
  return array;
};

cellArrayContract('cells of somebody else, on a bench', {
  open: () =>
    connect(new Bench({ rows: 4, columns: 6, model: linearCells(9900, 10), seed: 6, readNoise: 1e-4 })),
  reopen: (closed) => connect(benches.get(closed)!),
  pulses: 40,
  restores: 'reads-back',
  readsVary: true,
  can: { set: false, wait: false },
});
