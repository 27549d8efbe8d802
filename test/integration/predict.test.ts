import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeNpz } from '../../records/index.js';
import { readRows } from '../../records/tables/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const table = fileURLToPath(new URL('../golden/cases/input/two.csv', import.meta.url));
const rows = readFileSync(table, 'utf8').trim().split('\n').slice(1, 9);
const cells = rows.map((row) => row.split(','));

let cwd = '';
const here = (...args: string[]) => ohmprop(args, { cwd });
beforeAll(async () => {
  cwd = scratch('predict');
  copyFileSync(table, join(cwd, 'two.csv'));
  const { code } = await here(
    'train',
    '--preset',
    'iris',
    '--data',
    'csv:two.csv',
    '--epochs',
    '20',
    '--out',
    'RUN',
  );
  expect(code).toBe(0);
});

function write(name: string, lines: readonly string[]): string {
  writeFileSync(join(cwd, name), `${lines.join('\n')}\n`);
  return `csv:${name}`;
}

function read(text: string) {
  const codes = { encoding: 'e', syntax: 's' };
  const table = readRows(new TextEncoder().encode(text), { file: 'out.csv', codes });
  const [names, ...values] = table.rows.map((row) => row.cells);
  return { names, values, column: (name: string) => values.map((row) => row[names.indexOf(name)]) };
}

const added = ['predicted', 'v_red_V', 'v_blue_V', 'margin_V', 'settled', 'outside_training_range'];

describe('predict', () => {
  it('keeps rows and columns as they are, and adds what the run answers', async () => {
    const lines = ['id,"who, and where",y,x', ...cells.map(([x, y], k) => `00${k},"a ""b"", c",${y},${x}`)];
    const { code, stderr } = await here('predict', 'RUN', '--data', write('new.csv', lines), '-o', 'out.csv');
    expect(code, stderr).toBe(0);
    const { names, column } = read(readFileSync(join(cwd, 'out.csv'), 'utf8'));
    expect(names).toEqual(['id', 'who, and where', 'y', 'x', ...added]);
    expect(column('id')).toEqual(cells.map((_, k) => `00${k}`));
    expect(column('who, and where')).toEqual(cells.map(() => 'a "b", c'));
    expect([column('x'), column('y')]).toEqual([cells.map(([x]) => x), cells.map(([, y]) => y)]);
    expect(column('predicted')).toEqual(cells.map(([, , label]) => label));
    for (const [k, margin] of column('margin_V').entries()) {
      const [red, blue] = [Number(column('v_red_V')[k]), Number(column('v_blue_V')[k])];
      expect(Number(margin)).toBe(Math.abs(red - blue));
      expect(red > blue).toBe(cells[k][2] === 'red');
    }
    expect(new Set(column('settled'))).toEqual(new Set(['true']));
  });

  it('answers on stdout, by the same voltages as trace', async () => {
    const { stdout } = await here(
      'predict',
      'RUN',
      '--data',
      write('one.csv', ['x,y', cells[0].slice(0, 2).join(',')]),
    );
    const traced = await here(
      'trace',
      'RUN',
      '--data',
      write('one-labelled.csv', ['x,y,label', rows[0]]),
      '--json',
    );
    const { states } = JSON.parse(traced.stdout).phases[0].steps.at(-1);
    expect(Number(read(stdout).column('v_red_V')[0])).toBeCloseTo(states.at(-2), 7);
  });

  it('tells rows that lie outside what the run has seen', async () => {
    const data = write('far.csv', ['x,y', '0.9,-0.4', '9000,-0.4']);
    const { stdout, stderr } = await here('predict', 'RUN', '--data', data, '--json');
    expect(stderr).toMatch(/1 of 2 samples lie outside .*\(x is 9000/);
    const { predictions } = JSON.parse(stdout);
    expect(predictions.map((p: { outsideTrainingRange: boolean }) => p.outsideTrainingRange)).toEqual([
      false,
      true,
    ]);
  });

  it('tells rows whose phase did not come to rest', async () => {
    const config = join(cwd, 'RUN/config.yaml');
    const before = readFileSync(config, 'utf8');
    writeFileSync(config, before.replace('settle: {}', 'settle: { evaluation: { maxIterations: 1 } }'));
    const { stdout } = await here('predict', 'RUN', '--data', 'csv:two.csv', '--json');
    writeFileSync(config, before);
    expect(JSON.parse(stdout).unsettled).toBe(60);
  });

  it('takes files without a header, with a class, and NumPy archives', async () => {
    const bare = await here('predict', 'RUN', '--data', write('bare.csv', rows));
    expect(read(bare.stdout).names).toEqual(['column_1', 'column_2', 'column_3', ...added]);
    const labelled = await here('predict', 'RUN', '--data', 'csv:two.csv', '--json');
    expect(JSON.parse(labelled.stdout)).toMatchObject({ error: 0, unsettled: 0 });
    const x = Float64Array.from(cells.flatMap(([first, second]) => [Number(first), Number(second)]));
    await writeNpz(join(cwd, 'x.npz'), { x: { data: x, shape: [8, 2] } });
    const archive = await here('predict', 'RUN', '--data', 'npz:x.npz');
    expect(read(archive.stdout).column('predicted')).toEqual(cells.map(([, , label]) => label));
    expect(read(archive.stdout).column('row')).toEqual(cells.map((_, k) => String(k)));
  });

  it('needs no training data, which may be gone', async () => {
    const { code } = await ohmprop(['predict', join(cwd, 'RUN'), '--data', `csv:${join(cwd, 'two.csv')}`]);
    expect(code).toBe(0);
  });

  it.each([
    ['a column missing', ['x', '1'], /there is no column y/],
    ['a cell that is no number', ['x,y', '1,2', '3,four'], /line 3, column 2 \(y\): "four" is not a number/],
    ['a column of its own name', ['x,y,predicted', '1,2,red'], /there is a column "predicted" already/],
  ])('refuses %s', async (_, lines, message) => {
    const { code, stderr, stdout } = await here('predict', 'RUN', '--data', write('wrong.csv', lines));
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('refuses what are no rows', async () => {
    const { code, stderr } = await here('predict', 'RUN', '--data', 'iris');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/rows to predict come out of csv:FILE or npz:FILE/),
    ]);
  });
});
