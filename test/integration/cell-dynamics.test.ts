import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Memdiode, MetastableSwitch } from '../../devices/elements/index.js';
import { NgspiceEngine } from '../../solver/ngspice/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const pulses = ['--drive', 'pulses:0.5V,6us/-0.5V,6us'];

it('makes the pulse part of a cell file from the dynamics, which trains as the pulses themselves do', async () => {
  const cwd = scratch();
  const { code } = await ohmprop(['cell', 'pulse', 'sdc-nugent', ...pulses, '-o', 'sdc.cell.json'], { cwd });
  expect(code).toBe(0);
  const cell = JSON.parse(await readFile(join(cwd, 'sdc.cell.json'), 'utf8'));
  expect(cell.dynamics).toEqual({ preset: 'sdc-nugent' });
  expect(cell.pulse).toMatchObject({
    g_min_S: 1 / 1500,
    g_max_S: 1 / 500,
    window: 'fitted',
    potentiation: { pulse: { amplitude_V: 0.5, width_s: 6e-6 } },
  });
  // the exact step of the model at a constant voltage
  const exact = new MetastableSwitch();
  const { conductance_S, step_S } = cell.pulse.potentiation.law;
  const span = 1 / 500 - 1 / 1500;
  for (const [k, g] of conductance_S.entries()) {
    const x = (g - 1 / 1500) / span;
    expect(step_S[k] / span).toBeCloseTo(exact.step(x, 0.5, 6e-6) - x, 6);
  }
  const run = (more: string[]) =>
    ohmprop(['train', '--data', 'iris', '--epochs', '1', ...more, '--json'], { cwd }).then(({ stdout }) => {
      const { epochs } = JSON.parse(stdout);
      return epochs.map(({ trainError, testError }: { trainError: number; testError: number }) => [
        trainError,
        testError,
      ]);
    });
  const byFile = await run(['--cells', 'sdc.cell.json', '-o', 'a/']);
  const byPulse = await run(['--cells', 'sdc-nugent', '--pulse', '0.5V,6us,-0.5V,6us', '-o', 'b/']);
  expect(byPulse).toEqual(byFile);
});

it('takes whichever pulse raises the conductance, and says so', async () => {
  const cwd = scratch();
  const args = ['train', '--data', 'iris', '--epochs', '1', '--cells', 'vteam-kvatinsky', '-o', 'r/'];
  const { code, stderr } = await ohmprop([...args, '--pulse', '+0.03V,1us,-0.3V,1ns'], { cwd });
  expect(code).toBe(0);
  expect(stderr).toMatch(/pulses of -0\.3 V raise its conductance, those of 0\.03 V lower it/);
});

it.each([
  [['train', '--data', 'iris', '--cells', 'vteam-kvatinsky'], /say what pulses move it: --pulse \+1\.2V/],
  [
    ['train', '--data', 'iris', '--cells', 'ag-asi-jo', '--pulse', '1V'],
    /write amplitude and width of the pulse/,
  ],
  [
    ['train', '--data', 'iris', '--cells', 'hfo2-gong', '--pulse', '1V,1us,-1V,1us'],
    /cells hfo2-gong have the pulses of their source/,
  ],
  [
    ['train', '--data', 'iris', '--cells', 'sdc-nugent', '--pulse', '0.5V,6us,0.5V,6us'],
    /a pulse of 0\.5 V does not lower the conductance of sdc-nugent/,
  ],
  [['cell', 'pulse', 'linear', '-o', 'x.cell.json'], /has the pulses of its source already/],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await ohmprop(args, { cwd: scratch() });
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

it('holds a model against a measured loop', async () => {
  const cwd = scratch();
  await ohmprop(
    ['cell', 'sweep', 'wox-chang', '--drive', 'sine:1.2V,0.5Hz,1', '--samples', '100', '-o', 'w.csv'],
    {
      cwd,
    },
  );
  const [, ...rows] = (await readFile(join(cwd, 'w.csv'), 'utf8')).trim().split('\n');
  const cells = rows.map((row) => row.split(',')).map(([, , t, v, , i]) => `${t},${v},${i}`);
  await writeFile(join(cwd, 'loop.csv'), `time (s),voltage (V),current (A)\n${cells.join('\n')}\n`);
  const args = ['--against', 'loop.csv', '--json', '-o', 'beside.csv', '-o', 'beside.svg'];
  const own = await ohmprop(['cell', 'sweep', 'wox-chang', ...args], { cwd });
  const [{ r2, marks }] = JSON.parse(own.stdout).against;
  expect(r2).toBeGreaterThan(0.9999);
  expect(marks.model.area_VA / marks.data.area_VA).toBeCloseTo(1, 2);
  expect((await readFile(join(cwd, 'beside.csv'), 'utf8')).split('\n')[0]).toBe(
    'loop,time_s,drive_V,voltage_V,measured_A,current_A,state',
  );
  const other = await ohmprop(
    ['cell', 'sweep', 'wox-chang', '--set', 'tau=0.1', '--against', 'loop.csv', '--json'],
    {
      cwd,
    },
  );
  expect(JSON.parse(other.stdout).against[0].r2).toBeLessThan(0.99);
  const both = await ohmprop(['cell', 'sweep', 'wox-chang', '--against', 'loop.csv', '--drive', 'sine:1V'], {
    cwd,
  });
  expect(both.stderr).toMatch(/the file says what drives/);
});

it.each([
  [
    'a metastable switch the other way round',
    {
      model: 'metastable-switch',
      mirrored: true,
      parameters: {
        ...new MetastableSwitch({ r_on_ohm: 2e3, r_off_ohm: 1e5, tau_s: 1e-3, v_on_V: 0.3 }).values,
      },
    },
  ],
  [
    'a memdiode with its resistance',
    { model: 'memdiode', parameters: { ...new Memdiode({ t_set_s: 2, t_reset_s: 2, initial: 0.1 }).values } },
  ],
])('exports %s to ngspice with the same current to 1e-4 of full scale', async (_, dynamics) => {
  const cwd = scratch();
  const file = {
    kind: 'cell',
    format: 1,
    name: 'cell',
    provenance: { program: 'a test', sources: [] },
    dynamics: { ...dynamics, voltage_V: [-1, 1] },
  };
  await writeFile(join(cwd, 'one.cell.json'), JSON.stringify(file));
  const exported = await ohmprop(['cell', 'export', 'one.cell.json', '--to', 'spice'], { cwd });
  expect(exported.code).toBe(0);
  const name = /\.subckt (\S+)/.exec(exported.stdout)![1];
  const deck = [
    'loop',
    exported.stdout.trim(),
    `v1 a 0 sin(0 0.9 10)`,
    `rs a b 1k`,
    `x1 b 0 ${name}`,
    '.options reltol=1e-7 abstol=1e-15 vntol=1e-9 method=gear',
    '.tran 100u 0.1 0 20u uic',
    '.end',
    '',
  ].join('\n');
  const ngspice = await NgspiceEngine.start();
  const found = await ngspice.run(deck);
  await ngspice.close();
  const sweep = await ohmprop(
    [
      'cell',
      'sweep',
      'one.cell.json',
      '--drive',
      'sine:0.9V,10Hz,1',
      '--series',
      '1k',
      '--samples',
      '2000',
      '-o',
      's.csv',
    ],
    { cwd },
  );
  expect(sweep.code).toBe(0);
  const rows = (await readFile(join(cwd, 's.csv'), 'utf8')).trim().split('\n').slice(1);
  const [times, currents] = [2, 5].map((k) => rows.map((row) => Number(row.split(',')[k])));
  const size = Math.max(...currents) - Math.min(...currents);
  const ours = (t: number): number => {
    const at = Math.min(times.length - 2, Math.floor((t / 0.1) * (times.length - 1)));
    const share = (t - times[at]) / (times[at + 1] - times[at]);
    return currents[at] + share * (currents[at + 1] - currents[at]);
  };
  let worst = 0;
  for (const [k, t] of found.time.entries()) {
    if (t > 0.1) continue;
    worst = Math.max(worst, Math.abs(-found['i(v1)'][k] - ours(t)));
  }
  expect(worst / size).toBeLessThan(1e-4);
});
