import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { type Finished, ohmprop } from './command-line.js';

// A run knows its data: classes and features by name, ranges, rows, files. What it answers on other files is checked here.

const cases = fileURLToPath(new URL('../golden/cases/input/', import.meta.url));
const two = readFileSync(join(cases, 'two.csv'), 'utf8');
const [heading, ...rows] = two.trim().split('\n');

let cwd = '';
/** A directory with the case's tables and the run RUN on two.csv, without errors. */
beforeAll(async () => {
  cwd = scratch('run-data');
  for (const name of ['two', 'two-rotated', 'two-scaled', 'two-other-class', 'six']) {
    copyFileSync(join(cases, `${name}.csv`), join(cwd, `${name}.csv`));
  }
  expect(
    (await here('train', '--preset', 'iris', '--data', 'csv:two.csv', '--epochs', '20', '--out', 'RUN')).code,
  ).toBe(0);
});

const here = (...args: string[]): Promise<Finished> => ohmprop(args, { cwd });

async function evaluated(...args: string[]) {
  const { code, stdout, stderr } = await here('eval', 'RUN', ...args, '--json');
  expect(code, stderr).toBe(0);
  return { ...JSON.parse(stdout), stderr } as { testError: number; samples: number; stderr: string };
}

function table(name: string, lines: readonly string[]): string {
  writeFileSync(join(cwd, name), `${lines.join('\n')}\n`);
  return `csv:${name}`;
}

/** Cells of two.csv's rows. */
const cells = rows.map((row) => row.split(','));

describe('another file', () => {
  it('has its classes matched by name, whichever comes first', async () => {
    const { testError, samples, stderr } = await evaluated('--data', 'csv:two-rotated.csv');
    expect([testError, samples]).toEqual([0, 60]);
    expect(stderr).toMatch(/48 of its 60 samples are among those that the run was trained on/);
  });

  it('is scaled by the ranges of the run, with a word on what lies outside', async () => {
    const { testError, samples, stderr } = await evaluated('--data', 'csv:two-scaled.csv');
    expect(testError).toBeCloseTo(0.5, 1);
    expect(samples).toBe(60);
    expect(stderr).toMatch(/60 of 60 samples lie outside the ranges of the training samples \(x is \d+/);
  });

  it('is tested whole', async () => {
    expect((await evaluated('--data', 'csv:six.csv')).samples).toBe(6);
  });

  it('is the own one under another name: only what was kept for testing is tested', async () => {
    const { samples, stderr } = await evaluated('--data', table('copy.csv', [heading, ...rows]));
    expect(samples).toBe(12);
    expect(stderr).toMatch(/copy\.csv is what the run was trained on: its 12 samples kept for testing/);
  });

  it.each([
    [
      'columns in another order',
      'swapped.csv',
      ['label,y,x', ...cells.map(([x, y, l]) => `${l},${y},${x}`)],
      undefined,
    ],
    [
      'columns besides, words among them',
      'more.csv',
      ['id,x,who,y,label', ...cells.map(([x, y, l], k) => `${k},${x},someone,${y},${l}`)],
      /not used: id, who/,
    ],
    ['no header', 'bare.csv', rows, undefined],
    ['one class alone', 'red.csv', [heading, ...rows.filter((row) => row.endsWith('red'))], undefined],
  ])('may have %s', async (_, name, lines, told) => {
    const { testError, samples, stderr } = await evaluated('--data', table(name, lines));
    expect([testError, samples]).toEqual([0, lines.length - (name === 'bare.csv' ? 0 : 1)]);
    if (told) expect(stderr).toMatch(told);
  });

  it.each([
    [
      'a class that is not known',
      'two-other-class.csv',
      undefined,
      /knows no class green; it was trained on red, blue/,
    ],
    [
      'a column too few',
      'one.csv',
      ['x,label', ...cells.map(([x, , l]) => `${x},${l}`)],
      /no column y, which the run was trained on; its columns are x, label/,
    ],
    ['columns of other names', 'names.csv', ['a,b,label', ...rows], /no column x, y/],
    [
      'a column twice',
      'twice.csv',
      ['x,x,y,label', ...cells.map(([x, y, l]) => `${x},${x},${y},${l}`)],
      /columns 1 and 2 are both named x/,
    ],
    [
      'no column of labels',
      'none.csv',
      ['x,y', ...cells.map(([x, y]) => `${x},${y}`)],
      /no column of labels; name it label/,
    ],
    [
      'two columns that may be the label',
      'many.csv',
      ['x,y,a,b', ...rows.map((row) => `${row},c`)],
      /3 \(a\) and 4 \(b\) may all be the label; name one label/,
    ],
    [
      'other numbers of columns without a header',
      'wide.csv',
      rows.map((row) => `1,${row}`),
      /3 feature columns beside the label, the run was trained on 2/,
    ],
  ])('is refused with %s', async (_, name, lines, message) => {
    if (lines) table(name, lines);
    const { code, stderr } = await here('eval', 'RUN', '--data', `csv:${name}`);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('is looked at in the same way by trace', async () => {
    const traced = async (data: string, sample: number) => {
      const { stdout } = await here('trace', 'RUN', '--data', data, '--sample', String(sample), '--json');
      const { target, answer, phases } = JSON.parse(stdout);
      return { target, answer, states: phases[0].steps.at(-1).states };
    };
    expect(await traced('csv:two-rotated.csv', 59)).toEqual(
      await traced(table('first.csv', [heading, rows[0]]), 0),
    );
    expect((await traced('csv:two-rotated.csv', 0)).target).toBe('blue');
  });
});

describe('labels that are numbers', () => {
  it('are the same class however they are written', async () => {
    const numbered = (zero: string, one: string) => [
      'x,y,label',
      ...cells.map(([x, y, l]) => `${x},${y},${l === 'red' ? one : zero}`),
    ];
    const args = [
      'train',
      '--preset',
      'iris',
      '--data',
      table('int.csv', numbered('0', '1')),
      '--epochs',
      '5',
      '--out',
      'INT',
    ];
    expect((await here(...args)).code).toBe(0);
    const { stdout } = await here(
      'eval',
      'INT',
      '--data',
      table('float.csv', numbered('0.0', '1.0')),
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({ testError: 0, samples: 60 });
    const other = await here('eval', 'INT', '--data', table('third.csv', numbered('0', '2')));
    expect(other.stderr).toMatch(/knows no class 2; it was trained on 0, 1/);
  });
});

describe('a file that changed under its run', () => {
  /** A run of its own on a copy of two.csv, which is then replaced by these lines. */
  async function changed(name: string, lines: readonly string[]): Promise<string> {
    table(`${name}.csv`, [heading, ...rows]);
    const args = ['train', '--preset', 'iris', '--data', `csv:${name}.csv`, '--epochs', '3', '--out', name];
    expect((await here(...args)).code).toBe(0);
    table(`${name}.csv`, lines);
    return name;
  }
  const rotated = readFileSync(join(cases, 'two-rotated.csv'), 'utf8').trim().split('\n');
  const identities = async (run: string) => {
    const { train, test } = await readNpz(join(cwd, run, 'data.npz'));
    return { train: [...train.data].sort(), test: [...test.data].sort() };
  };

  it('is a warning to look at, and the same samples are tested', async () => {
    const run = await changed('looked-at', rotated);
    for (const command of ['eval', 'report', 'trace']) {
      const { code, stderr } = await here(command, run);
      expect(stderr).toMatch(/warning: looked-at\.csv is not what the run was trained on: its SHA-256 is/);
      expect(code).toBe(0);
    }
    expect((await here('eval', run, '--json')).stdout).toMatch(/"samples":12,"testError":0,/);
  });

  it('stops resume, which leaves everything as it was, unless it is agreed to', async () => {
    const more = [
      '0.9,-0.4,red',
      '-1.2,1.0,blue',
      '-1.1,0.9,blue',
      '1.0,-0.5,red',
      '1.1,-0.45,red',
      '1.2,-0.6,red',
    ];
    const run = await changed('resumed', [...rotated, ...more]);
    const before = [readFileSync(join(cwd, run, 'manifest.json'), 'utf8'), await identities(run)];
    const refused = await here('resume', run, '--epochs', '4');
    expect(refused.stderr).toMatch(/resumed\.csv is not what the run was trained on.*--changed-data goes on/);
    expect(refused.code).toBe(2);
    expect([readFileSync(join(cwd, run, 'manifest.json'), 'utf8'), await identities(run)]).toEqual(before);

    const agreed = await here('resume', run, '--epochs', '4', '--changed-data');
    expect(agreed.code, agreed.stderr).toBe(0);
    const manifest = JSON.parse(readFileSync(join(cwd, run, 'manifest.json'), 'utf8'));
    expect(manifest.data.classNames).toEqual(['red', 'blue']);
    expect(manifest.data.counts).toEqual({ train: 54, test: 12 });
    expect(manifest.warnings).toEqual([expect.stringMatching(/resumed\.csv is not what/)]);
    // no sample that was trained on is tested now, and what was tested still is
    const [earlier, now] = [before[1] as Awaited<ReturnType<typeof identities>>, await identities(run)];
    expect(now.test).toEqual(earlier.test);
    expect(now.train).toEqual(expect.arrayContaining(earlier.train));
    expect((await here('resume', run, '--epochs', '5')).code).toBe(0);
  });

  it('tells of rows that are gone, and is refused where no row to test is left', async () => {
    const run = await changed('shorter', rotated.slice(0, 41));
    expect((await here('eval', run)).stderr).toMatch(/rows kept for testing are no longer in the file/);
    table('shorter.csv', [heading, '5,5,red', '6,6,blue', '7,7,red']);
    const { code, stderr } = await here('eval', run);
    expect(stderr).toMatch(/none of the 12 rows that the run kept for testing is in the file any more/);
    expect(code).toBe(2);
  });

  it('is not told of where only its name or the order of its classes changed', async () => {
    const { stderr } = await here('eval', 'RUN');
    expect(stderr).not.toMatch(/warning/);
  });
});

describe('a run that starts from another', () => {
  const start = (data: string, out: string, ...more: string[]) =>
    here(
      'train',
      '--preset',
      'iris',
      '--data',
      data,
      '--epochs',
      '1',
      '--from',
      'RUN',
      '--out',
      out,
      ...more,
    );

  it('has the classes and the scales of that run', async () => {
    const { code, stderr } = await start('csv:two-rotated.csv', 'more');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/starting from RUN: 100\.0 % of the test set right/);
    const { data } = JSON.parse(readFileSync(join(cwd, 'more/manifest.json'), 'utf8'));
    const { data: first } = JSON.parse(readFileSync(join(cwd, 'RUN/manifest.json'), 'utf8'));
    expect([data.classNames, data.featureRange]).toEqual([first.classNames, first.featureRange]);
  });

  it('is told where the outputs stood for other classes, and where it tests what that run learnt', async () => {
    expect((await start('csv:two-other-class.csv', 'other')).stderr).toMatch(
      /its outputs stood for red, blue, they stand for green, blue now/,
    );
    expect((await start('csv:two.csv', 'again', '--seed', '7')).stderr).toMatch(
      /it was trained on \d+ of the 12 samples that this run tests/,
    );
  });
});

describe('parts from files of their own', () => {
  const start = (out: string, ...more: string[]) =>
    here('train', '--preset', 'iris', '--data', 'csv:two.csv', '--epochs', '2', '--out', out, ...more);
  const counts = (run: string) =>
    JSON.parse(readFileSync(join(cwd, run, 'manifest.json'), 'utf8')).data.counts;

  it('are tested whole, and all other data are trained on', async () => {
    expect((await start('tested', '--test-data', 'csv:two-rotated.csv')).code).toBe(0);
    expect(counts('tested')).toEqual({ train: 60, test: 60 });
    const { stdout } = await here('eval', 'tested', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ samples: 60, testError: 0 });
    const other = await start('no', '--test-data', 'csv:two-other-class.csv');
    expect(other.stderr).toMatch(/knows no class green/);
    expect(other.code).toBe(2);
  });

  it.each([
    ['a number', '8', 8],
    ['a share', '25%', 12],
    ['a share without its sign', '0.25', 12],
    ['a file', 'csv:six.csv', 6],
  ])('are held out for validation: %s', async (_, amount, count) => {
    const run = `held-${count}-${amount.length}`;
    expect((await start(run, '--validation', amount)).code).toBe(0);
    expect(counts(run)).toEqual({
      train: amount.includes('csv') ? 48 : 48 - count,
      validation: count,
      test: 12,
    });
    const last = readFileSync(join(cwd, run, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .at(-1);
    expect(JSON.parse(last ?? '')).toHaveProperty('validationError');
  });

  it.each([
    ['48', /48 validation samples/],
    ['100%', /validation/],
    ['1.5', /needs a whole number, a share such as 10%/],
    ['csv:nowhere.csv', /nowhere\.csv: there is no such file/],
  ])('are refused: --validation %s', async (amount, message) => {
    const { code, stderr } = await start('refused', '--validation', amount);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
