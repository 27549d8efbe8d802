import { Programming, rampStrategy } from '../../calibration/program/index.js';

import { ArcOneBench } from '../../drivers/instruments/arc-one/emulator/index.js';
import { ArcOne, ArcOneCells } from '../../drivers/instruments/arc-one/index.js';
import { PulseJournal } from '../../records/index.js';
import { LinearCells } from '../unit/emulated-resistors.js';
import { cellArrayContract } from './vitest-runner.js';

const permit = {
  limits: { maxVoltage_V: 1.5, compliance_A: 1e-3, maxWidth_s: 1e-5, maxPulses: 20, series_ohm: 10_000 },
  forming: false,
  noCurrentLimit: false,
};
const nominalPulse = {
  potentiation: { amplitude_V: 1.5, width_s: 1e-7 },
  depression: { amplitude_V: -1.5, width_s: 1e-7 },
};
const ramp = {
  potentiation: { start_V: 0.6, step_V: 0.1, stop_V: 1.5, width_s: 1e-7 },
  depression: { start_V: -0.6, step_V: 0.1, stop_V: -1.5, width_s: 1e-7 },
};

/** Sessions over one instrument, with one journal between them. */
const tables = new WeakMap<object, { bench: ArcOneBench; journal: PulseJournal }>();

async function session(bench: ArcOneBench, journal: PulseJournal): Promise<ArcOneCells> {
  const line = bench.connect();
  await line.open();
  const instrument = new ArcOne(line, { words: 3, bits: 4 });
  const array = new ArcOneCells(instrument, {
    permit,
    nominalPulse,
    g_min_S: 10e-6,
    g_max_S: 100e-6,
    readTolerance: 0.03,
    journal,
    program: async (cells, targets_S) => {
      const request = { targets_S, within: { absolute_S: 1e-6 }, strategy: rampStrategy(ramp), budget: 1000 };
      await new Programming(cells, request).run();
    },
  });
  tables.set(array, { bench, journal });
  return array;
}

cellArrayContract('cells behind an emulated ArC ONE', {
  open: () => {
    const cells = new LinearCells(3, 4, 40e-6);
    [cells.least_S, cells.most_S] = [10e-6, 100e-6];
    return session(new ArcOneBench(cells), PulseJournal.inMemory({ rows: 3, columns: 4 }));
  },
  reopen: (closed) => {
    const { bench, journal } = tables.get(closed)!;
    return session(bench, journal);
  },
  pulses: 4,
  averages: 8,
  restores: 'reads-back',
  readsVary: true,
  can: { set: false, wait: false },
});
