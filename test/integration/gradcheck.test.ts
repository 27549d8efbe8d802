import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

let cwd = '';
beforeAll(async () => {
  cwd = scratch('gradcheck');
  const { code } = await ohmprop(['train', '--data', 'iris', '--epochs', '3', '--out', 'run'], { cwd });
  expect(code).toBe(0);
});

async function checked(...args: string[]) {
  const { code, stdout, stderr } = await ohmprop(['gradcheck', ...args, '--json'], { cwd });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** The worst cosine to the exact gradient. */
async function bias(...args: string[]): Promise<number> {
  const { groups } = await checked(...args);
  const cosines = groups.map((g: { betaBias: { cosineToExact: number } }) => g.betaBias.cosineToExact);
  return Math.min(...cosines);
}

describe('a gradient check', () => {
  it('is of the estimator that trains: a one-sided one is biased by β, a centered one by less', async () => {
    const at = (estimator: string, beta: string) => bias('iris', '--estimator', estimator, '--beta', beta);
    const [positive, positiveTenth] = [await at('positive', '0.03'), await at('positive', '0.003')];
    const [centered, centeredTenth] = [await at('centered', '0.03'), await at('centered', '0.003')];
    // 1 − cosine goes with the square of the bias
    expect((1 - positive) / (1 - positiveTenth)).toBeGreaterThan(50);
    expect(1 - centered).toBeLessThan((1 - positive) / 2);
    expect(1 - centeredTenth).toBeLessThan((1 - positiveTenth) / 4);
  });

  it('is of the data as they are coded for training', async () => {
    const narrow = ['--set', 'coding.input.clipSigma=0.5'];
    expect(await bias('iris', ...narrow)).not.toBeCloseTo(await bias('iris'), 3);
  });

  it('has a verdict, biases included', async () => {
    const right = await checked('iris', '--beta', '0.003');
    expect(right).toMatchObject({
      verdict: 'right',
      verdictText: expect.stringMatching(/^Right: every group/),
    });
    expect(right.groups.map(({ group }: { group: string }) => group)).toEqual(['g1', 'b1', 'g2', 'b2']);
    const { verdict, verdictText } = await checked('iris', '--estimator', 'positive', '--beta', '5');
    expect([verdict, verdictText]).toEqual(['biased', expect.stringMatching(/smaller β, or the centered/)]);
    const rough = await checked('iris', '--beta', '0.003', '--set', 'settle.fixedIterations=1');
    expect(rough.verdict).toBe('rough');
  });

  it('looks at a run: its data, its parameters, as many samples as asked for', async () => {
    const trained = await checked('run', '--samples', '64');
    expect(trained).toMatchObject({
      run: join(cwd, 'run'),
      data: 'iris',
      samples: 64,
      estimator: 'centered',
    });
    expect(trained.groups).not.toEqual((await checked('iris', '--samples', '64')).groups);
    expect(await checked('run', '--beta', '0.01')).toMatchObject({ beta: 0.01, verdict: 'right' });
    const { code, stderr } = await ohmprop(['gradcheck', 'run', '--seed', '2'], { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/--seed: run is a run, which keeps the settings/),
    ]);
  });
});
