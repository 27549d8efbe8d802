import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// Case 8 of shared/data/cases/learning: other rules than equilibrium propagation on the same data, device and report.

const cwd = scratch('rules');
const here = (...args: string[]) => ohmprop(args, { cwd });
const IRIS = ['--data', 'iris', '--epochs', '15'];

describe('--rule', () => {
  it.each([
    ['coupled', 0.35],
    ['contrastive-hebbian', 0.35],
    ['backprop', 0.15],
  ])('%s learns flowers by its own numbers', async (rule, most) => {
    const { code, stdout, stderr } = await here('train', ...IRIS, '--rule', rule, '--json', '-o', `${rule}/`);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).testError).toBeLessThan(most);
    const config = readFileSync(join(cwd, rule, 'config.yaml'), 'utf8');
    const last = JSON.parse(
      readFileSync(join(cwd, rule, 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .at(-1) ?? '',
    );
    const { groups, layers } = last.gradient;
    // backprop's is the exact one, coupled learning's of an error that is weighed otherwise, and Hebbian's of no small difference
    const least = { backprop: 0.999999, coupled: 0.9, 'contrastive-hebbian': 0.5 }[rule] ?? 0;
    for (const name of ['g1', 'g2']) expect(groups[name].cosine).toBeGreaterThan(least);
    for (const { contrast } of layers) expect(contrast).toBeGreaterThan(0);
    expect(config).toMatch(`rule: ${rule}`);
    if (rule === 'coupled')
      expect(stderr).toMatch(/clamped a tenth of the way.*moves an output by [\d.]+ µV/);
    if (rule === 'backprop') {
      const page = readFileSync(join(cwd, rule, 'report.html'), 'utf8');
      expect(page).toMatch(/backprop \(exact gradients of the simulated network\)/);
    }
  });

  it('goes on as it was', async () => {
    const train = (epochs: string, out: string) =>
      here('train', '--data', 'iris', '--rule', 'coupled', '--epochs', epochs, '--json', '-o', out);
    const whole = await train('2', 'whole/');
    await train('1', 'half/');
    const rest = await here('resume', 'half', '--epochs', '2', '--json');
    expect(rest.code, rest.stderr).toBe(0);
    expect(JSON.parse(rest.stdout).testError).toBe(JSON.parse(whole.stdout).testError);
  });

  it('a report says cost, optimiser, schedule and read-out, and a run warns of reads that drown the contrast', async () => {
    const toolbox = ['--nudge', 'current-held', '--cost', 'cross-entropy', '--optimizer', 'adam'];
    const reads = [
      '--node-noise',
      '5mV',
      '--node-bits',
      '12',
      '--node-full-scale',
      '2mV',
      '--node-reads',
      '4',
    ];
    const flags = [...toolbox, ...reads, '--schedule', 'rate=cosine,estimator=positive:1/centered'];
    const { code, stderr } = await here(
      'train',
      '--data',
      'iris',
      '--epochs',
      '1',
      ...flags,
      '-o',
      'toolbox/',
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      /warning: after epoch 1 \d.* % of the states of layer 1 lie beyond the ±2\.00 mV that they are read over/,
    );
    expect(stderr).toMatch(
      /warning: nodes of layer \d differ by .*V \(r\.m\.s\.\) .* off by .*mV: mostly what reads add/,
    );
    const page = readFileSync(join(cwd, 'toolbox', 'report.html'), 'utf8').replace(/<[^>]+>/g, ' ');
    expect(page).toMatch(/scheduled estimator, β = /);
    expect(page).toMatch(/Cost\s+cross-entropy, scale [\d.]+ .V, nudged by current-held/);
    expect(page).toMatch(/Optimiser\s+adam\s+Schedule\s+rate=cosine,estimator=positive:1\/centered/);
    expect(page).toMatch(/Nodes are read\s+noise 5\.00 mV, 12 bits over ±2\.00 mV, 4 reads each/);
  });

  it.each([
    [['--estimator', 'coupled'], /use --rule coupled/],
    [['--rule', 'centered'], /use --estimator centered/],
    [['--rule', 'backprop', '--nudge', 'current'], /--nudge has no effect.*the rule is backprop/],
    [['--rule', 'backprop', '--beta', '0.1'], /--beta has no effect.*no β to choose/],
    [['--rule', 'contrastive-hebbian', '--estimator', 'centered'], /its own two phases/],
    [['--rule', 'coupled', '--beta', '3'], /at most 1; got 3/],
    [['--rule', 'coupled', '--cost', 'margin'], /cannot descend the cost "margin" by clamp; it can squared/],
    [['--rule', 'backprop', '--node-noise', '1mV'], /backprop reads no nodes/],
    [['--preset', 'board-iris', '--rule', 'backprop'], /a board cannot learn by backprop.*it can by eqprop/],
  ])('%j is refused with what to type instead', async (flags, why) => {
    const { code, stderr } = await here('train', '--data', 'iris', ...flags);
    expect(stderr).toMatch(why);
    expect(code).toBe(2);
  });

  it('is checked against the exact gradient', async () => {
    const exact = await here('gradcheck', '--preset', 'iris', '--rule', 'backprop', '--json');
    const told = JSON.parse(exact.stdout);
    expect(told.rule).toBe('backprop');
    expect(told.verdict).toBe('right');
    for (const { betaBias } of told.groups) {
      if (betaBias.relativeError !== null) expect(betaBias.relativeError).toBeLessThan(1e-6);
    }
    const coupled = await here('gradcheck', '--preset', 'iris', '--rule', 'coupled');
    expect(coupled.stdout).toMatch(/coupled learning, centered estimator, β = 0\.1/);
  });
});
