import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MetastableSwitch } from '../../devices/elements/index.js';
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
