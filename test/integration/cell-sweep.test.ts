import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

describe('ohmprop cell sweep', () => {
  it('names frequencies as people do, and the model once', async () => {
    const { code, stdout, stderr } = await ohmprop(['cell', 'sweep', 'vteam-kvatinsky', '--json']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^vteam-kvatinsky: Kvatinsky/);
    expect(stderr).toMatch(/100 MHz: .*state 0\.000 … 1\.577e-9 m\n/);
    expect(JSON.parse(stdout).sweeps).toHaveLength(3);
  });

  it.each([
    [['tio2-zha', '--samples', '1e9'], /--samples.*1e9.*whole number/],
    [['tio2-zha', '--samples', '1'], /--samples: a period takes at least 16/],
    [['tio2-zha', '--periods', '1000', '--samples', '100000'], /at most 1000000/],
    [['tio2-zha', '--positive', '-1'], /--positive.*0 or more/],
    [['tio2-zha', '--positive', '0', '--negative', '0'], /nothing to sweep/],
    [['tio2-zha', '--frequencies', '1,0'], /--frequencies.*above 0/],
    [['tio2-zha', '--plot', 'loop.pdf'], /must end in .svg or .png/],
    [['tio2-zha', '--plot', 'nowhere/loop.svg'], /there is no folder nowhere; make it first/],
    [['linear'], /linear is a cell that pulses move/],
    [['tio2-zah'], /did you mean tio2-zha/],
  ])('refuses %j before any work', async (args, message) => {
    const { code, stderr } = await ohmprop(['cell', 'sweep', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/loop area/);
  });

  const base = { name: 'mine', current: '1e-3*v*x', rate: '20*v' };
  it.each([
    [{ ...base, parameters: { x: 2 } }, /parameter x has the name of a variable/],
    [{ ...base, current: 'i*v' }, /current "i\*v" cannot be used: i is neither/],
    [{ ...base, rate: 'log(x - 2)*0 + sqrt(-1 - x)' }, /rate .* is not a number at v = -1 V, x = 0.5/],
    [{ ...base, validRange_V: [1, -1] }, /validRange_V goes from the lowest to the highest voltage/],
    [{ ...base, rates: '20*v' }, /rates: unknown key; did you mean "rate"\?/],
    [{ ...base, parameters: { g: '3' } }, /parameters.g: .*got "3"/],
    [null, /a model has name, current/],
  ])('says what is wrong with the equations %j', async (model, message) => {
    const cwd = scratch();
    await writeFile(join(cwd, 'mine.json'), JSON.stringify(model));
    const { code, stderr } = await ohmprop(['cell', 'sweep', 'mine.json'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('goes through the kink of abs(v) behind a resistance', async () => {
    const cwd = scratch();
    await writeFile(join(cwd, 'mine.json'), JSON.stringify({ ...base, current: '1e-3*v*abs(v)*x' }));
    const { code, stdout } = await ohmprop(['cell', 'sweep', 'mine.json', '--series', '100', '--json'], {
      cwd,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).model).toBe('mine');
  });
});
