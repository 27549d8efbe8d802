import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readZip, writeZip } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { mainFile, ohmprop } from './command-line.js';

async function refused(args: string[], message: RegExp, cwd = scratch()): Promise<void> {
  const { code, stderr, stdout } = await ohmprop(args, { cwd });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toBe('');
  expect(code).toBe(2);
}

/** An IDX file: magic, dimensions, bytes. */
function idx(dimensions: number[], bytes: Uint8Array, type = 0x08): Buffer {
  const head = Buffer.alloc(4 + 4 * dimensions.length);
  head[2] = type;
  head[3] = dimensions.length;
  for (const [d, size] of dimensions.entries()) head.writeUInt32BE(size, 4 + 4 * d);
  return Buffer.concat([head, bytes]);
}

function mnistFolder(change: (files: Record<string, Buffer>) => void): string {
  const folder = scratch();
  const files: Record<string, Buffer> = {
    'train-images-idx3-ubyte': idx([4, 2, 2], new Uint8Array(16)),
    'train-labels-idx1-ubyte': idx([4], Uint8Array.of(0, 1, 2, 9)),
    't10k-images-idx3-ubyte': idx([2, 2, 2], new Uint8Array(8)),
    't10k-labels-idx1-ubyte': idx([2], Uint8Array.of(3, 4)),
  };
  change(files);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return `mnist:${folder}`;
}

function csv(text: string): string {
  const file = join(scratch(), 'table.csv');
  writeFileSync(file, text);
  return `csv:${file}`;
}

describe('bad data', () => {
  it('truncated IDX', () =>
    refused(
      [
        'train',
        '--data',
        mnistFolder((f) => (f['train-images-idx3-ubyte'] = f['train-images-idx3-ubyte'].subarray(0, 20))),
      ],
      /train-images-idx3-ubyte.*(trunc|expected|short)/i,
    ));
  it('labels where images are expected', () =>
    refused(
      ['train', '--data', mnistFolder((f) => (f['train-images-idx3-ubyte'] = f['train-labels-idx1-ubyte']))],
      /train-images-idx3-ubyte/,
    ));
  it('label out of range', () =>
    refused(
      [
        'train',
        '--data',
        mnistFolder((f) => (f['train-labels-idx1-ubyte'] = idx([4], Uint8Array.of(0, 1, 2, 10)))),
      ],
      /train-labels-idx1-ubyte.*10/,
    ));
  it('ragged CSV', () => refused(['train', '--data', csv('a,b,label\n1,2,x\n3,y\n')], /table\.csv.*3/));
  it('CSV that is not numeric', () =>
    refused(['train', '--data', csv('a,b,label\n1,2,x\n3,oops,y\n')], /table\.csv.*3.*b.*oops/s));
  it('NaN in CSV', () =>
    refused(['train', '--data', csv('a,b,label\n1,2,x\n3,NaN,y\n')], /table\.csv.*3.*NaN/s));
  it('a data set that does not exist', () => refused(['train', '--data', 'irsi'], /iris/));
  it('a file that does not exist', () => refused(['train', '--data', 'csv:nowhere.csv'], /nowhere\.csv/));
});

describe('bad configuration', () => {
  it('an input coding that does not fit the outputs', () =>
    refused(
      [
        'train',
        '--data',
        'iris',
        '--set',
        'coding.target={kind: sign, off: -1, on: 1}',
        '--set',
        'coding.readOut=sign',
      ],
      /sign.*iris has 3/,
    ));
  it('a negative rate', () =>
    refused(
      ['train', '--set', 'training.conductanceRates=[-0.1, 0.1]'],
      /training\.conductanceRates\.0: .*got -0\.1/,
    ));
  it.each([
    ['digits', 'float32'],
    ['digits', 'float64'],
    ['dhn-1h', 'float32'],
    ['dhn-1h', 'float64'],
  ])('layers of %s that no memory holds, in %s', (preset, arithmetic) =>
    refused(
      ['train', '--preset', preset, '--data', 'digits', '--arithmetic', arithmetic, '--layers', '2000000000'],
      /network 256-2000000000-10: more than memory holds; use smaller layers/,
    ),
  );
  it('β without the noise of its unit', () =>
    refused(
      ['train', '--beta', '5uS', '--out', 'run'],
      /β = 5 \(5\.00 µS\) is too large.* below [\d.]+ \([\d.]+ µS\)\. Use --beta auto/,
    ));
  it('a β that no gradient can be checked at', () =>
    refused(
      ['gradcheck', '--beta', '100'],
      /β = 100 \(100 µS\) is too large for the centered estimator.*passive below [\d.]+ \([\d.]+ µS\)/,
    ));
  it('a β that is no number', () =>
    refused(['train', '--beta', 'Infinity'], /--beta: needs a number above 0.*got Infinity/));
  it('more iterations than anybody could wait for', () =>
    refused(
      ['train', '--set', 'settle.fixedIterations=3e9'],
      /settle\.fixedIterations: needs a number of at most 1000000; got 3000000000/,
    ));
  it('β too large for passivity, with the largest that is safe', () =>
    refused(
      ['train', '--beta', '1000', '--out', 'run'],
      /β = 1000 \(1\.00 mS\) is too large.*below [\d.]+ \([\d.]+ µS\)/,
    ));
  it.each([
    [['--window', '10'], /--window: this key does not go with kind "hopfield"/],
    [['--beta', '1uS'], /training\.beta: dimensionless here; give a bare number, got "1uS"/],
    [['--set', 'data=iris', '--set', 'validation=105'], /105 training samples .*set validation to 0 … 104/],
  ])('a Hopfield network asked for %j', (args, message) =>
    refused(
      ['train', '--set', 'data=xor', '--set', 'network={kind: hopfield, hidden: [8]}', ...args],
      message,
    ),
  );
  it('persistent particles of a board', () =>
    refused(
      ['train', '--preset', 'board-xor', '--set', 'training.particles=true'],
      /training\.particles: a board reads only its outputs/,
    ));
  it('cells that drift backwards', () =>
    refused(
      ['train', '--cells', 'linear', '--drift', '-1'],
      /--drift: needs a number of at least 0; got -1/,
    ));
  it('an unknown key, with the nearest', () =>
    refused(['train', '--set', 'trainng.beta=1'], /trainng: unknown key; did you mean "training"/));
  it('an unknown nested key, with the nearest', () =>
    refused(
      ['train', '--set', 'network.inputGian=1'],
      /network\.inputGian: unknown key; did you mean "inputGain"/,
    ));
  it('an unknown preset, with the nearest', () =>
    refused(['train', '--preset', 'drn-sx'], /did you mean drn-xs/));
  it('an unknown estimator', () =>
    refused(['train', '--estimator', 'central'], /--estimator: needs one of positive, .*got "central"/));
  it('an unknown option, with the nearest', () => refused(['train', '--epoch', '3'], /--epochs/));
  it('a number that is none', () => refused(['train', '--epochs', 'many'], /whole number/));
  it('β with a unit that is no conductance', () => refused(['train', '--beta', '3mV'], /beta.*3mV/));
  it('a configuration file that is not YAML', () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'bad.yaml'), 'data: [iris\n');
    return refused(['train', 'bad.yaml'], /bad\.yaml:\d+:\d+/, cwd);
  });
});

const tiny = ['--data', 'xor', '--layers', '8', '--beta', '0.01', '--set', 'training.batch=4'];
const trained = scratch('trained');
let shared: Promise<unknown> | undefined;

/** A directory in which `run` is a run of two epochs, trained once for all and copied. */
async function withRun(): Promise<string> {
  shared ??= ohmprop(['train', ...tiny, '--arithmetic', 'float64', '--epochs', '2', '--out', 'run'], {
    cwd: trained,
  }).then(({ code }) => expect(code).toBe(0));
  await shared;
  const cwd = scratch();
  cpSync(trained, cwd, { recursive: true });
  return cwd;
}

describe('bad run directories', () => {
  it('an output directory in use', async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'mine'));
    writeFileSync(join(cwd, 'mine', 'notes.txt'), 'precious');
    await refused(['train', ...tiny, '--out', 'mine'], /mine/, cwd);
    expect(readFileSync(join(cwd, 'mine', 'notes.txt'), 'utf8')).toBe('precious');
    expect(readdirSync(join(cwd, 'mine'))).toEqual(['notes.txt']);
  });

  it('something that is no run', () =>
    refused(['eval', '.'], /\. is not a run directory: config\.yaml is missing/m));

  it('a torn checkpoint falls back to the one before, and says so', async () => {
    const cwd = await withRun();
    const folder = join(cwd, 'run/checkpoints');
    const newest = readdirSync(folder).sort().at(-1)!;
    truncateSync(join(folder, newest), 300);
    const { code, stderr } = await ohmprop(['resume', 'run', '--epochs', '3'], { cwd });
    expect(stderr).toMatch(new RegExp(`warning: .*${newest}`));
    expect(stderr).toMatch(/going on in epoch 2/);
    expect(code).toBe(0);
  });

  it('nothing but torn checkpoints', async () => {
    const cwd = await withRun();
    const folder = join(cwd, 'run/checkpoints');
    for (const name of readdirSync(folder)) truncateSync(join(folder, name), 100);
    await refused(['resume', 'run', '--epochs', '3'], /no checkpoint .* can be read/, cwd);
    expect(existsSync(join(cwd, 'run/metrics.jsonl'))).toBe(true);
  });

  it('a checkpoint of another version', async () => {
    const cwd = await withRun();
    const folder = join(cwd, 'run/checkpoints');
    for (const name of readdirSync(folder)) {
      const files = await readZip(join(folder, name));
      const state = JSON.parse(Buffer.from(files.get('state.json')!).toString());
      files.set('state.json', Buffer.from(JSON.stringify({ ...state, format: 'training/99' })));
      await writeZip(
        join(folder, name),
        Array.from(files, ([entry, bytes]) => ({ name: entry, parts: [bytes] })),
      );
    }
    const before = readFileSync(join(cwd, 'run/metrics.jsonl'), 'utf8');
    for (const command of [
      ['resume', 'run', '--epochs', '3'],
      ['eval', 'run'],
    ]) {
      await refused(command, /training\/99/, cwd);
    }
    expect(readFileSync(join(cwd, 'run/metrics.jsonl'), 'utf8')).toBe(before);
  });

  it('a checkpoint of other layers', async () => {
    const cwd = await withRun();
    const config = join(cwd, 'run/config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('hidden:\n    - 8', 'hidden:\n    - 9'));
    await refused(['eval', 'run'], /the layers differ/i, cwd);
  });
});

describe('bad places to write to', () => {
  it.runIf(process.platform === 'linux')(
    'an output directory under a file, or where none can be',
    async () => {
      const cwd = scratch();
      writeFileSync(join(cwd, 'file'), '');
      await refused(['train', ...tiny, '--out', 'file/sub'], /cannot make the directory .*file/, cwd);
      await refused(
        ['train', ...tiny, '--out', '/proc/foo/bar'],
        /cannot make the directory \/proc\/foo/,
        cwd,
      );
    },
  );

  it('an export onto a directory, or into one that is not there', async () => {
    const cwd = await withRun();
    mkdirSync(join(cwd, 'folder'));
    await refused(['export', 'run', '-o', 'folder'], /folder: it is a directory; name a file/, cwd);
    await refused(['export', 'run', '-o', 'none/w.npz'], /no folder none \(ENOENT\); make it first/, cwd);
    expect(readdirSync(join(cwd, 'folder'))).toEqual([]);
  });

  it.runIf(process.platform !== 'win32')('a disk that fills: the checkpoint before stays', async () => {
    const cwd = await withRun();
    const folder = join(cwd, 'run/checkpoints');
    const checkpoints = readdirSync(folder).sort();
    // No file may grow beyond 1 KiB, less than a checkpoint: the kernel refuses the write as a full disk would.
    const limited = spawnSync(
      'bash',
      ['-c', 'ulimit -f 1; exec "$0" "$@"', process.execPath, mainFile, 'resume', 'run', '--epochs', '3'],
      { cwd, encoding: 'utf8' },
    );
    expect(limited.stderr).toMatch(/cannot write .*: EFBIG; .*continues .*`ohmprop resume`/);
    expect(limited.stderr).not.toMatch(/\n\s+at /);
    expect(limited.status).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(checkpoints);
    const { code } = await ohmprop(['resume', 'run', '--epochs', '3'], { cwd });
    expect(code).toBe(0);
  });
});

describe('threads', () => {
  it.each(['0', '9', '1e6', 'two', '1.5', '-1'])('%s', (threads) =>
    refused(['train', '--data', 'xor', `--threads=${threads}`], /threads.* 1 to 8, or auto/),
  );
  it('of a configuration', () =>
    refused(['train', '--data', 'xor', '--set', 'threads=0'], /threads: needs .* 1 to 8, or auto; got 0/));
  it('auto is what it is by default', async () => {
    const { code } = await ohmprop(['train', '--data', 'xor', '--epochs', '1', '--threads', 'auto']);
    expect(code).toBe(0);
  });
});

it('one hidden unit leaves an output without conductance for a negative nudge', () =>
  refused(
    ['train', '--preset', 'drn-xs', '--data', 'digits', '--layers', '1'],
    /connected to next to nothing.*positive/,
  ));
