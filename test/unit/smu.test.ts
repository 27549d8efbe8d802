import { describe, expect, it } from 'vitest';
import type { Permit } from '../../devices/limits/index.js';
import { resistorPort } from '../../drivers/instruments/cell-port.js';
import { Emulated2400, Emulated2600 } from '../../drivers/instruments/emulated-smu/index.js';
import { Smu, stopSmu } from '../../drivers/instruments/smu/index.js';
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

/** What switches an output off, and what makes one ready, in either language. */
const OFF = /:OUTP OFF\n|smua\.source\.output = smua\.OUTPUT_OFF\n/;
const PREPARES = /:SOUR:FUNC VOLT|OUTPUT_DCVOLTS/i;

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

    it('is told to switch off again where it did not hear, and driven nowhere on the way', async () => {
      const device = make();
      const smu = await Smu.open(new InProcessLine(device));
      await smu.arm(permit);
      // a host that died with 0.8 V at the terminals
      const on = new InProcessLine(device);
      await on.open();
      await on.write(Buffer.from(name.includes('SCPI') ? ':SOUR:VOLT 0.8\n' : 'smua.source.levelv = 0.8\n'));
      await new Promise<void>((resolve) => device.clock.after(0.1, resolve));
      const deaf = new InProcessLine(device);
      const write = deaf.write.bind(deaf);
      let heard = false;
      deaf.write = (bytes) => {
        const said = Buffer.from(bytes).toString('latin1');
        const cut = heard ? said : said.replace(OFF, '');
        heard ||= cut !== said;
        return write(Buffer.from(cut, 'latin1'));
      };
      device.terminals.seen();
      await expect(stopSmu(deaf)).resolves.toMatchObject({ how: 'line' });
      expect(device.terminals.output).toBe(false);
      // one ramp, from 0.8 V down
      expect(heard).toBe(true);
      expect(device.terminals.seen().stretches(0.05)).toBe(1);
      await smu.close();
    });

    it('is made ready after a doubt at the first try, whatever its queue of errors held', async () => {
      const device = make();
      const line = new InProcessLine(device);
      const smu = await Smu.open(line);
      await smu.arm(permit);
      await line.write(
        Buffer.from(name.includes('SCPI') ? ':NO:SUCH 1\n:NOR:THIS\n' : 'nosuch()\nnorthis()\n'),
      );
      await new Promise<void>((resolve) => device.clock.after(0.1, resolve));
      const write = line.write.bind(line);
      let prepared = 0;
      line.write = (bytes) => {
        if (PREPARES.test(Buffer.from(bytes).toString('latin1'))) prepared++;
        return write(bytes);
      };
      await smu.armAgain();
      expect(prepared).toBe(1);
      expect(device.terminals.output).toBe(true);
      await smu.close();
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

describe('a 2600 with two channels', () => {
  const cells = { cell: resistorPort(1e4), cellB: resistorPort(2e4) };
  const both = (identity?: string) =>
    new Emulated2600({
      clock: new SteppedClock(),
      ...cells,
      ...(identity === undefined ? {} : { identity }),
    });
  const say = async (device: Emulated2600, ...lines: string[]) => {
    const line = new InProcessLine(device);
    await line.open();
    await line.write(Buffer.from(`${lines.join('\n')}\n`));
    await new Promise<void>((resolve) => device.clock.after(0.2, resolve));
    await line.close();
  };
  const on = ['smub.source.levelv = 0.3', 'smub.source.output = 1'];

  it('drives the one that is asked for, and never the other', async () => {
    const device = both();
    const smu = await Smu.open(new InProcessLine(device), { channel: 'b' });
    await smu.arm(permit);
    const readings = await smu.run([0.8, 0, -0.5, 0], 0.02);
    for (const [k, volts] of [0.8, 0, -0.5, 0].entries()) {
      expect(readings[k].current_A).toBeCloseTo(volts / 2e4, 7);
    }
    await smu.close();
    const { a, b } = device.channels;
    expect(b.terminals.seen().most_V).toBe(0.8);
    expect(a.terminals.seen().most_V).toBe(0);
    expect([a.terminals.output, b.terminals.output]).toEqual([false, false]);
  });

  it('says what the other is at, leaves it alone, and stops both when it is told to stop', async () => {
    const device = both();
    await say(device, ...on);
    const smu = await Smu.open(new InProcessLine(device));
    expect(smu.foundOther).toMatchObject({ output: true, level_V: 0.3 });
    await smu.arm(permit);
    await smu.run([0.5, 0], 0.02);
    await smu.close();
    const { a, b } = device.channels;
    expect([a.terminals.output, b.terminals.output]).toEqual([false, true]);
    const { how, found } = await stopSmu(new InProcessLine(device));
    expect({ how, found }).toEqual({
      how: 'line',
      found: [
        { channel: 'a', output: false, level_V: 0 },
        { channel: 'b', output: true, level_V: 0.3 },
      ],
    });
    expect([a.terminals.output, b.terminals.output]).toEqual([false, false]);
  });

  it('that is a model with one is told so', async () => {
    const device = both('Keithley Instruments Inc., Model 2635B, 4106225, 3.3.5');
    await expect(Smu.open(new InProcessLine(device), { channel: 'b' })).rejects.toMatchObject({
      code: 'smu.channel',
      message: expect.stringMatching(/a 2635B has one channel, and --channel b asks for another/),
    });
    expect((await stopSmu(new InProcessLine(device))).found).toEqual([
      { channel: 'a', output: false, level_V: 0 },
    ]);
  });
});
