import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// What has to be said of data, where an answer without a word would be a wrong one.

/** Sixty rows of three classes that lie apart, drawn here. */
const points = Array.from({ length: 60 }, (_, k) => {
  const [cx, cy, name] = (
    [
      [0, 0, 'red'],
      [2, 1, 'green'],
      [4, -1, 'blue'],
    ] as const
  )[k % 3];
  const at = (c: number, phase: number) => Number((c + 0.4 * Math.sin(7.3 * k + phase)).toFixed(3));
  return { x: at(cx, 0), y: at(cy, 2), name };
});

let cwd = '';
const here = (...args: string[]) => ohmprop(args, { cwd });
const train = (data: string, ...more: string[]) =>
  here('train', '--preset', 'iris', '--data', data, '--epochs', '5', ...more);

function table(
  name: string,
  header: string | undefined,
  row: (p: (typeof points)[number], k: number) => unknown[],
) {
  const lines = [...(header === undefined ? [] : [header]), ...points.map((p, k) => row(p, k).join())];
  writeFileSync(join(cwd, name), `${lines.join('\n')}\n`);
  return `csv:${name}`;
}

beforeAll(async () => {
  cwd = scratch('data-told');
  const { code, stderr } = await train(
    table('a.csv', 'x,y,class', ({ x, y, name }) => [x, y, name]),
    '-o',
    'RUN/',
  );
  expect(code, stderr).toBe(0);
});

describe('predict', () => {
  it('counts rows of a class that the run does not know as other than its answers, and names the class', async () => {
    const data = table('unk.csv', 'x,y,class', ({ x, y, name }) => [x, y, name === 'blue' ? 'purple' : name]);
    const { stdout, stderr, code } = await here('predict', 'RUN', '--data', data, '--json');
    expect(code, stderr).toBe(0);
    const { error, unknownClasses } = JSON.parse(stdout);
    expect(error).toBeGreaterThanOrEqual(20 / 60);
    expect(unknownClasses).toEqual(['purple']);
    expect(stderr).toMatch(
      /warning: csv:unk\.csv: the run knows no class purple.*trained on red, green, blue/,
    );
    const text = await here('predict', 'RUN', '--data', data, '-o', 'p.csv');
    expect(text.stdout).toContain(`${(100 * error).toFixed(2)} % are not as the file's own labels`);
  });

  it('says which columns it does not use', async () => {
    const data = table('more.csv', 'id,x,y,z', ({ x, y }, k) => [k, x, y, 1]);
    expect((await here('predict', 'RUN', '--data', data)).stderr).toMatch(/more\.csv: not used: id, z/);
  });
});

describe('columns that are taken by place', () => {
  it('are told where only one side has names', async () => {
    const bare = table('bare.csv', undefined, ({ x, y, name }) => [y, x, name]);
    for (const command of ['eval', 'predict']) {
      const { stderr } = await here(command, 'RUN', '--data', bare);
      expect(stderr).toMatch(
        /bare\.csv: columns are taken by place, as there is no header; .* x, y, in this order/,
      );
    }
    await train(bare, '-o', 'bare/');
    const { stderr } = await here('eval', 'bare', '--data', 'csv:a.csv');
    expect(stderr).toMatch(/a\.csv: columns are taken by place, as those that were trained on had no names/);
    expect((await here('eval', 'bare')).stderr).not.toMatch(/by place/);
    expect((await here('eval', 'RUN', '--data', 'csv:a.csv')).stderr).not.toMatch(/by place/);
  });
});

describe('scales taken over from another run', () => {
  const scaled = (by: number) => table(`by-${by}.csv`, 'x,y,class', ({ x, y, name }) => [x * by, y, name]);

  it('are told where the new samples lie outside; the run knows its own ranges afterwards', async () => {
    const data = scaled(1000);
    const { stderr } = await train(data, '--from', 'RUN', '-o', 'far/');
    expect(stderr).toMatch(
      /warning: --from RUN: \d\d of the 48 training samples \(\d\d\.\d %\) lie outside the scales taken over from that run \("x" goes from -\d+ to 4\d\d\d/,
    );
    const { stdout, ...told } = await here('predict', 'far', '--data', data, '--json');
    const outside = JSON.parse(stdout).predictions.filter(
      (p: { outsideTrainingRange: boolean }) => p.outsideTrainingRange,
    );
    // but for samples that were kept for testing
    expect(outside.length).toBeLessThanOrEqual(4);
    const again = await here('predict', 'far', '--data', 'csv:unk.csv', '--json');
    expect(`${told.stderr}${again.stderr}`).not.toMatch(/x is .*it was -?0\.\d+ to 4\.\d/);
    const { data: known } = JSON.parse(readFileSync(join(cwd, 'far/manifest.json'), 'utf8'));
    expect(known.trainedRange[0][1]).toBeGreaterThan(4000);
    // who starts from it takes over its scales, not its ranges
    await train('csv:a.csv', '--from', 'far', '-o', 'back/');
    const { data: back } = JSON.parse(readFileSync(join(cwd, 'back/manifest.json'), 'utf8'));
    expect(back.featureRange).toEqual(known.featureRange);
    expect(back.trainedRange).toBeUndefined();
  });

  it('are told where the new samples all but vanish in them', async () => {
    const { stderr } = await train(scaled(0.001), '--from', 'RUN', '-o', 'near/');
    expect(stderr).toMatch(
      /warning: --from RUN: "x" goes from .* and fills 0\.1\d* % of the scale taken over/,
    );
  });

  it('are no matter where the samples fit', async () => {
    expect((await train('csv:a.csv', '--from', 'RUN', '-o', 'same/')).stderr).not.toMatch(/scale/);
  });
});

describe('labels', () => {
  it('that are one number are said to be, where no other class remains', async () => {
    const data = table('zip.csv', 'x,y,class', ({ x, y }, k) => [x, y, ['01', '1', '1.0'][k % 3]]);
    const { code, stderr } = await train(data, '-o', 'zip/');
    expect(stderr).toMatch(/zip\.csv: labels 01, 1, 1\.0 are one number and are taken for one class/);
    expect(stderr).not.toMatch(/every label/);
    expect(code).toBe(2);
  });
});
