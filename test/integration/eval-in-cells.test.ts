import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const cwd = scratch('eval-in-cells');

beforeAll(async () => {
  const random = new RandomStream(1, 'three clouds');
  const rows = Array.from({ length: 60 }, (_, s) => {
    const [x, y] = [0, 2, 4].map((middle, k) => (k === s % 3 ? middle : 1) + 0.5 * random.normal());
    return `${x.toFixed(3)},${y.toFixed(3)},${['red', 'green', 'blue'][s % 3]}`;
  });
  writeFileSync(join(cwd, 'a.csv'), `x,y,class\n${rows.join('\n')}\n`);
  const train = ['train', '--data', 'csv:a.csv', '--epochs', '10'];
  for (const run of [
    ['ideal'],
    ['cells', '--cells', 'linear'],
    ['aged', '--cells', 'linear', '--drift', '0.01'],
  ]) {
    const [out, ...flags] = run;
    const { code, stderr } = await ohmprop([...train, ...flags, '--out', out], { cwd });
    expect(code, stderr).toBe(0);
  }
}, 60_000);

interface Tried {
  readonly cost_V2: number;
  readonly testError: number;
  readonly programming?: string;
}

async function tried(...args: string[]): Promise<Tried> {
  const { code, stdout, stderr } = await ohmprop(['eval', ...args, '--json'], { cwd });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe('a run tried in cells that are made or written otherwise', () => {
  it.each([['ideal'], ['cells']])('is programmed into fresh ones: %s', async (run) => {
    const plain = await tried(run, '--cells', 'linear');
    expect(plain.programming).toMatch(/linear cells programmed with [\d,]+ pulses: programming error/);
    expect(plain.programming).toMatch(/of the conductances lay outside the window/);
    for (const flags of [
      ['--stuck', '50%'],
      ['--d2d', '50%'],
      ['--c2c', '300%'],
      ['--write-noise', '20%'],
      ['--levels', '10'],
      ['--policy', 'exact'],
    ]) {
      for (const kind of [[], ['--cells', 'linear']]) {
        const { programming, cost_V2 } = await tried(run, ...kind, ...flags);
        expect(programming, flags.join(' ')).toMatch(/programming error/);
        expect(cost_V2, flags.join(' ')).not.toBe(plain.cost_V2);
      }
    }
  });

  it('is far off where every cell is stuck', async () => {
    const error = async (...flags: string[]) =>
      Number(/programming error ([\d.]+) %/.exec((await tried('cells', ...flags)).programming ?? '')?.[1]);
    expect(await error('--stuck', '0')).toBeLessThan(2);
    expect(await error('--stuck', '100%')).toBeGreaterThan(20);
  });
});

describe('a run in cells whose cells are read otherwise', () => {
  it.each([
    ['--read-noise', '20%'],
    ['--converter-bits', '2'],
    ['--drift', '0.5', '--wait', '1e6s'],
    ['--relaxation', '--wait', '1e5s'],
  ])('is those very cells: %s', async (...flags) => {
    const own = await tried('cells');
    const now = await tried('cells', ...flags);
    expect(now.programming).toBeUndefined();
    expect(now.cost_V2).not.toBe(own.cost_V2);
  });

  it('ages on from where its training left it', async () => {
    const own = await tried('aged');
    const later = await tried('aged', '--wait', '1e6s');
    expect(Math.abs(later.cost_V2 / own.cost_V2 - 1)).toBeGreaterThan(1e-3);
    const spread = await tried('aged', '--drift-spread', '0.2');
    expect(spread.cost_V2).not.toBe(own.cost_V2);
  });
});

describe('drift of freshly programmed cells', () => {
  it('has an effect by its exponent, its t₀ and the time; their writing and their window are as without it', async () => {
    const plain = await tried('ideal', '--cells', 'linear');
    const costs = [plain.cost_V2];
    for (const flags of [
      ['--drift', '0.1', '--wait', '1s'],
      ['--drift', '0.1', '--wait', '1e6s'],
      ['--drift', '0.5', '--wait', '1e6s'],
      ['--drift', '0.1', '--drift-t0-seconds', '1ms', '--wait', '1s'],
      ['--relaxation', '--wait', '1e5s'],
    ]) {
      const { cost_V2, programming } = await tried('ideal', '--cells', 'linear', ...flags);
      expect(programming).toBe(plain.programming);
      costs.push(cost_V2);
    }
    expect(new Set(costs).size).toBe(costs.length);
  });
});

describe('what would change nothing', () => {
  const cells = ['ideal', '--cells', 'linear'];
  it.each([
    [[...cells, '--drift', '0.1'], /drift has no effect: no time passes.*--wait/],
    [['cells', '--relaxation'], /relaxation has no effect: no time passes/],
    [[...cells, '--wait', '1s'], /--wait has no effect: these cells do not change with time/],
    [['ideal', '--wait', '1s'], /--wait has no effect: the run is not in cells/],
    [[...cells, '--policy', 'sign'], /policy has no effect: sign is how training makes pulses/],
    [[...cells, '--policy', 'exact', '--c2c', '5%'], /c2c has no effect: policy exact/],
    [[...cells, '--update-seconds', '3'], /update-seconds/],
    [[...cells, '--dead-zone', '3'], /dead-zone/],
    [[...cells, '--pulse-log', 'pl.csv'], /pulse-log/],
  ])('is refused: %s', async (args, told) => {
    const { code, stderr } = await ohmprop(['eval', ...args], { cwd });
    expect(stderr).toMatch(told);
    expect(code).toBe(2);
  });

  it('is refused in a file too', async () => {
    writeFileSync(join(cwd, 'eval.yaml'), 'run: ideal\ncells: {model: linear, update_s: 3, rounds: 4}\n');
    const { code, stderr } = await ohmprop(['eval', '--config', 'eval.yaml'], { cwd });
    expect(stderr).toMatch(/cells\.update_s has no effect: .*--wait/);
    expect(stderr).toMatch(/cells\.rounds has no effect/);
    expect(code).toBe(2);
  });

  it('is refused where a run goes on: a log of pulses that there are none of', async () => {
    const { code, stderr } = await ohmprop(['resume', 'ideal', '--epochs', '11', '--pulse-log', 'pl.csv'], {
      cwd,
    });
    expect(stderr).toMatch(/--pulse-log has no effect: .* not in cells/);
    expect(code).toBe(2);
    expect(existsSync(join(cwd, 'ideal/pl.csv'))).toBe(false);
  });
});

it('a gradient check takes a run in cells, one of conductances at the ends of their range too', async () => {
  for (const run of ['cells', 'aged']) {
    const { code, stdout, stderr } = await ohmprop(['gradcheck', run, '--json'], { cwd });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).groups[0].cosine).toBeGreaterThan(0.99);
  }
});
