import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

let cwd: string;
beforeAll(async () => {
  cwd = scratch('settle');
  writeFileSync(join(cwd, 'rc.cir'), 'rc\nv1 in 0 2\nr1 in out 1k\n.end\n');
  writeFileSync(
    join(cwd, 'pulsed.cir'),
    'pulsed\nv1 in 0 pulse(0 1 0 1n 1n 1u 2u)\nr1 in out 1k\nc1 out 0 1n\n.end\n',
  );
  const { code } = await ohmprop(['train', '--preset', 'xor', '--epochs', '1', '--out', 'run'], { cwd });
  expect(code).toBe(0);
});

const settle = (...args: string[]) => ohmprop(['settle', ...args], { cwd });

describe('ohmprop settle', () => {
  it('says of a run when each phase has settled, what it took, and what an update takes', async () => {
    const { code, stdout } = await settle('run', '--node-capacitance', '1pF', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ asked: 4, done: 4, timeUnit: 's', within: '1 % of the largest change' });
    expect(found.phases.map(({ name }: { name: string }) => name)).toEqual([
      'free',
      'nudged +β',
      'nudged −β',
    ]);
    for (const { settling_s, delivered_J, imbalance } of found.phases) {
      expect(settling_s.median).toBeGreaterThanOrEqual(settling_s.q05);
      expect(delivered_J.median).toBeGreaterThan(0);
      expect(imbalance).toBeLessThan(1e-6);
    }
    const sum = found.samples[2].phases.reduce(
      (total: number, { energy }: { energy: { delivered_J: number } }) => total + energy.delivered_J,
      0,
    );
    expect(found.update.sample_J.largest).toBeGreaterThanOrEqual(sum * (1 - 1e-12));
    expect(found.update.update_J).toBeCloseTo(4 * found.update.sample_J.mean, 30);
    // Twice the capacitance, twice the time and energy.
    const twice = JSON.parse((await settle('run', '--node-capacitance', '2pF', '--json')).stdout);
    expect(twice.phases[0].settling_s.median / found.phases[0].settling_s.median).toBeCloseTo(2, 6);
    expect(twice.update.update_J / found.update.update_J).toBeCloseTo(2, 6);
  });

  it('draws waveforms and writes a row a sample and phase', async () => {
    const { code, stderr } = await settle(
      'xor',
      '--node-capacitance',
      '1pF',
      '-o',
      's.svg',
      '-o',
      's.csv',
      '-o',
      's.html',
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, 's.html'), 'utf8')).toContain('<svg');
    const svg = readFileSync(join(cwd, 's.svg'), 'utf8');
    expect(svg).toContain('settled, of 4 samples');
    expect(svg).toContain('nudged +β');
    const rows = readFileSync(join(cwd, 's.csv'), 'utf8').trim().split('\n');
    expect(rows).toHaveLength(1 + 4 * 3);
    expect(rows[0]).toMatch(
      /^sample,target,phase,beta,settling_s,output_settling_s,tolerance_V,.*delivered_J/,
    );
  });

  it('follows a Hopfield network in its own, dimensionless time, and says so', async () => {
    const line = ['hopfield-1h', '--data', 'xor', '--set', 'network.hidden=[5]', '--set', 'validation=0'];
    const { stdout, code } = await settle(...line, '--json');
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found.timeUnit).toBe('time constants of the leak');
    expect(found.description).toMatch(/dimensionless.*ε = 0.5/);
    expect(found.phases[0].settling_timeConstants.median).toBeGreaterThan(0);
    expect(found.phases[0].delivered_J).toBeUndefined();
    const other = await settle(...line, '--node-capacitance', '1pF');
    expect(other).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/dimensionless.*--node-capacitance out/),
    });
    const never = await settle(...line, '--longest', '0.5');
    expect(never).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not settled after .*time constants.*--epsilon/),
    });
  });

  it('follows a SPICE file whose sources are switched on', async () => {
    const { stdout, code } = await settle('rc.cir', '--node-capacitance', '1nF', '--json', '-o', 'rc.svg');
    expect(code).toBe(0);
    const { settling_s, delivered_J } = JSON.parse(stdout);
    expect(settling_s / (1e-6 * Math.log(100))).toBeCloseTo(1, 3);
    expect(delivered_J / (4e-9 * 0.99)).toBeCloseTo(1, 3);
  });

  it.each([
    [['run'], 2, /--node-capacitance 1pF/],
    [['run', '--node-capacitance', '0'], 2, /node-capacitance.*above 0/],
    [['run', '--node-capacitance', '-1pF'], 2, /node-capacitance.*above 0/],
    [['run', '--node-capacitance', '1pF', '--driver-ohm', '-5'], 2, /driver-ohm.*at least 0/],
    [
      ['run', '--node-capacitance', '1pF', '--longest', '1ns'],
      1,
      /not settled after 1.00 ns were simulated.*--longest/,
    ],
    [
      ['run', '--node-capacitance', '1pF', '--lsb', '1e-30'],
      2,
      /--lsb .*too near to tell.*ask for .* and more/,
    ],
    [['run', '--node-capacitance', '1pF', '--within', '1e-16'], 2, /--within 1e-16 .*too near.*--lsb/],
    [['run', '--node-capacitance', '1pF', '--samples', '5'], 2, /xor has 4 test samples/],
    [['run', '--node-capacitance', '1pF', '--epsilon', '0.1'], 2, /--epsilon.*Hopfield/],
    [['run', '--node-capacitance', '1pF', '--phases', 'fre'], 2, /phases.*free/],
    [['run', '--node-capacitance', '1pF', '--nodes', 'o0'], 2, /--nodes.*SPICE/],
    [['run', '--node-capacitance', '1pF', '--set', 'training.beta=1'], 2, /--set goes with a preset/],
    [['run', '--node-capacitance', '1pF', '--lsb', '1uV', '--within', '1%'], 2, /leave one out/],
    [['board-xor', '--node-capacitance', '1pF'], 2, /a board settles by itself/],
    [
      [
        'xor',
        '--node-capacitance',
        '1pF',
        '--set',
        'training.cost=cross-entropy',
        '--set',
        'arithmetic=float64',
        '--set',
        'training.nudge=current',
      ],
      2,
      /--phases free.*current-held/,
    ],
    [['rc.cir'], 2, /no capacitance.*--node-capacitance/],
    [['rc.cir', '--node-capacitance', '1nF', '--samples', '3'], 2, /--samples: goes with a run/],
    [['rc.cir', '--node-capacitance', '1nF', '--phases', 'nudged'], 2, /one phase/],
    [['rc.cir', '--node-capacitance', '1nF', '--longest', '10ns'], 1, /not settled after 10.0 ns/],
    [['pulsed.cir'], 2, /v1 changes with time/],
    [['missing.cir', '--node-capacitance', '1nF'], 2, /missing.cir/],
    [['rnu', '--node-capacitance', '1nF'], 2, /rnu/],
  ])('%j: exit code %i, and says what to change', async (args, code, said) => {
    expect(await settle(...args)).toMatchObject({ code, stderr: expect.stringMatching(said) });
  });

  it('keeps the samples that are done where it is interrupted', async () => {
    const { code, stdout, stderr } = await ohmprop(['settle', 'xor', '--node-capacitance', '1pF', '--json'], {
      cwd,
      signal: AbortSignal.abort(),
    });
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ done: 0, asked: 4 });
    expect(stderr).toMatch(/0 of 4 samples/);
  });

  it('takes the circuit that export writes of a run: the same time as of the run', async () => {
    const exported = await ohmprop(['export', 'run', '--sample', '2', '-o', 'run.cir'], { cwd });
    expect(exported.code).toBe(0);
    const ofRun = await settle('run', '--node-capacitance', '1pF', '--phases', 'free', '--json');
    const { outputSettling_s, outputTolerance_V } = JSON.parse(ofRun.stdout).samples[2].phases[0];
    const line = [
      'run.cir',
      '--node-capacitance',
      '1pF',
      '--nodes',
      'o0,o1',
      '--lsb',
      `${outputTolerance_V}V`,
    ];
    const { settling_s } = JSON.parse((await settle(...line, '--json')).stdout);
    expect(settling_s / outputSettling_s).toBeCloseTo(1, 2);
    const alone = await ohmprop(['export', 'run', '--sample', '2'], { cwd });
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringMatching(/--sample.*FILE.cir/) });
  });

  it('settles to a step of a converter', async () => {
    const { stdout } = await settle('run', '--node-capacitance', '1pF', '--lsb', '7uV', '--json');
    expect(JSON.parse(stdout).samples[0].phases[0].tolerance_V).toBe(7e-6);
  });
});
