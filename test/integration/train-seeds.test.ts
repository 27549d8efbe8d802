import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adviseCell } from '../../calibration/cell-files/index.js';
import { pulsePreset } from '../../devices/cells/pulse/index.js';
import { meanOfSeeds, meanOfShares } from '../../experiments/sessions/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const cwd = scratch('train-seeds');
const here = (...args: string[]) => ohmprop(args, { cwd });
const iris = ['train', '--data', 'iris', '--epochs', '3'];

describe('train --seeds', () => {
  it('runs each seed as that seed alone would, each in its directory, and says mean and spread', async () => {
    const { code, stdout, stderr } = await here(
      ...iris,
      '--seed',
      '4',
      '--seeds',
      '3',
      '-o',
      'three/',
      '--json',
    );
    expect(code, stderr).toBe(0);
    const { seeds, accuracy } = JSON.parse(stdout);
    expect(seeds.map(({ seed }: { seed: number }) => seed)).toEqual([4, 5, 6]);
    const alone = await here(...iris, '--seed', '5', '-o', 'alone/', '--json');
    expect(JSON.parse(alone.stdout).testError).toBe(seeds[1].testError);
    const right = seeds.map(({ testError }: { testError: number }) => 1 - testError);
    expect(accuracy.mean).toBeCloseTo((right[0] + right[1] + right[2]) / 3, 12);
    expect(accuracy.n).toBe(3);
    for (const seed of [4, 5, 6])
      expect(existsSync(join(cwd, `three/seed-${seed}/manifest.json`))).toBe(true);
    expect(JSON.parse(readFileSync(join(cwd, 'three/seeds.json'), 'utf8')).accuracy.n).toBe(3);
    expect(stderr).toMatch(/run 2 of 3: seed 5/);
  });

  it('does not write a board again and again', async () => {
    const { code, stderr } = await here(
      'train',
      '--preset',
      'nano-xor',
      '--device',
      '/dev/ttyUSB9',
      '--seeds',
      '2',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/2 runs would write \/dev\/ttyUSB9 anew 2 times/);
  });
});

describe('train --beside-ideal', () => {
  it('pairs each seed in cells with ideal ones of the same window, in turn, and advises a policy', async () => {
    const cells = ['--cells', 'ag-asi-jo', '--policy', 'accumulate'];
    const run = await here(...iris, ...cells, '--beside-ideal', '--seeds', '2', '-o', 'pair/', '--json');
    expect(run.code, run.stderr).toBe(0);
    const { seeds, besideIdeal, advice } = JSON.parse(run.stdout);
    expect(seeds.map(({ seed, variant }: { seed: number; variant: string }) => `${seed} ${variant}`)).toEqual(
      ['1 ag-asi-jo', '1 ideal', '2 ag-asi-jo', '2 ideal'],
    );
    const [first] = besideIdeal.pairs;
    expect(first.difference).toBeCloseTo(first.cells - first.ideal, 12);
    expect(first.cells).toBeCloseTo(1 - seeds[0].testError, 12);
    // 12.5 is the window of the preset
    const ideal = readFileSync(join(cwd, 'pair/seed-1-ideal/config.yaml'), 'utf8');
    expect(ideal).toMatch(/window: 12\.5/);
    expect(ideal).toMatch(/policy: exact/);
    expect(advice.policy).toBe('write-verify');
    const text = await here(...iris, ...cells, '--beside-ideal');
    expect(text.stdout).toMatch(/difference [−+]\d/);
    expect(text.stdout).toMatch(/policy for these cells: write-verify: a pulse is off by/);
  });

  it('says that no pulses were compared where conductances are set exactly', async () => {
    const run = await here(...iris, '--cells', 'ag-asi-jo', '--policy', 'exact', '--beside-ideal');
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/policy exact sets conductances without pulses: .* had no say/);
    expect(run.stdout).toContain('--policy accumulate or proportional makes pulses');
  });

  it('asks for cells', async () => {
    const { code, stderr } = await here(...iris, '--beside-ideal');
    expect(code).toBe(2);
    expect(stderr).toMatch(/name the cells, --cells my\.cell\.json/);
  });

  it('says what would be run without running it', async () => {
    const dry = await here(
      ...iris,
      '--cells',
      'linear',
      '--beside-ideal',
      '--seeds',
      '3',
      '--dry-run',
      '-o',
      'no/',
    );
    expect(dry.stdout).toMatch(
      /6 runs, one after the other: seeds 1, 2, 3, each in the cells and on ideal ones/,
    );
    expect(existsSync(join(cwd, 'no'))).toBe(false);
  });
});

describe('the policy advised', () => {
  it.each([
    ['linear', 'proportional', /come out as meant/],
    ['ag-asi-jo', 'write-verify', /off by 3\.5 % of the range/],
    ['taox-tio2-gao', 'accumulate', /steps up and down differ/],
    ['hfo2-gong', 'write-verify', /off by/],
  ])('for %s is %s', (name, policy, reason) => {
    const advice = adviseCell(pulsePreset(name));
    expect(advice.policy).toBe(policy);
    expect(advice.reasons.join()).toMatch(reason);
  });

  it('is pairs where the window is small', () => {
    expect(adviseCell(pulsePreset('taox-tio2-gao')).pairing).toBe('differential');
    expect(adviseCell(pulsePreset('linear')).pairing).toBe('single');
  });
});

it('a mean of seeds has the interval of Student’s t', () => {
  // numbers 1 … 5: mean 3, s = √2.5, t(4) = 2.7764
  const { mean, deviation, low, high } = meanOfSeeds([1, 2, 3, 4, 5]);
  expect(mean).toBe(3);
  expect(deviation).toBeCloseTo(Math.sqrt(2.5), 12);
  expect(high).toBeCloseTo(3 + (2.7764 * Math.sqrt(2.5)) / Math.sqrt(5), 2);
  expect(low).toBeCloseTo(6 - (high as number), 12);
});

it('an accuracy of few seeds has an interval of shares', () => {
  // Student's t of one degree is 12.7: 70 and 90 % alone would give −47 to 207 %
  const { mean, low, high } = meanOfShares([0.7, 0.9]);
  expect([mean, low, high]).toEqual([0.8, 0, 1]);
});
