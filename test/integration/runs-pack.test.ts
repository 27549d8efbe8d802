import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { firstDifference } from '../../experiments/kept/index.js';
import { readZip, writeZip } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// Runs as one file, and computed again from it elsewhere.

let home: string;

beforeAll(async () => {
  home = scratch();
  const rows = Array.from(
    { length: 40 },
    (_, i) => `${(i % 7) / 7},${(i % 5) / 5},${i % 2 ? 'odd' : 'even'}`,
  );
  writeFileSync(join(home, 'table.csv'), ['a,b,class', ...rows].join('\n'));
  await ohmprop(
    [
      'train',
      '--preset',
      'iris',
      '--data',
      'csv:table.csv',
      '--epochs',
      '2',
      '-o',
      'runs/table/',
      '--without-report',
    ],
    { cwd: home },
  );
  await ohmprop(['runs', 'pack', 'runs/table', '-o', 'paper.zip'], { cwd: home });
});

/** The pack in an empty directory, with members changed. */
async function received(change: Record<string, (text: string) => string | undefined> = {}): Promise<string> {
  const cwd = scratch();
  const files = [...(await readZip(join(home, 'paper.zip')))].flatMap(([name, bytes]) => {
    const text = change[name] === undefined ? undefined : change[name](new TextDecoder().decode(bytes));
    if (change[name] !== undefined && text === undefined) return [];
    return [{ name, parts: [text === undefined ? bytes : new TextEncoder().encode(text)] }];
  });
  await writeZip(join(cwd, 'paper.zip'), files);
  return cwd;
}

const again = async (cwd: string) => {
  const { code, stdout, stderr } = await ohmprop(
    ['runs', 'reproduce', 'paper.zip', '-o', 'again/', '--json'],
    { cwd },
  );
  return { code, stderr, answer: code === 2 ? JSON.parse(stdout) : JSON.parse(stdout.split('\n')[0]) };
};

describe('ohmprop runs pack and reproduce', () => {
  it('holds configuration, inputs, numbers and references, and comes to the same bits elsewhere', async () => {
    const files = await readZip(join(home, 'paper.zip'));
    expect([...files.keys()].filter((name) => name.startsWith('runs/table/')).sort()).toEqual(
      ['config.yaml', 'manifest.json', 'metrics.jsonl'].map((name) => `runs/table/${name}`),
    );
    expect(new TextDecoder().decode(files.get('references.bib'))).toContain('@article{scellier2017,');
    expect(new TextDecoder().decode(files.get('methods.txt'))).toContain('for 2 epochs, seed 1');

    // The table is gone from where it was: the pack has it.
    renameSync(join(home, 'table.csv'), join(home, 'elsewhere.csv'));
    try {
      const { code, answer } = await again(await received());
      expect(code).toBe(0);
      expect(answer.runs).toEqual([{ folder: 'runs/table', path: expect.any(String), changes: [] }]);
    } finally {
      renameSync(join(home, 'elsewhere.csv'), join(home, 'table.csv'));
    }
  });

  it('tells the first number that differs', async () => {
    const cwd = await received({
      'runs/table/metrics.jsonl': (text) => text.replace(/("epoch":2,"trainError":)[\d.]+/, '$10.123'),
    });
    const { code, answer } = await again(cwd);
    expect(code).toBe(1);
    expect(answer.runs[0].difference).toMatchObject({ where: 'epoch 2, trainError', packed: 0.123 });
  });

  it('holds parameters to the hash even where every printed number is the same', async () => {
    const cwd = await received({
      'pack.json': (text) => {
        const contents = JSON.parse(text);
        contents.runs[0].parameters.sha256 = '0'.repeat(64);
        return JSON.stringify(contents);
      },
    });
    const { code, answer } = await again(cwd);
    expect([code, answer.runs[0].difference.where]).toEqual([1, 'SHA-256 of the parameters at the end']);
  });

  it('refuses inputs that were altered, missing, or not in the pack, before anything is trained', async () => {
    const input = [...(await readZip(join(home, 'paper.zip'))).keys()].find((name) =>
      name.startsWith('inputs/'),
    );
    const altered = await again(await received({ [input as string]: (text) => text.replace('odd', 'ood') }));
    expect([altered.code, altered.answer.error.message]).toEqual([
      2,
      expect.stringContaining('has the SHA-256'),
    ]);
    const missing = await again(await received({ [input as string]: () => undefined }));
    expect(missing.answer.error.message).toContain('is not in it');
    const outside = await again(
      await received({
        'runs/table/config.yaml': (text) => text.replace('seed: 1', 'seed: 1\ntestData: csv:/etc/passwd'),
      }),
    );
    expect([outside.code, outside.answer.error.message]).toEqual([
      2,
      expect.stringContaining('not in the pack'),
    ]);
  });

  it('opens no hardware, whatever a received configuration says', async () => {
    const cells =
      'cells: {model: "arc-one:/dev/ttyNONE", limits: a.limits.yaml, noCurrentLimit: true, like: linear, states: 50, pulse: "1V,1us,-1V,1us"}\n';
    const sent = await again(
      await received({
        'runs/table/config.yaml': (text) =>
          `${text.replace(/^network:\n/m, 'network:\n  window: [0.000001, 0.00005]\n')}${cells}`,
      }),
    );
    expect([sent.code, sent.answer.error.message]).toEqual([
      2,
      expect.stringContaining(
        'its cells are behind an instrument, and a pack opens none; nothing was trained',
      ),
    ]);
  });

  it('packs a run on a board, and says that it cannot be computed again', async () => {
    const cwd = scratch();
    const train = ['train', '--preset', 'board-xor', '--epochs', '1', '-o', 'runs/b/', '--without-report'];
    await ohmprop(train, { cwd });
    const { stderr } = await ohmprop(['runs', 'pack', 'runs/b', '-o', 'b.zip'], { cwd });
    expect(stderr).toContain('its network is a board, which a pack does not open');
  });

  it('takes inputs that were too large for the pack from a folder, if they are the same', async () => {
    const unpacked = (text: string) => {
      const contents = JSON.parse(text);
      delete contents.runs[0].inputs[0].files[0].packed;
      return JSON.stringify(contents);
    };
    const cwd = await received({ 'pack.json': unpacked });
    expect((await again(cwd)).answer.error.message).toContain('name that with --input-files');
    writeFileSync(join(cwd, 'table.csv'), 'another');
    const from = ['runs', 'reproduce', 'paper.zip', '--input-files', '.', '-o', 'again/'];
    const other = await ohmprop(from, { cwd });
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('is another file')]);
    writeFileSync(join(cwd, 'table.csv'), readFileSync(join(home, 'table.csv')));
    const same = await ohmprop(from, { cwd });
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining('runs/table: same bits')]);
  });

  it('refuses what is no pack', async () => {
    const cwd = scratch();
    await writeZip(join(cwd, 'paper.zip'), [{ name: 'a.txt', parts: [new TextEncoder().encode('a')] }]);
    expect((await again(cwd)).answer.error.message).toContain('pack.json is not in it');
    const leading = await received({ 'pack.json': (text) => text.replaceAll('runs/table', 'runs/../../x') });
    expect((await again(leading)).answer.error.message).toContain('needs runs/NAME');
  });

  it('packs a run that is not at its end, and says that it cannot be computed again', async () => {
    const cwd = scratch();
    await ohmprop(['train', '--preset', 'xor', '--epochs', '3', '-o', 'runs/x/', '--without-report'], {
      cwd,
    });
    const metrics = join(cwd, 'runs/x/metrics.jsonl');
    writeFileSync(metrics, readFileSync(metrics, 'utf8').split('\n').slice(0, 2).join('\n').concat('\n'));
    const { stderr } = await ohmprop(['runs', 'pack', 'runs/x', '-o', 'x.zip'], { cwd });
    expect(stderr).toContain('cannot be computed again from the pack: metrics.jsonl tells 2 of 3 epochs');
    rmSync(join(cwd, 'runs'), { recursive: true });
    const { code, stdout } = await ohmprop(['runs', 'reproduce', 'x.zip'], { cwd });
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('runs/x: not computed: metrics.jsonl tells 2'),
    ]);
  });
});

describe('firstDifference', () => {
  it('counts every number but times, and epochs that are missing or too many', () => {
    const line = { epoch: 1, testError: 0.5, gradient: { g1: { cosine: 0.9 } }, seconds: 3 };
    expect(firstDifference([line], [{ ...line, seconds: 4 }])).toBeUndefined();
    expect(firstDifference([line], [{ ...line, gradient: { g1: { cosine: 0.8 } } }])).toEqual({
      where: 'epoch 1, gradient.g1.cosine',
      packed: 0.9,
      got: 0.8,
    });
    expect(firstDifference([line, { ...line, epoch: 2 }], [line])?.where).toBe('epoch 2');
    expect(firstDifference([line], [line, { ...line, epoch: 2 }])?.where).toBe('epoch 2');
    expect(firstDifference([{ ...line, testError: -0 }], [{ ...line, testError: 0 }])).toBeDefined();
  });
});
