import { describe, expect, it } from 'vitest';
import type { Permit } from '../../devices/limits/index.js';
import { resistorPort } from '../../drivers/instruments/cell-port.js';
import { Emulated2400, Emulated2600 } from '../../drivers/instruments/emulated-smu/index.js';
import { Smu } from '../../drivers/instruments/smu/index.js';
import { InProcessLine, SteppedClock } from '../../drivers/serving/index.js';

const permit: Permit = {
  limits: { maxVoltage_V: 1, compliance_A: 1e-4, maxWidth_s: 0.1, maxPulses: 20 },
  forming: false,
  noCurrentLimit: false,
};
const makers = {
  'a 2400 in SCPI': (ohm = 2e4) => new Emulated2400({ clock: new SteppedClock(), cell: resistorPort(ohm) }),
  'a 2600 in TSP': (ohm = 2e4) => new Emulated2600({ clock: new SteppedClock(), cell: resistorPort(ohm) }),
};

for (const [name, make] of Object.entries(makers)) {
  describe(`the driver of source-measure units: ${name}`, () => {
    it('opens without setting or switching anything, and says what is there', async () => {
      const device = make();
      const smu = await Smu.open(new InProcessLine(device));
      expect(smu.identity).toMatchObject({
        family: expect.stringContaining('Keithley'),
        serial: expect.stringMatching(/^\d+$/),
      });
      expect(smu.found).toMatchObject({ output: false, level_V: 0, sources: 'voltage' });
      await smu.close();
      expect(device.terminals.seen()).toMatchObject({ most_V: 0, most_A: 0 });
    });

    it('drives pulses of the width that is asked for, measures them, and leaves 0 V and the output off', async () => {
      const device = make();
      const smu = await Smu.open(new InProcessLine(device));
      await smu.arm(permit);
      const readings = await smu.run([0.8, 0, 0.8, 0, -0.5, 0], 0.02);
      for (const [k, volts] of [0.8, 0, 0.8, 0, -0.5, 0].entries()) {
        expect(readings[k].current_A).toBeCloseTo(volts / 2e4, 7);
      }
      await smu.close();
      const seen = device.terminals.seen();
      expect(seen.most_V).toBe(0.8);
      expect(seen.stretches(0.2)).toBe(3);
      expect(seen.longest_seconds(0.2)).toBeGreaterThan(0.017);
      expect(seen.longest_seconds(0.2)).toBeLessThanOrEqual(0.02);
      expect(device.terminals.output).toBe(false);
    });

    it('says that the current stood at its limit', async () => {
      const smu = await Smu.open(new InProcessLine(make(1e3)));
      await smu.arm(permit);
      const [over, under] = await smu.run([0.8, 0.05], 0.02);
      expect([over.limited, under.limited]).toEqual([true, false]);
      expect(over.current_A).toBeCloseTo(1e-4, 6);
      await smu.close();
    });
  });
}
