import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readNpz } from '../../records/index.js';
import { main, ohmprop, scratch } from './command-line.js';

const small = ['--layers', '12', '--beta', '0.05', '--epochs', '2', '--limit', '60'];

it('trains into a run directory and prints one JSON object', async () => {
  const cwd = scratch();
  const { code, stdout, stderr } = await ohmprop(['train', ...small, '--out', 'run', '--json'], { cwd });
  expect(stderr).toMatch(/report: .*report\.html/);
  expect(code).toBe(0);
  const summary = JSON.parse(stdout);
  expect(summary.preset).toBe('digits');
  expect(summary.epochs.map((e: { epoch: number }) => e.epoch)).toEqual([1, 2]);
  expect(summary.testError).toBe(summary.epochs[1].testError);
  for (const file of ['config.yaml', 'manifest.json', 'metrics.jsonl', 'report.html']) {
    expect(existsSync(join(cwd, 'run', file))).toBe(true);
  }
  expect(JSON.parse(readFileSync(join(cwd, 'run/manifest.json'), 'utf8'))).toMatchObject({
    exitStatus: 'done',
    seed: 1,
    preset: 'digits',
  });
  const page = readFileSync(join(cwd, 'run/report.html'), 'utf8');
  expect(page).toMatch(/<svg/);
  expect(page).not.toMatch(/(src|href)="https?:/);
});

it('evaluates, exports and reports a run', async () => {
  const cwd = scratch();
  const trained = await ohmprop(['train', ...small, '--out', 'run', '--json'], { cwd });
  const evaluated = await ohmprop(['eval', 'run', '--json'], { cwd });
  expect(evaluated.code).toBe(0);
  expect(JSON.parse(evaluated.stdout).testError).toBe(JSON.parse(trained.stdout).testError);

  expect((await ohmprop(['export', 'run', '-o', 'weights.npz'], { cwd })).code).toBe(0);
  const arrays = await readNpz(join(cwd, 'weights.npz'));
  expect(Object.keys(arrays).sort()).toEqual(['b1', 'b2', 'g1', 'g2']);
  expect(arrays.g1.shape).toEqual([512, 12]);
  expect(Math.max(...arrays.g1.data)).toBeLessThan(1e-4); // siemens

  const report = await ohmprop(['report', 'run'], { cwd });
  expect(report.code).toBe(0);
});

it('repeats itself: the same seed gives the same parameters, another seed others', async () => {
  const cwd = scratch();
  const run = async (out: string, seed: string) => {
    await ohmprop(['train', ...small, '--seed', seed, '--out', out], { cwd });
    await ohmprop(['export', out, '-o', `${out}.npz`], { cwd });
    return (await readNpz(join(cwd, `${out}.npz`))).g1.data;
  };
  const [first, again, other] = await Promise.all([run('a', '5'), run('b', '5'), run('c', '6')]);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

it('stops at Ctrl-C with a checkpoint, and resumes to the same parameters and metrics bit for bit', async () => {
  const cwd = scratch();
  const options = ['--layers', '24', '--beta', '0.1', '--limit', '1200'];
  const child = spawn(process.execPath, [main, 'train', ...options, '--epochs', '500', '--out', 'parts'], {
    cwd,
  });
  let said = '';
  const code = await new Promise((resolve) => {
    child.on('exit', resolve);
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
      if (said.includes('epoch 1/500') && !child.killed) child.kill('SIGINT');
    });
  });
  expect(code).toBe(130);
  expect(said).toMatch(/ohmprop resume .*parts/);
  expect(JSON.parse(readFileSync(join(cwd, 'parts/manifest.json'), 'utf8')).exitStatus).toBe('interrupted');
  const finished = readFileSync(join(cwd, 'parts/metrics.jsonl'), 'utf8').trim().split('\n').length;

  const epochs = ['--epochs', String(finished + 1)];
  const resumed = await ohmprop(['resume', 'parts', ...epochs, '--json'], { cwd });
  expect(resumed.stderr).toMatch(new RegExp(`going on in epoch ${finished + 1}`));
  expect(resumed.code).toBe(0);
  expect((await ohmprop(['train', ...options, ...epochs, '--out', 'whole'], { cwd })).code).toBe(0);

  const parameters = async (run: string) => {
    await ohmprop(['export', run, '-o', `${run}.npz`], { cwd });
    return readNpz(join(cwd, `${run}.npz`));
  };
  expect(await parameters('parts')).toEqual(await parameters('whole'));
  const metrics = (run: string) =>
    readFileSync(join(cwd, run, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => {
        const { seconds: _, samplesPerSecond: __, ...figures } = JSON.parse(line);
        return figures;
      });
  expect(metrics('parts')).toEqual(metrics('whole'));
});

it('goes on past its last epoch when asked for more', async () => {
  const cwd = scratch();
  await ohmprop(['train', ...small, '--out', 'run'], { cwd });
  const done = await ohmprop(['resume', 'run'], { cwd });
  expect(done.code).toBe(2);
  expect(done.stderr).toMatch(/all 2 epochs are done.*--epochs/);
  const more = await ohmprop(['resume', 'run', '--epochs', '3', '--json'], { cwd });
  expect(JSON.parse(more.stdout).epochs).toHaveLength(3);
});

it('reads a configuration file, and --set over it', async () => {
  const cwd = scratch();
  writeFileSync(
    join(cwd, 'net.yaml'),
    'data: iris\nnetwork: { kind: resistive, hidden: [10], inputGain: 4 }\ntraining: { beta: 0.05, batch: 5, epochs: 9, conductanceRates: 0.01, biasRates: 0.01 }\n',
  );
  const { stdout, code } = await ohmprop(
    ['train', 'net.yaml', '--set', 'training.epochs=3', '--set', 'seed=4', '--json', '--out', 'run'],
    { cwd },
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout).epochs).toHaveLength(3);
  expect(readFileSync(join(cwd, 'run/config.yaml'), 'utf8')).toMatch(/seed: 4/);
});

it('checks gradients of a preset', async () => {
  const { stdout, code } = await ohmprop(['gradcheck', '--preset', 'drn-xs', '--beta', '1e-3', '--json']);
  expect(code).toBe(0);
  const { preset, beta, layers } = JSON.parse(stdout);
  expect([preset, beta]).toEqual(['drn-xs', 1e-3]);
  expect(layers).toHaveLength(2);
  for (const layer of layers) expect(layer.betaBias.cosineToExact).toBeGreaterThan(0.9999);
});
