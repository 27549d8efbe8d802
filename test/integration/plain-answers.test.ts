import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// What once was answered without a word, though it was no answer.

describe('commands that have no answer say so', () => {
  it('a sweep whose model runs away is a failure, not a success of NaN', async () => {
    const cwd = scratch();
    writeFileSync(
      join(cwd, 'runs-away.yaml'),
      'name: runs-away\ncurrent: x^v*1e-5*v\nrate: v*10\nstate: {low: 0, high: 1, initial: 0.5}\n',
    );
    const args = ['--frequencies', '1', '--positive', '1', '--negative', '1', '--series', '1k', '--json'];
    const { code, stderr } = await ohmprop(['cell', 'sweep', 'runs-away.yaml', ...args], { cwd });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/runs-away at 1 Hz: .*range of numbers/)]);
  });

  it('a gradient check says on which data it was made: the preset’s own, or digits for what must be downloaded', async () => {
    const xor = await ohmprop(['gradcheck', '--preset', 'xor']);
    expect(xor.stdout).toMatch(/layered resistive network 2×2-.*4 samples of xor, centered estimator/);
    const same = await ohmprop(['gradcheck', 'xor', '--json']);
    expect(JSON.parse(same.stdout)).toMatchObject({ preset: 'xor', data: 'xor', samples: 4 });
    const drn = await ohmprop(['gradcheck', '--preset', 'drn-xs', '--json']);
    expect(JSON.parse(drn.stdout)).toMatchObject({ preset: 'drn-xs', data: 'digits', samples: 16 });
  });

  it('hexadecimal numbers are none, in a matrix as anywhere', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'g.csv'), '1e-4,0x10\n1e-4,1e-4\n');
    writeFileSync(join(cwd, 'v.csv'), '1\n1\n');
    const args = ['crossbar', 'solve', '--conductances', 'g.csv', '--inputs', 'v.csv'];
    const { code, stderr } = await ohmprop(args, { cwd });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/0x10/)]);
  });

  it('an equation too long to be shown is cut in the message', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'deep.yaml'), `name: deep\ncurrent: "${'('.repeat(3000)}v${')'.repeat(3000)}"\n`);
    const { code, stderr } = await ohmprop(['cell', 'sweep', 'deep.yaml'], { cwd });
    expect(code).toBe(2);
    expect(stderr.length).toBeLessThan(1000);
  });

  it('a training that is refused leaves no directory behind, and what lay in it stays', async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'empty'));
    const args = ['train', '--preset', 'xor', '--beta', '1e9', '--estimator', 'negative', '--out'];
    for (const out of ['new', 'empty']) {
      expect((await ohmprop([...args, out], { cwd })).code).toBe(2);
    }
    expect(existsSync(join(cwd, 'new'))).toBe(false);
    expect(readdirSync(cwd)).not.toContain('runs');
  });
});
