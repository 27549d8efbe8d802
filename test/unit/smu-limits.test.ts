import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breaches } from '../../bench/smu-limits.js';
import { OhmpropError } from '../../core/index.js';
import type { Permit } from '../../devices/limits/index.js';
import { Emulated2400, Emulated2600 } from '../../drivers/instruments/emulated-smu/index.js';
import { type CellPort, resistorPort } from '../../drivers/instruments/index.js';
import { RunCutShort, Smu, SmuCells } from '../../drivers/instruments/smu/index.js';
import { InProcessLine, LineTrouble, SteppedClock } from '../../drivers/serving/index.js';

const permit: Permit = {
  limits: { maxVoltage_V: 1, compliance_A: 1e-4, maxWidth_s: 0.1, maxPulses: 20 },
  forming: false,
  noCurrentLimit: false,
};

describe('limits at the terminals of a source-measure unit', () => {
  // A hundredth of what `npm run bench -- smu-limits` goes through.
  it('are exceeded by no plan, whatever is asked for', async () => {
    expect(await breaches(100, 1)).toEqual({
      plans: 100,
      breaches: [],
      driven: expect.any(Number),
      refused: expect.any(Number),
    });
  });

  it('are read back before the output goes on: an instrument that does not take them is not driven', async () => {
    const device = new Emulated2400({ clock: new SteppedClock(), cell: resistorPort(2e4) });
    // Every digit of the compliance is another one on the way.
    class Garbled extends InProcessLine {
      override write(bytes: Uint8Array): Promise<void> {
        const text = Buffer.from(bytes)
          .toString()
          .replace(/:SENS:CURR:PROT \S+/, ':SENS:CURR:PROT 1');
        return super.write(Buffer.from(text));
      }
    }
    const smu = await Smu.open(new Garbled(device));
    await expect(smu.arm(permit)).rejects.toThrow(/nothing was driven/);
    await smu.close();
    expect(device.terminals.seen().most_A).toBe(0);
  });
});

for (const [name, Emulated] of Object.entries({ 'a 2400': Emulated2400, 'a 2600': Emulated2600 })) {
  describe(`a doubt about a run of ${name}`, () => {
    const levels = Array.from({ length: 20 }, (_, k) => (k % 2 === 0 ? 0.8 : 0));

    it('by lost bytes never ends in a wrong count: the run comes to its end, or says how far it came', async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
          const device = new Emulated({ clock: new SteppedClock(), cell: resistorPort(2e4) });
          const trouble = new LineTrouble(device, seed);
          const smu = await Smu.open(new InProcessLine(trouble));
          await smu.arm(permit);
          device.terminals.seen();
          trouble.drop = 2e-3;
          let told: number | undefined;
          let sure = true;
          try {
            told = (await smu.run(levels, 0.01)).length / 2;
          } catch (error) {
            expect(error).toBeInstanceOf(OhmpropError);
            const cut = error instanceof RunCutShort ? error.reached : undefined;
            sure = error instanceof RunCutShort && cut !== undefined;
            told = cut === undefined ? undefined : Math.ceil(cut / 2);
          }
          trouble.drop = 0;
          await smu.close();
          const given = device.terminals.seen().stretches(0.5);
          expect(device.terminals.output).toBe(false);
          if (sure) expect(given === told || given === (told ?? 0) + 1).toBe(true);
        }),
        { numRuns: 12 },
      );
    });

    it('by a lost supply says that nobody knows, and leaves the output off', async () => {
      const device = new Emulated({ clock: new SteppedClock(), cell: resistorPort(2e4) });
      const smu = await Smu.open(new InProcessLine(device));
      await smu.arm(permit);
      const run = smu.run(levels, 0.01);
      device.clock.after(0.1, () => device.powerCycle());
      await expect(run).rejects.toMatchObject({ code: 'smu.cut-short', reached: undefined });
      await smu.close();
      expect(device.terminals.output).toBe(false);
    });

    it('by a dead line says so, and that nobody has heard that the output is off', async () => {
      const device = new Emulated({ clock: new SteppedClock(), cell: resistorPort(2e4) });
      const trouble = new LineTrouble(device, 1);
      const smu = await Smu.open(new InProcessLine(trouble));
      await smu.arm(permit);
      trouble.dead = true;
      await expect(smu.run(levels, 0.01)).rejects.toMatchObject({ code: 'smu.cut-short' });
      await expect(smu.close()).rejects.toMatchObject({ code: 'smu.not-off' });
    });
  });
}

describe('cells of a source-measure unit', () => {
  it('are given no pulse before a read either way has shown that voltages reach them with their sign', async () => {
    const swapped: CellPort = {
      hold: (v, limit, s) => {
        const { voltage_V, current_A, limited } = resistorPort(2e4).hold(v, limit, s);
        return { voltage_V, current_A: -current_A, limited };
      },
    };
    for (const [cell, why] of [
      [swapped, /does not follow the voltage/],
      [resistorPort(1e13), /no current flows/],
    ] as const) {
      const device = new Emulated2400({ clock: new SteppedClock(), cell });
      const cells = await SmuCells.open(await Smu.open(new InProcessLine(device)), { permit });
      const shape = { amplitude_V: 0.8, width_s: 0.01 };
      await expect(cells.pulse({ counts: Int16Array.of(1), potentiation: shape }, { id: 1 })).rejects.toThrow(
        why,
      );
      await cells.close();
      expect(device.terminals.seen().most_V).toBeLessThanOrEqual(0.1);
    }
  });

  it('say that a read stood at the current limit rather than a number', async () => {
    const device = new Emulated2400({ clock: new SteppedClock(), cell: resistorPort(100) });
    const cells = await SmuCells.open(await Smu.open(new InProcessLine(device)), { permit });
    await expect(cells.read()).rejects.toThrow(/stands at its limit/);
    await cells.close();
  });
});
