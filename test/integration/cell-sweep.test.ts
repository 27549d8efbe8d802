import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

describe('ohmprop cell sweep', () => {
  it('names frequencies as people do, and the model once', async () => {
    const { code, stdout, stderr } = await ohmprop(['cell', 'sweep', 'vteam-kvatinsky']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^vteam-kvatinsky: Kvatinsky/);
    expect(stdout).toMatch(/100 MHz: .*state 0\.000 … 1\.577e-9 m\n/);
    const json = await ohmprop(['cell', 'sweep', 'vteam-kvatinsky', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ sweeps: [{}, {}, {}], files: [] });
  });

  it.each([
    [['tio2-zha', '--samples', '1e9'], /--samples.*whole number.*1e9/],
    [['tio2-zha', '--samples', '1'], /--samples: needs 16 or more/],
    [['tio2-zha', '--drive', 'sine:1V,1Hz,1000', '--samples', '100000'], /at most 1000000/],
    [['tio2-zha', '--drive', 'read:1V'], /--drive.*cannot be used here; write sine:/],
    [['tio2-zha', '--drive', 'pulses:1V,1us'], /a train of 1 V needs its width and count/],
    [['tio2-zha', '--from', '1.2'], /--from: the state x of tio2-zha lies between 0 and 1, got 1\.2/],
    [
      ['tio2-zha', '--drive', 'triangle:1V,-1V,1s', '--frequencies', '1,2'],
      /--frequencies is for a sine without one/,
    ],
    [['tio2-zha', '--drive', 'nowhere.csv'], /nowhere\.csv.*ENOENT/],
    [['tio2-zha', '--periods', '1000', '--samples', '100000'], /at most 1000000/],
    [['tio2-zha', '--positive', '-1'], /--positive: needs 0 or more/],
    [['tio2-zha', '--positive', '0', '--negative', '0'], /nothing to sweep/],
    [['tio2-zha', '--frequencies', '1,0'], /--frequencies.*above 0/],
    [['tio2-zha', '-o', 'loop.pdf'], /must end in .*\.svg.*\.png/],
    [['tio2-zha', '-o', 'nowhere/loop.svg'], /there is no folder nowhere .*make it first/],
    [['linear'], /linear is a cell that pulses move/],
    [['tio2-zah'], /did you mean tio2-zha/],
  ])('refuses %j before any work', async (args, message) => {
    const { code, stderr } = await ohmprop(['cell', 'sweep', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/loop area/);
  });

  it('takes one drive for each sweep: sines, triangles and tables, with their units', async () => {
    const cwd = scratch();
    // A table that is the triangle: corners alone, in other units.
    await writeFile(join(cwd, 'wave.csv'), 'time (ms);drive (mV)\n0;0\n250;1000\n750;-1000\n1000;0\n');
    const drives = ['sine:1V,-0.5V,2Hz,3', 'triangle:1V,-1V,1s,1', 'wave.csv'].flatMap((d) => ['--drive', d]);
    const args = [
      'cell',
      'sweep',
      'tio2-zha',
      ...drives,
      '-o',
      'all.csv',
      '-o',
      'all.svg',
      '--figure',
      '85mm',
    ];
    const { code, stdout } = await ohmprop([...args, '--json'], { cwd });
    expect(code).toBe(0);
    const { sweeps, files } = JSON.parse(stdout);
    expect(files).toEqual(['all.csv', 'all.svg', 'all.svg.csv']);
    expect(sweeps[0]).toMatchObject({ frequency_Hz: 2, drive: { kind: 'sine', negative_V: -0.5 } });
    expect(sweeps[2]).toMatchObject({ drive: { kind: 'file', path: 'wave.csv' } });
    // The same path in time leaves the same state.
    expect(sweeps[2].highestState / sweeps[1].highestState).toBeCloseTo(1, 4);
    const table = (await readFile(join(cwd, 'all.csv'), 'utf8')).split('\n');
    expect(table[0]).toBe('sweep,frequency_Hz,time_s,drive_V,voltage_V,current_A,state');
    const triangle = table.filter((line) => line.startsWith('1,')).map((line) => Number(line.split(',')[3]));
    expect([triangle[100], triangle[300], Math.max(...triangle)]).toEqual([1, -1, 1]);
    expect(await readFile(join(cwd, 'all.svg'), 'utf8')).toMatch(/<svg[^>]* width="85mm"/);
    expect((await ohmprop(args, { cwd })).stderr).toMatch(/all\.csv.*--force/);
  });

  it('sweeps with pulses from a state that is named', async () => {
    // k_off (v/v_off − 1) = 5e-4 m/s at 0.04 V, and no window: 100 pulses of 1 ns go 5e-11 m
    const args = ['vteam-kvatinsky', '--from', '1e-9', '--drive', 'pulses:0.04V,1ns,100'];
    const { stdout } = await ohmprop(['cell', 'sweep', ...args, '--json']);
    const [{ lowestState, highestState }] = JSON.parse(stdout).sweeps;
    expect(lowestState).toBe(1e-9);
    expect(highestState).toBeCloseTo(1.05e-9, 13);
  });

  it('takes the old flags for the sine that they were, with one warning', async () => {
    const old = ['--positive', '1', '--negative', '0.5', '--frequencies', '2', '--periods', '3'];
    const former = await ohmprop(['cell', 'sweep', 'tio2-zha', ...old, '--json']);
    const now = await ohmprop(['cell', 'sweep', 'tio2-zha', '--drive', 'sine:1V,-0.5V,2Hz,3', '--json']);
    expect(JSON.parse(former.stdout)).toEqual(JSON.parse(now.stdout));
    expect(former.stderr.match(/^warning: --positive is now --drive sine:/gm)).toHaveLength(1);
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
