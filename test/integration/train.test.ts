import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { GroupGradcheck } from '../../learning/index.js';
import { readNpz } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { ohmprop, startOhmprop } from './command-line.js';

const small = ['--layers', '12', '--beta', '0.05', '--epochs', '2', '--limit', '60'];

const flowers = ['train', '--data', 'iris', '--epochs', '3', '--json', '--out', 'run'];

let shared: Promise<string> | undefined;

/** A directory in which `run` is a small run that has ended, trained once for all and copied. */
async function withRun(): Promise<{ cwd: string; summary: { testError: number } }> {
  shared ??= ohmprop(['train', ...small, '--threads', '1', '--out', 'run', '--json'], { cwd: trained }).then(
    ({ code, stdout }) => {
      expect(code).toBe(0);
      return stdout;
    },
  );
  const summary = JSON.parse(await shared);
  const cwd = scratch();
  cpSync(trained, cwd, { recursive: true });
  return { cwd, summary };
}
const trained = scratch('trained');

it('trains into a run directory and prints one JSON object', async () => {
  const cwd = scratch();
  const { code, stdout, stderr } = await ohmprop(['train', ...small, '--out', 'run', '--json'], { cwd });
  expect(stderr).toMatch(/epoch 2\/2/);
  expect(code).toBe(0);
  const summary = JSON.parse(stdout);
  expect(summary.files).toEqual([join(cwd, 'run'), join(cwd, 'run', 'report.html')]);
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
  const { cwd, summary } = await withRun();
  const evaluated = await ohmprop(['eval', 'run', '--json'], { cwd });
  expect(evaluated.code).toBe(0);
  expect(JSON.parse(evaluated.stdout).testError).toBe(summary.testError);

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
    await ohmprop([...flowers.slice(0, -1), out, '--seed', seed], { cwd });
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
  const child = startOhmprop(['train', ...options, '--epochs', '500', '--out', 'parts'], { cwd });
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
  const { cwd } = await withRun();
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
  const used = parse(readFileSync(join(cwd, 'run/config.yaml'), 'utf8'));
  expect(used).toMatchObject({
    seed: 4,
    data: 'iris',
    network: { hidden: [10], inputGain: 4 },
    training: { beta: 0.05, batch: 5, epochs: 3, conductanceRates: 0.01, biasRates: 0.01 },
  });
});

/** A gradcheck of 16 drawn digits: the presets' own β for the arithmetic, a small β for the estimate itself. */
async function gradcheckGroups(preset: string, ...flags: string[]) {
  const { stdout, code } = await ohmprop(['gradcheck', '--preset', preset, ...flags, '--json']);
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  expect(answer.preset).toBe(preset);
  return { beta: answer.beta, groups: answer.groups as GroupGradcheck[] };
}

it.each([
  ['digits', ['g1', 'b1', 'g2', 'b2']],
  ['drn-xs', ['g1', 'b1', 'g2', 'b2']],
])('the gradient of %s is the float64 one at its own β', async (preset, names) => {
  const { groups } = await gradcheckGroups(preset);
  expect(groups.map(({ group }) => group)).toEqual(names);
  for (const { cosine, relativeError } of groups) {
    expect(cosine).toBeGreaterThanOrEqual(0.9995);
    expect(relativeError).toBeLessThanOrEqual(5e-3);
  }
});

it.each(['digits', 'drn-xs'])('the gradient of %s is the exact one as β goes to 0', async (preset) => {
  const { beta, groups } = await gradcheckGroups(preset, '--beta', '1e-3');
  expect(beta).toBe(1e-3);
  for (const { betaBias } of groups) expect(betaBias.cosineToExact).toBeGreaterThanOrEqual(0.9999);
});

it('learns: iris from a third right by chance to nearly all', async () => {
  const { code, stdout } = await ohmprop(['train', '--data', 'iris', '--out', 'run', '--json']);
  expect(code).toBe(0);
  const { preset, epochs, testError } = JSON.parse(stdout);
  expect(preset).toBe('iris');
  expect(testError).toBeLessThan(0.15);
  expect(epochs.at(-1).cost_V2).toBeLessThan(0.8 * epochs[0].cost_V2);
});

it('keeps conductances between two that are asked for, and refuses two that all would begin below', async () => {
  const cwd = scratch();
  expect((await ohmprop([...flowers, '--window', '20nS,400nS'], { cwd })).code).toBe(0);
  await ohmprop(['export', 'run', '-o', 'w.npz'], { cwd });
  for (const { data } of Object.values(await readNpz(join(cwd, 'w.npz'))).filter(
    ({ shape }) => shape.length === 2,
  )) {
    expect(Math.min(...(data as Float64Array))).toBeCloseTo(20e-9, 13);
    expect(Math.max(...(data as Float64Array))).toBeLessThanOrEqual(400e-9 * (1 + 1e-6));
  }
  const above = await ohmprop([...flowers, '--window', '1uS,100uS'], { cwd: scratch() });
  expect(above.code).toBe(2);
  expect(above.stderr).toMatch(
    /window: layer 1 begins .* all below 1\.00 µS.*--set network\.units\.conductance_S=/,
  );
  const turned = await ohmprop([...flowers, '--window', '2uS,10nS'], { cwd: scratch() });
  expect(turned.stderr).toContain('the lower conductance stands first');
});

it('keeps conductances in the window that is asked for', async () => {
  const cwd = scratch();
  const { code } = await ohmprop([...flowers, '--window', '100'], { cwd });
  expect(code).toBe(0);
  await ohmprop(['export', 'run', '-o', 'w.npz'], { cwd });
  const { g1, g2 } = await readNpz(join(cwd, 'w.npz'));
  for (const { data, shape } of [g1, g2]) {
    // With n nodes before, g_max is 3/√n in published units of 1 µS; float32 rounds in the seventh digit.
    const g_max_S = 3e-6 / Math.sqrt(shape[0]);
    const values = Array.from(data as Float64Array);
    expect(Math.max(...values) / g_max_S).toBeLessThanOrEqual(1 + 1e-6);
    expect(Math.min(...values) / g_max_S).toBeGreaterThanOrEqual(0.01 * (1 - 1e-6));
    // Half of them are drawn at the lower edge, and some of these stay there: it does bind.
    expect(Math.min(...values) / g_max_S).toBeLessThanOrEqual(0.01 * (1 + 1e-6));
  }
});

it('estimates as asked: the positive estimator trains otherwise than the centered one', async () => {
  const cost = async (estimator: string) => {
    const cwd = scratch();
    const { code, stdout } = await ohmprop([...flowers, '--estimator', estimator], { cwd });
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, 'run/config.yaml'), 'utf8')).toContain(`estimator: ${estimator}`);
    const costs = JSON.parse(stdout).epochs.map((e: { cost_V2: number }) => e.cost_V2);
    expect(costs.at(-1)).toBeLessThan(costs[0]);
    return costs.at(-1);
  };
  expect(await cost('positive')).not.toBe(await cost('centered'));
});

it('settles as exactly as asked', async () => {
  const iterations = async (tolerance: string) => {
    const cwd = scratch();
    const options = ['--arithmetic', 'float64', '--tolerance', tolerance];
    expect((await ohmprop([...flowers, ...options], { cwd })).code).toBe(0);
    const lines = readFileSync(join(cwd, 'run/metrics.jsonl'), 'utf8').trim().split('\n');
    const { residual, freeIterations } = JSON.parse(lines[lines.length - 1]);
    expect(residual).toBeLessThanOrEqual(Number(tolerance));
    return freeIterations;
  };
  expect(await iterations('1e-9')).toBeGreaterThan(await iterations('1e-3'));
});

it('limits training samples and leaves the test set whole', async () => {
  const samples = async (...limit: string[]) => {
    const cwd = scratch();
    await ohmprop([...flowers, ...limit], { cwd });
    return JSON.parse((await ohmprop(['eval', 'run', '--json'], { cwd })).stdout).samples;
  };
  const whole = await samples();
  expect(whole).toBeGreaterThan(20);
  expect(await samples('--limit', '20')).toBe(whole);
});

it('resumes with other threads than before, as told, without a word of change', async () => {
  const { cwd } = await withRun();
  expect(readFileSync(join(cwd, 'run/config.yaml'), 'utf8')).toMatch(/^threads: 1$/m);
  const { code, stderr } = await ohmprop(['resume', 'run', '--epochs', '3', '--threads', '2'], { cwd });
  expect(stderr).not.toMatch(/warning/);
  expect(code).toBe(0);
  expect(readFileSync(join(cwd, 'run/config.yaml'), 'utf8')).toMatch(/^threads: 2$/m);
});

it('starts from another run, and says which does not fit and what to give', async () => {
  const { cwd } = await withRun();
  const from = async (...args: string[]) => {
    const layers = args.includes('--layers') ? [] : ['--layers', '12'];
    const line = ['train', '--beta', '0.05', '--epochs', '2', '--limit', '60', ...layers, '--from', 'run'];
    const { code, stderr } = await ohmprop([...line, ...args], { cwd });
    return { code, stderr };
  };
  const fits = await from();
  expect(fits.stderr).toMatch(/starting from run: [\d.]+ % of the test set right before training/);
  expect(fits.code).toBe(0);

  const wider = await from('--layers', '13');
  expect(wider.stderr).toMatch(/--from run: that run's network is 256-12-10, this one is 256-13-10; give/);
  const other = await from('--preset', 'dhn-1h', '--data', 'digits');
  expect(other.stderr).toMatch(
    /--from run: that run is on a resistive network, this one on a hopfield network/,
  );
  expect([wider.code, other.code]).toEqual([2, 2]);
  const wide = await from('--arithmetic', 'float64');
  expect(wide.stderr).toMatch(/parameters written: programming error 0\.00 %/);
  expect(wide.code).toBe(0);
});

it('says that a damaged manifest is written afresh', async () => {
  const { cwd } = await withRun();
  writeFileSync(join(cwd, 'run/manifest.json'), '{ torn');
  const { code, stderr } = await ohmprop(['resume', 'run', '--epochs', '3'], { cwd });
  expect(stderr).toMatch(/warning: .*manifest\.json cannot be read: .*; it is written afresh/);
  expect(code).toBe(0);
});
