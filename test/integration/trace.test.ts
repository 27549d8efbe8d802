import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const hopfield = ['--set', 'network={kind: hopfield, hidden: [16], relaxation: exact}'];

describe('ohmprop trace', () => {
  it('follows a sample of a Hopfield network down its energy, free and nudged', async () => {
    const cwd = scratch();
    const { code, stdout, stderr } = await ohmprop(
      ['trace', 'digits', ...hopfield, '--sample', '5', '--json', '-o', 'trace.svg'],
      { cwd },
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { phases, layers, sample, energyUnit } = JSON.parse(stdout);
    expect({ sample, layers, energyUnit }).toEqual({ sample: 5, layers: [16, 10], energyUnit: '1' });
    expect(phases.map((p: { name: string }) => p.name)).toEqual(['free', 'nudged +β', 'nudged −β']);
    for (const { steps } of phases) {
      expect(steps[0].states.length).toBe(26);
      for (let s = 1; s < steps.length; s++) {
        expect(steps[s].energy).toBeLessThanOrEqual(steps[s - 1].energy + 1e-5);
      }
    }
    const [free, plus, minus] = phases;
    expect(free.steps[0].states.every((state: number) => state === 0)).toBe(true);
    const rest = free.steps.at(-1);
    for (const nudged of [plus, minus]) expect(nudged.steps[0].states).toEqual(rest.states);
    expect(plus.steps.at(-1).cost).toBeLessThanOrEqual(rest.cost);
    expect(minus.steps.at(-1).cost).toBeGreaterThanOrEqual(rest.cost);
    expect(readFileSync(join(cwd, 'trace.svg'), 'utf8')).toMatch(/<svg.*nudged \+β/s);
  });

  it('follows a sample of a trained resistive network, as a table', async () => {
    const cwd = scratch();
    await ohmprop(
      ['train', '--layers', '12', '--epochs', '1', '--limit', '60', '--beta', '0.05', '--out', 'run'],
      { cwd },
    );
    const { code, stdout } = await ohmprop(['trace', 'run', '--sample', '2', '--part', 'train', '--csv'], {
      cwd,
    });
    expect(code).toBe(0);
    const [header, ...rows] = stdout.trim().split('\n');
    expect(header).toMatch(/^phase,beta,step,energy,cost,residual,layer1\[0\],.*,layer2\[9\]$/);
    expect(new Set(rows.map((row) => row.split(',')[0]))).toEqual(
      new Set(['free', 'nudged +β', 'nudged −β']),
    );
    for (const row of rows) expect(row.split(',').length).toBe(6 + 12 + 10);
  });

  it.each([
    [['digits', '--sample', '99999'], /--sample 99999: .* test samples/],
    [['digits', '--part', 'tset'], /one of train, validation, test/],
    [['digits', '-o', 'trace.pdf'], /must end in .*\.svg, \.png or \.html/],
    [['digits', '--plot', 'nowhere/trace.svg'], /--plot is now --out.*no folder nowhere/s],
    [['digits', '--json', '--csv'], /choose one/],
    [['hopfield-1x'], /hopfield-1h/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await ohmprop(['trace', ...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('a Hopfield network on the command line', () => {
  it('trains with particles, tells their memory first, and resumes bit for bit', async () => {
    const cwd = scratch();
    const training =
      'training={estimator: random-sign, beta: 1, batch: 20, conductanceRates: [0.2, 0.05], biasRates: 0.05, particles: true}';
    const args = ['train', ...hopfield, '--set', training, '--set', 'validation=50', '--limit', '200'];
    const whole = await ohmprop([...args, '--epochs', '3', '--out', 'whole', '--json'], { cwd });
    expect(whole.stderr).toMatch(/persistent particles: 200 samples × 26 states × 4 bytes = 0\.0208 MB/);
    await ohmprop([...args, '--epochs', '2', '--out', 'half'], { cwd });
    const half = await ohmprop(['resume', 'half', '--epochs', '3', '--json'], { cwd });
    const figures = (text: string) =>
      JSON.parse(text).epochs.map((e: { trainError: number; testError: number }) => [
        e.trainError,
        e.testError,
      ]);
    expect(figures(half.stdout)).toEqual(figures(whole.stdout));
    const last = (run: string) =>
      JSON.parse(
        readFileSync(join(cwd, run, 'metrics.jsonl'), 'utf8')
          .trim()
          .split('\n')[2],
      );
    expect(last('half').relativeChange).toEqual(last('whole').relativeChange);
    expect(Object.keys(last('whole').relativeChange)).toEqual(['w1', 'w2']);
    expect(last('whole').validationError).toBeGreaterThanOrEqual(0);
    // Other data need neither its particles nor its split.
    const data = `csv:${join(cwd, 'other.csv')}`;
    const row = (label: number) => [...new Array(256).fill(label % 2), label].join(',');
    writeFileSync(
      join(cwd, 'other.csv'),
      [
        `${Array.from({ length: 256 }, (_, i) => `x${i}`).join(',')},label`,
        ...Array.from({ length: 40 }, (_, s) => row(s % 10)),
      ].join('\n'),
    );
    const other = await ohmprop(['eval', 'whole', '--data', data, '--json'], { cwd });
    expect(JSON.parse(other.stdout).testError).toEqual(expect.any(Number));
    expect(other.code).toBe(0);
    expect((await ohmprop(['trace', 'whole', '--data', data], { cwd })).code).toBe(0);
    const set = await ohmprop(['trace', 'whole', '--set', 'network.epsilon=0.1'], { cwd });
    expect(set.stderr).toMatch(/--set network\.epsilon=0\.1: whole is a run/);
    expect(set.code).toBe(2);
    expect(readFileSync(join(cwd, 'whole/report.html'), 'utf8')).toMatch(/Relaxation of test sample/);
  });

  it('is told of where it has no gradient', async () => {
    const { code, stdout } = await ohmprop([
      'gradcheck',
      '--preset',
      'hopfield-2h',
      '--data',
      'iris',
      '--set',
      'network.hidden=[8, 8]',
      '--beta',
      '1e-4',
    ]);
    expect(stdout).toMatch(/β = \S+\n/);
    expect(stdout).toMatch(/No gradient: .* no nudge moves any node/);
    expect(code).toBe(0);
  });

  it('has its gradient checked: float32 against float64, and β against the exact gradient', async () => {
    const { code, stdout } = await ohmprop([
      'gradcheck',
      '--preset',
      'hopfield-1h',
      '--set',
      'network.hidden=[40, 30]',
      '--set',
      'network.relaxation=exact',
      '--beta',
      '1e-4',
      '--tolerance',
      '1e-7',
      '--json',
    ]);
    expect(code).toBe(0);
    for (const { cosine, betaBias } of JSON.parse(stdout).groups) {
      expect(cosine).toBeGreaterThan(0.99);
      expect(betaBias.cosineToExact).toBeGreaterThan(0.9999);
    }
  });
});
