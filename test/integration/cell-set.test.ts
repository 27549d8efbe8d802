import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const sweep = async (args: string, cwd = scratch()) =>
  ohmprop(['cell', 'sweep', ...args.split(' '), '--drive', 'sine:1V,1Hz', '--json'], { cwd });

it('sets parameters of presets and of YAML models, by their names or the start of them', async () => {
  // A resistance that does not move: the largest current is V/R.
  const text = 'name: fixed\ncurrent: v/r\nparameters: { r: 1000, mu: { value: 1, min: 0, max: 2 } }\n';
  const cwd = scratch();
  writeFileSync(join(cwd, 'm.yaml'), text);
  const largest = async (args: string) =>
    JSON.parse((await sweep(args, cwd)).stdout).sweeps[0].largestCurrent_A;
  expect(await largest('m.yaml')).toBeCloseTo(1e-3, 6);
  expect(await largest('m.yaml --set r=4k')).toBeCloseTo(0.25e-3, 6);
  const preset = await largest('tio2-joglekar --series 0');
  expect(await largest('tio2-joglekar --series 0 --set roff=32k --set mobility=1e-20')).toBeLessThan(preset);
});

it.each([
  ['tio2-joglekar --set r=1', /--set "r" may be r_on_ohm or r_off_ohm/],
  ['tio2-joglekar --set rof', /should read name=value/],
  ['tio2-joglekar --set mew=1', /has no parameter "mew".*It has r_on_ohm, r_off_ohm/],
  ['tio2-joglekar --set roff=-1', /r_off_ohm must lie between/],
  ['tio2-joglekar --set roff=1V', /--set r_off_ohm/],
])('refuses %s', async (args, message) => {
  const { code, stderr } = await sweep(args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});
