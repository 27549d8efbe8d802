import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeNpz } from '../../records/index.js';
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

describe('a NumPy archive with x and x_test', () => {
  it('is tested and predicted whole where the run was trained on another file', async () => {
    const part = (from: number, to: number) => {
      const some = points.slice(from, to);
      const data = Float64Array.from(some.flatMap(({ x, y }) => [x, y]));
      const labels = some.map(({ name }) => ['red', 'green', 'blue'].indexOf(name));
      return [
        { data, shape: [some.length, 2] },
        { data: Float64Array.from(labels), shape: [some.length] },
      ];
    };
    const [[x, y], [x_test, y_test]] = [part(0, 40), part(40, 60)];
    await writeNpz(join(cwd, 'n.npz'), { x, y, x_test, y_test });
    await train(
      table('n.csv', 'x,y,class', ({ x, y, name }) => [x, y, ['red', 'green', 'blue'].indexOf(name)]),
      '-o',
      'N/',
    );
    const evaluated = await here('eval', 'N', '--data', 'npz:n.npz', '--json');
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ samples: 60, testError: 0 });
    expect(evaluated.stderr).toMatch(/npz:n\.npz: x and x_test are tested together, 60 samples/);
    const predicted = await here('predict', 'N', '--data', 'npz:n.npz');
    const lines = predicted.stdout.trim().split('\n');
    expect(lines.length).toBe(61);
    expect(lines[0]).toMatch(/^array,row,predicted/);
    expect(lines.map((line) => line.split(',').slice(0, 2).join())).toEqual(
      expect.arrayContaining(['x,0', 'x,39', 'x_test,0', 'x_test,19']),
    );
    // its own file: only what was kept for testing, and that is said
    await train('npz:n.npz', '-o', 'own/');
    const own = await here('eval', 'own', '--data', 'npz:./n.npz', '--json');
    expect(JSON.parse(own.stdout)).toMatchObject({ samples: 20 });
    expect(own.stderr).toMatch(/only its 20 samples x_test are tested/);
  });
});

describe('samples of files of their own that are not new', () => {
  it('are told, when training and when looking', async () => {
    const rows = readFileSync(join(cwd, 'a.csv'), 'utf8').trim().split('\n');
    writeFileSync(join(cwd, 'moved.csv'), `${[rows[0], ...rows.slice(1).reverse()].join('\n')}\n`);
    const tested = await train('csv:a.csv', '--test-data', 'csv:moved.csv', '-o', 'tested/');
    const among =
      /csv:moved\.csv: 60 of its 60 samples are among those that are trained on: the test error is too good/g;
    expect(tested.stderr.match(among)).toHaveLength(1);
    expect((await here('eval', 'tested')).stderr.match(among)).toHaveLength(1);
    const { stderr } = await train('csv:a.csv', '--validation', 'csv:moved.csv', '-o', 'held/');
    expect(stderr).toMatch(
      /48 of its 60 samples are among those that are trained on: they do not tell which epoch/,
    );
    expect(stderr).toMatch(
      /12 of its 60 samples are among those that are tested: the epoch is chosen by them/,
    );
  });
});

describe('labels', () => {
  it('are said to be of which column, with a word where another is named like one', async () => {
    const data = table('target.csv', 'target,x,z', ({ x }, k) => [k % 2, x, 1 + (k % 4)]);
    const { stderr } = await train(data, '-o', 'target/');
    expect(stderr).toMatch(/test samples, the class is column 3 \(z\), seed 1/);
    expect(stderr).toMatch(
      /warning: target\.csv: column 3 \(z\) is taken for the class, column 1 \(target\) for a feature/,
    );
    expect((await train('csv:a.csv', '-o', 'named/')).stderr).not.toMatch(/warning/);
  });

  it('that are one number are said to be, where no other class remains', async () => {
    const data = table('zip.csv', 'x,y,class', ({ x, y }, k) => [x, y, ['01', '1', '1.0'][k % 3]]);
    const { code, stderr } = await train(data, '-o', 'zip/');
    expect(stderr).toMatch(/zip\.csv: labels 01, 1, 1\.0 are one number and are taken for one class/);
    expect(stderr).not.toMatch(/every label/);
    expect(code).toBe(2);
  });
});

describe('train', () => {
  it('names classes that one of its parts has no sample of', async () => {
    const one = table('one.csv', 'x,y,class', ({ x, y, name }, k) => [x, y, k === 7 ? 'rare' : name]);
    const { stderr } = await train(one, '--dry-run');
    expect(stderr).toContain('no test sample is of class rare, which counts in no test error');
    expect(stderr).not.toContain('no training sample');
    const few = await train('csv:a.csv', '--dry-run', '--limit', '1');
    expect(few.stderr).toMatch(/no training sample is of classes \w+, \w+, which cannot be learned/);
    expect((await train('csv:a.csv', '--dry-run')).stderr).not.toContain('sample is of class');
  });
});
