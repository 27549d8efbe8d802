import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// What lies under runs/, as a person goes through it.

/** Three runs of xor: two seeds under one β, and one under another. */
let trained: string;

beforeAll(async () => {
  trained = scratch();
  for (const [name, ...flags] of [
    ['a1', '--seed', '1'],
    ['a2', '--seed', '2'],
    ['b1', '--seed', '1', '--beta', '0.5'],
  ])
    await ohmprop(
      ['train', '--preset', 'xor', '--epochs', '4', '--without-report', '-o', `runs/${name}/`, ...flags],
      { cwd: trained },
    );
});

function copyOfRuns(): string {
  const cwd = scratch();
  cpSync(join(trained, 'runs'), join(cwd, 'runs'), { recursive: true });
  return cwd;
}

const errorsIn = (run: string) =>
  readFileSync(join(run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).testError as number);

describe('ohmprop runs list', () => {
  it('tells each run with its seed, epochs, standing and error, and opens nothing', async () => {
    const { code, stdout, stderr } = await ohmprop(['runs', 'list', '--json'], { cwd: trained });
    expect([code, stderr]).toEqual([0, '']);
    const { runs } = JSON.parse(stdout);
    expect(runs.map(({ name }: { name: string }) => name)).toEqual(['a1', 'a2', 'b1']);
    expect(runs[1]).toMatchObject({ kind: 'training', title: 'xor', seed: 2, standing: 'done', epochs: 4 });
    expect(runs[1].testError).toBe(errorsIn(join(trained, 'runs/a2')).at(-1));
  });

  it('tells a run that was cut off, one whose files are damaged, and leaves other folders out', async () => {
    const cwd = copyOfRuns();
    mkdirSync(join(cwd, 'runs/plain'));
    const manifest = join(cwd, 'runs/a1/manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"done"', '"running"'));
    writeFileSync(join(cwd, 'runs/a2/manifest.json'), '{');
    const { code, stdout, stderr } = await ohmprop(['runs', 'list'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/a1 .*cut off/);
    expect(stdout).toMatch(/a2 .*unknown/);
    expect(stdout).not.toContain('plain');
    expect(stderr).toContain('runs/a2: ');
  });

  it('says where there is nothing', async () => {
    const { code, stderr } = await ohmprop(['runs', 'list'], { cwd: scratch() });
    expect([code, stderr]).toEqual([2, expect.stringContaining('runs: does not exist')]);
    const none = await ohmprop(['runs', 'list', '--tag', 'paper'], { cwd: trained });
    expect(none.stdout).toContain('none of 3 runs in runs has the tag paper; none has a tag');
  });
});

describe('ohmprop runs compare', () => {
  it('takes runs that differ in their seed alone as one, with the mean of their errors', async () => {
    const { code, stdout } = await ohmprop(
      ['runs', 'compare', 'runs/a1', 'runs/a2', 'runs/b1', '--json', '-o', 'c.svg'],
      { cwd: trained },
    );
    expect(code).toBe(0);
    const { groups, differing } = JSON.parse(stdout);
    const [a1, a2] = ['a1', 'a2'].map((name) => errorsIn(join(trained, 'runs', name)));
    expect(groups.map(({ name }: { name: string }) => name)).toEqual(['beta 0.2', 'beta 0.5']);
    expect(groups[0]).toMatchObject({ seeds: [1, 2], testError: { n: 2, mean: (a1[3] + a2[3]) / 2 } });
    expect(groups[0].curve.map(({ mean }: { mean: number }) => mean)).toEqual(
      a1.map((error, i) => (error + a2[i]) / 2),
    );
    expect(differing).toEqual([{ key: 'training.beta', values: [0.2, 0.5] }]);
    const csv = readFileSync(join(trained, 'c.csv'), 'utf8');
    expect(csv.trim().split('\n')).toHaveLength(1 + 2 * 4);
  });

  it('refuses what is no training', async () => {
    const cwd = copyOfRuns();
    writeFileSync(join(cwd, 'runs/a1/config.yaml'), 'kind: calibration-report\nformat: 1\n');
    const other = await ohmprop(['runs', 'compare', 'runs/a1', 'runs/a2'], { cwd });
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('is a calibration-report, not a training'),
    ]);
    const absent = await ohmprop(['runs', 'compare', 'runs/a3'], { cwd });
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining('does not exist')]);
  });
});

describe('ohmprop runs tag, note, best', () => {
  it('labels runs, finds them by label, and takes labels away', async () => {
    const cwd = copyOfRuns();
    await ohmprop(['runs', 'tag', 'runs/a2', 'paper', 'keep'], { cwd });
    await ohmprop(['runs', 'note', 'runs/a2', 'second seed'], { cwd });
    await ohmprop(['runs', 'tag', 'runs/a2', 'keep', '--remove'], { cwd });
    const { runs } = JSON.parse(
      (await ohmprop(['runs', 'list', '--tag', 'paper', '--json'], { cwd })).stdout,
    );
    expect(runs).toMatchObject([{ name: 'a2', tags: ['paper'], note: 'second seed' }]);
    const wrong = await ohmprop(['runs', 'tag', 'runs/a2', 'two words'], { cwd });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('"two words" is no tag')]);
    const absent = await ohmprop(['runs', 'tag', 'runs/a2', 'papre', '--remove'], { cwd });
    expect(absent.stderr).toContain('does not have the tag papre; it has paper');
  });

  it('chooses by the error on validation samples, and by the test error only when asked', async () => {
    const cwd = copyOfRuns();
    const refused = await ohmprop(['runs', 'best'], { cwd });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('error on validation samples'),
    ]);
    // Errors as a run with validation writes them: the first epoch of a2 is the best of all.
    for (const [name, errors] of Object.entries({ a1: [0.4, 0.3], a2: [0.2, 0.5], b1: [0.3, 0.3] }))
      writeFileSync(
        join(cwd, 'runs', name, 'metrics.jsonl'),
        errors
          .map(
            (error, i) =>
              `${JSON.stringify({ epoch: i + 1, validationError: error, validationCost_V2: 1 / (i + 1), testError: 1 - error })}\n`,
          )
          .join(''),
      );
    const best = await ohmprop(['runs', 'best'], { cwd });
    expect([best.code, best.stdout]).toEqual([0, `${join('runs', 'a2')}\n`]);
    expect(best.stderr).toContain('20.00 %, the least of 3 runs');
    const byTest = JSON.parse(
      (await ohmprop(['runs', 'best', '--by', 'testError', '--json'], { cwd })).stdout,
    );
    // Of the epoch that each keeps: 0.7, 0.8 and 0.7.
    expect(byTest).toMatchObject({ error: 0.7, equal: 1, best: { epoch: 2 } });
    // Of equal errors training keeps the epoch of the least cost.
    const shown = JSON.parse((await ohmprop(['runs', 'show', 'runs/b1', '--json'], { cwd })).stdout);
    expect(shown.best.epoch).toBe(2);
  });
});

describe('ohmprop runs show', () => {
  it('tells what a run was made of and what to type next', async () => {
    const { stdout } = await ohmprop(['runs', 'show', 'runs/b1'], { cwd: trained });
    expect(stdout).toMatch(/standing +done, 4 epochs/);
    expect(stdout).toMatch(/next +ohmprop eval runs\/b1/);
    const last = await ohmprop(['runs', 'show', 'last'], { cwd: trained });
    expect(last.stderr).toContain('last is runs/b1');
  });
});

describe('ohmprop runs delete', () => {
  it('deletes nothing unless told yes', async () => {
    const cwd = copyOfRuns();
    const asked = await ohmprop(['runs', 'delete', 'runs/a1'], { cwd });
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('deletes this directory');
    expect(existsSync(join(cwd, 'runs/a1'))).toBe(true);
    const done = await ohmprop(['runs', 'delete', 'runs/a1', 'b1', '--yes', '--json'], { cwd });
    expect(JSON.parse(done.stdout)).toMatchObject({ deleted: ['runs/a1', 'runs/b1'] });
    expect(['a1', 'a2', 'b1'].map((name) => existsSync(join(cwd, 'runs', name)))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('leaves alone what is tagged keep, what somebody writes, and what ohmprop did not make', async () => {
    const cwd = copyOfRuns();
    await ohmprop(['runs', 'tag', 'runs/a1', 'keep'], { cwd });
    const host =
      JSON.parse((await ohmprop(['runs', 'show', 'runs/a2', '--json'], { cwd })).stdout) && process.pid;
    const { processStart } = await import('../../records/index.js');
    const { hostname } = await import('node:os');
    writeFileSync(
      join(cwd, 'runs/a2/run.lock'),
      JSON.stringify({
        pid: process.ppid,
        host: hostname(),
        since: '',
        started: processStart(process.ppid),
        token: host,
      }),
    );
    mkdirSync(join(cwd, 'site'));
    writeFileSync(join(cwd, 'site/config.yaml'), 'title: my site\n');
    for (const [name, why] of [
      ['runs/a1', 'has the tag keep'],
      ['runs/a2', 'is being written by'],
      ['site', 'does not say that ohmprop made it'],
      ['runs', 'is not a run directory'],
    ]) {
      // b1 could be deleted, but not together with these.
      const { code, stderr } = await ohmprop(['runs', 'delete', 'runs/b1', name, '--yes'], { cwd });
      expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
    }
    expect(existsSync(join(cwd, 'runs/b1'))).toBe(true);
  });

  it('says what else lies in the directory', async () => {
    const cwd = copyOfRuns();
    writeFileSync(join(cwd, 'runs/a1/thesis.tex'), '');
    const { stderr } = await ohmprop(['runs', 'delete', 'runs/a1'], { cwd });
    expect(stderr).toContain('with 1 that no run writes: thesis.tex');
  });
});
