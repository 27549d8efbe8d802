import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

describe('ohmprop cell pulse', () => {
  it('simulates a physical model pulse by pulse', async () => {
    const cwd = scratch();
    const pulse = ['cell', 'pulse', 'sdc-nugent', '--width', '6e-6', '--pulses', '40'];
    const { code, stdout, stderr } = await ohmprop([...pulse, '--csv', 'train.csv', '--json'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/potentiation: 40 pulses of 0.5 V, 6.00 µs, NL/);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ model: 'sdc-nugent', symmetricEverywhere: false, warnings: [] });
    // up and down rates are equal by the parameters: steps cancel in the middle
    expect(summary.symmetryPoint).toBeCloseTo(0.5, 3);
    const lines = (await readFile(join(cwd, 'train.csv'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1 + 41 + 41);
    expect(lines[0]).toBe('direction,pulse,conductance_S');
  });

  it.each([
    [['linear', '--pulses', '-4'], /--pulses.*-4.*whole number from 1 to 20000/],
    [['linear', '--pulses', '1e9'], /--pulses.*1e9/],
    [['linear', '--read-noise', '-1'], /--read-noise.*0 or more/],
    [['linear', '--up', '3'], /--up: the pulses of the cells linear/],
    [['sdc-nugent', '--width', '0'], /--width.*above 0/],
    [['sdc-nugent', '--up', '-0.5'], /-0.5 V does not raise/],
    [['tio2-jogleka'], /did you mean tio2-joglekar/],
    [['linear', '--plot', 'train.pdf'], /must end in .svg or .png/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await ohmprop(['cell', 'pulse', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/NL/);
  });

  it('warns outside the valid range, in the summary too', async () => {
    const { stdout, stderr } = await ohmprop(['cell', 'pulse', 'wox-chang', '--up', '3', '--json']);
    expect(stderr.match(/holds between -2 and 2 V/g)).toHaveLength(1);
    expect(JSON.parse(stdout).warnings).toHaveLength(1);
  });
});
