import type { Permit } from '../../devices/limits/index.js';
import { Emulated2400, Emulated2600 } from '../../drivers/instruments/emulated-smu/index.js';
import type { CellPort } from '../../drivers/instruments/index.js';
import { Smu, SmuCells } from '../../drivers/instruments/smu/index.js';
import { InProcessLine, SteppedClock } from '../../drivers/serving/index.js';
import { PulseJournal } from '../../records/index.js';
import { cellArrayContract } from './vitest-runner.js';

// Six cells behind a switch in front of an emulated instrument: each moves a hundredth of its range in 2 ms at more than half a volt.

const [LOW_S, HIGH_S] = [1e-6, 1e-4];
const MOVE_per_s = 5 * (HIGH_S - LOW_S);

function cell(start_S: number): CellPort {
  let siemens = start_S;
  return {
    hold(voltage_V, limit_A, seconds) {
      if (Math.abs(voltage_V) > 0.5) {
        siemens = Math.min(HIGH_S, Math.max(LOW_S, siemens + Math.sign(voltage_V) * MOVE_per_s * seconds));
      }
      const current_A = voltage_V * siemens;
      return Math.abs(current_A) <= limit_A
        ? { voltage_V, current_A, limited: false }
        : {
            voltage_V: (Math.sign(voltage_V) * limit_A) / siemens,
            current_A: Math.sign(voltage_V) * limit_A,
            limited: true,
          };
    },
  };
}

const permit: Permit = {
  limits: { maxVoltage_V: 1.2, compliance_A: 1e-3, maxWidth_s: 0.01, maxPulses: 40 },
  forming: false,
  noCurrentLimit: false,
};
const pulse = {
  potentiation: { amplitude_V: 1, width_s: 0.002 },
  depression: { amplitude_V: -1, width_s: 0.002 },
};

for (const [name, Emulated, journaled] of [
  ['a 2400', Emulated2400, false],
  ['a 2600', Emulated2600, false],
  ['a 2600 with a journal', Emulated2600, true],
] as const) {
  cellArrayContract(`cells behind a switch and ${name}`, {
    open: async () => {
      const cells = Array.from({ length: 6 }, (_, k) => cell(2e-5 + k * 1e-6));
      const instrument = new Emulated({ clock: new SteppedClock(), cell: cells[0] });
      const array = await SmuCells.open(await Smu.open(new InProcessLine(instrument)), {
        permit,
        pulse,
        window_S: [LOW_S, HIGH_S],
        selector: {
          rows: 2,
          columns: 3,
          select: async (row, column) => instrument.terminals.connect(cells[3 * row + column]),
        },
      });
      if (journaled) array.keep(PulseJournal.inMemory({ rows: 2, columns: 3 }));
      return array;
    },
    pulses: 5,
    averages: 2,
    tolerance: 0.01,
    restores: 'reads-back',
    readsVary: true,
    can: { set: false, wait: false },
  });
}
