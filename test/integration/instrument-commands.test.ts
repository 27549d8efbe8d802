import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Emulated2400 } from '../../drivers/instruments/emulated-smu/index.js';
import type { Model2400 } from '../../drivers/instruments/emulated-smu/model-2400.js';
import { resistorPort } from '../../drivers/instruments/index.js';
import { serveDeviceOnPty } from '../../drivers/serving/index.js';
import { wallClock } from '../../drivers/transport/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { withSmu } from './emulated-smu.js';

const limits = '--max-voltage 1V --compliance 100uA --max-width 0.6s --max-pulses 20'.split(' ');
const said = (line: string, address: string) => line.replace('SMU', address).split(' ');

describe('instrument commands', () => {
  it('that drive send nothing that switches an output on where no limits are said', async () => {
    const lines = [
      'instrument read SMU',
      'instrument pulse SMU --drive pulses:0.5V,5ms,3 --yes',
      'instrument sweep SMU --drive sine:0.5V,5Hz,1 --yes',
      'instrument read SMU --max-voltage 1V --compliance 1mA --max-width 1ms',
    ];
    await withSmu(async (address, { terminals }) => {
      for (const line of lines) {
        const { code, stderr } = await ohmprop(said(line, address));
        expect([code, stderr], line).toEqual([2, expect.stringContaining('no defaults')]);
      }
      expect(terminals.seen()).toMatchObject({ most_V: 0, most_A: 0 });
    });
  });

  it('that move ask first, and do nothing without a yes', async () => {
    await withSmu(async (address, { terminals }) => {
      const line = said('instrument pulse SMU --drive pulses:0.5V,5ms,3', address);
      const { code, stderr } = await ohmprop([...line, ...limits]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/will get 3 pulses.*say --yes/s)]);
      expect(terminals.seen().most_V).toBe(0);
    });
  });

  it('keep to limits of a file, and to what forms a cell', async () => {
    const cwd = scratch('instrument');
    writeFileSync(
      join(cwd, 'my.limits.yaml'),
      'kind: limits\nmaxVoltage_V: 1.5\ncompliance_A: 100uA\nmaxWidth_s: 10ms\nmaxPulses: 5\nformed_V: 0.9\n',
    );
    await withSmu(async (address, { terminals }) => {
      const run = (line: string) => ohmprop([...said(line, address), '--limits', 'my.limits.yaml'], { cwd });
      const refused: [string, RegExp][] = [
        ['instrument pulse SMU --drive pulses:1.6V,5ms,3 --yes', /allow 1\.5 V/],
        ['instrument pulse SMU --drive pulses:1V,5ms,3 --yes', /would form a cell/],
        ['instrument pulse SMU --drive pulses:0.8V,20ms,3 --yes', /allow 0\.01 s/],
        ['instrument pulse SMU --drive pulses:0.8V,5ms,6 --yes', /allow 5/],
        ['instrument pulse SMU --drive pulses:0.8V,5ms,1 --cell 0,1 --yes', /there is no such cell/],
        ['instrument sweep SMU --drive triangle:0.8V,-0.8V,1s,1 --yes', /allow 0\.01 s/],
        ['instrument read SMU --read 0.4V', /only read a cell|allow 0\.01 s/],
      ];
      for (const [line, why] of refused) {
        const { code, stderr } = await run(line);
        expect([code, stderr], line).toEqual([2, expect.stringMatching(why)]);
      }
      expect(terminals.seen().stretches(0.2)).toBe(0);
      expect((await run('instrument pulse SMU --drive pulses:1V,5ms,3 --yes --forming')).code).toBe(0);
      expect(terminals.seen()).toMatchObject({ most_V: 1 });
      expect(terminals.output).toBe(false);
    });
  });

  it('leave an output that is found on alone, say so, and take it over or stop it when told', async () => {
    await withSmu(async (address, instrument) => {
      const { terminals } = instrument;
      await ohmprop(said('instrument info SMU', address));
      terminals.set({ output: true, level_V: 0.3 });
      // What the instrument itself says is its own setting.
      const { model: other } = instrument as unknown as { model: Model2400 };
      other.put('source.voltage', 0.3);
      other.put('output', 1);
      const info = await ohmprop(said('instrument info SMU', address));
      expect([info.code, info.stdout]).toEqual([
        0,
        expect.stringContaining('output ON, voltage source, 0.3 V'),
      ]);
      expect(terminals.output).toBe(true);
      const read = await ohmprop([...said('instrument read SMU', address), ...limits]);
      expect([read.code, read.stderr]).toEqual([2, expect.stringContaining('--output-on takes it over')]);
      expect(terminals.output).toBe(true);
      expect((await ohmprop([...said('instrument read SMU --output-on', address), ...limits])).code).toBe(0);
      expect(terminals.output).toBe(false);
      other.put('output', 1);
      const stop = await ohmprop([...said('instrument stop SMU --json', address)]);
      expect(JSON.parse(stop.stdout)).toMatchObject({ stopped: true, how: 'line', found: { output: true } });
      expect(terminals.output).toBe(false);
    });
  });

  it('refuse what is not known, before anything is switched on', async () => {
    for (const [identity, why] of [
      ['ACME,TOASTER 3000,1,1.0', /this driver knows Keithley 2400/],
      ['KEITHLEY INSTRUMENTS INC.,MODEL 2400,1,A01 Jan 1 1995', /firmware .* is not known/],
      ['KEITHLEY INSTRUMENTS,MODEL 2450,04096331,1.7.12b', /speaks SCPI, TSP or the 2400's SCPI/],
    ] as const) {
      await withSmu(
        async (address, { terminals }) => {
          const { code, stderr } = await ohmprop([...said('instrument read SMU', address), ...limits]);
          expect([code, stderr], identity).toEqual([2, expect.stringMatching(why)]);
          expect(terminals.seen().most_A).toBe(0);
        },
        undefined,
        { identity },
      );
    }
  });

  it('sweep a cell into the columns of cell sweep, with provenance that calibrate reads back', async () => {
    const cwd = scratch('instrument');
    await withSmu(async (address) => {
      const line =
        'instrument sweep SMU --drive triangle:1V,-0.8V,0.5s,2 --samples 40 --yes -o m.csv -o m.svg --json';
      const { code, stdout, stderr } = await ohmprop([...said(line, address), ...limits], { cwd });
      expect([code, stderr]).toEqual([0, expect.stringContaining('will be swept')]);
      expect(JSON.parse(stdout).sweeps[0]).toMatchObject({ points: 80, atLimit: 0 });
    });
    const simulated = await ohmprop(
      ['cell', 'sweep', 'wox-chang', '--drive', 'triangle:1V,-0.8V,0.5s,2', '-o', 's.csv'],
      { cwd },
    );
    expect(simulated.code).toBe(0);
    const heading = (file: string) =>
      readFileSync(join(cwd, file), 'utf8')
        .split('\n')
        .find((line) => !line.startsWith('#'));
    expect(heading('m.csv')).toBe(heading('s.csv'));
    const inspected = await ohmprop(['calibrate', 'inspect', 'm.csv', '--json'], { cwd });
    const [file] = JSON.parse(inspected.stdout).measured;
    expect(file.settings).toEqual([{ name: 'compliance_A', value: 1e-4, from: 'file' }]);
    expect(file.series[0].kind).toBe('sweep');
    const current = file.series[0].columns.find(({ role }: { role: string }) => role === 'current_A');
    expect(current.high).toBeCloseTo(4.95e-5, 9);
  });

  it('give trains that calibrate takes as trains, with pulse and read voltage', async () => {
    const cwd = scratch('instrument');
    await withSmu(async (address) => {
      const line = 'instrument pulse SMU --drive pulses:0.8V,5ms,6 --yes -o t.csv';
      expect((await ohmprop([...said(line, address), ...limits], { cwd })).code).toBe(0);
    });
    const { stdout } = await ohmprop(['calibrate', 'inspect', 't.csv', '--json'], { cwd });
    const [file] = JSON.parse(stdout).measured;
    expect(
      Object.fromEntries(file.settings.map((one: { name: string; value: number }) => [one.name, one.value])),
    ).toEqual({
      readVoltage_V: 0.1,
      compliance_A: 1e-4,
      amplitude_V: 0.8,
      width_s: 0.005,
    });
  });

  it('speak over a serial port at the rate that is said, and write the line down', async () => {
    const cwd = scratch('instrument');
    const instrument = new Emulated2400({ clock: wallClock, cell: resistorPort(2e4) });
    const served = await serveDeviceOnPty(instrument);
    try {
      const line = `instrument info smu:${served.address} --baud 57600 --record bytes.txt --json`;
      const { code, stdout } = await ohmprop(line.split(' '), { cwd });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ dialect: 'scpi-2400', state: { output: false } });
    } finally {
      await served.close();
    }
    expect(readFileSync(join(cwd, 'bytes.txt'), 'utf8')).toMatch(/> 2a49444e3f0a ; \*IDN\?/);
  });
});
