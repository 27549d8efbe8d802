import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LinearIonDrift } from '../../devices/elements/index.js';
import { pulseBeyond } from '../../solver/device-waveform/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

describe('ohmprop cell pulse', () => {
  it('simulates a physical model pulse by pulse', async () => {
    const cwd = scratch();
    const pulse = ['cell', 'pulse', 'sdc-nugent', '--drive', 'pulses:0.5V,6us,40/-0.5V,6us,40'];
    const { code, stdout } = await ohmprop([...pulse, '-o', 'train.csv', '--json'], { cwd });
    expect(code).toBe(0);
    expect((await ohmprop(pulse)).stdout).toMatch(/potentiation: 40 pulses of 0.5 V, 6.00 µs, NL/);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ model: 'sdc-nugent', symmetricEverywhere: false, warnings: [] });
    // up and down rates are equal by the parameters: steps cancel in the middle
    expect(summary.symmetryPoint).toBeCloseTo(0.5, 3);
    const lines = (await readFile(join(cwd, 'train.csv'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1 + 41 + 41);
    expect(lines[0]).toBe('direction,pulse,conductance_S');
  });

  it.each([
    [['linear', '--pulses', '-4'], /--pulses: needs 1 or more, got "-4"/],
    [['linear', '--pulses', '1e9'], /--pulses.*1e9/],
    [['linear', '--read-noise', '-1'], /--read-noise.*0 or more/],
    [['linear', '--drive', 'pulses:1V,1us'], /--drive: the pulses of the cells linear/],
    [['sdc-nugent', '--drive', 'sine:1V,1Hz'], /--drive.*cannot be used here; write pulses:/],
    [['sdc-nugent', '--drive', 'pulses:1V/-1V/1V'], /--drive: one drive of two trains/],
    [['sdc-nugent', '--drive', 'pulses:1V,1us,5', '--pulses', '4'], /--pulses: --drive says how many/],
    [
      ['sdc-nugent', '--drive', 'pulses:1V', '--width', '1us'],
      /--up, --down and --width are part of --drive/,
    ],
    [['linear', '--read', '0.2'], /--read: the conductances of the cells linear/],
    [['linear', '--up', '3'], /--up: the pulses of the cells linear/],
    [['sdc-nugent', '--width', '0'], /--width.*more than 0/],
    [['sdc-nugent', '--up', '-0.5'], /-0.5 V does not raise/],
    [['tio2-jogleka'], /did you mean tio2-joglekar/],
    [['linear', '-o', 'train.pdf'], /must end in .csv .*\.svg.*\.png/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await ohmprop(['cell', 'pulse', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/NL/);
  });

  it('takes the old flags for the drive that they were, with one warning', async () => {
    const now = ['cell', 'pulse', 'sdc-nugent', '--drive', 'pulses:0.5V,6us/-0.4V,6us', '--pulses', '9'];
    const old = [
      'cell',
      'pulse',
      'sdc-nugent',
      '--up',
      '0.5',
      '--down=-0.4',
      '--width',
      '6us',
      '--pulses',
      '9',
    ];
    const [present, former] = [await ohmprop([...now, '--json']), await ohmprop([...old, '--json'])];
    expect([former.code, former.stdout]).toEqual([0, present.stdout]);
    expect(former.stderr.match(/^warning: --up is now --drive pulses:/gm)).toHaveLength(1);
    expect(present.stderr).toBe('');
  });

  it('warns outside the valid range, in the summary too', async () => {
    const { stdout, stderr } = await ohmprop(['cell', 'pulse', 'wox-chang', '--up', '3', '--json']);
    expect(stderr.match(/holds between -2 and 2 V/g)).toHaveLength(1);
    expect(JSON.parse(stdout).warnings).toHaveLength(1);
    const train = ['train', '--data', 'iris', '--cells', 'wox-chang', '--epochs', '1', '-o', 'r/'];
    const trained = await ohmprop([...train, '--pulse', '3V,1ms,-1V,1ms'], { cwd: scratch() });
    expect(trained.stderr).toMatch(/the model holds between -2 and 2 V; pulses of 3 V take it to 3 V/);
  });

  it('counts what a series resistance takes of a pulse', () => {
    // 16 kΩ at most behind 16 kΩ: half of the pulse
    const model = new LinearIonDrift({ r_on_ohm: 100, r_off_ohm: 16e3 });
    const limited = Object.assign(Object.create(model), { validRange_V: [-1, 1] });
    expect(pulseBeyond(limited, 1.9, 16e3)).toBeUndefined();
    expect(pulseBeyond(limited, 2.2, 16e3)?.across_V).toBeCloseTo(1.1, 12);
    expect(pulseBeyond(limited, -1.9, 0)?.across_V).toBe(-1.9);
  });
});
