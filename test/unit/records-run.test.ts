import { spawnSync } from 'node:child_process';
import * as nodeDisk from 'node:fs/promises';
import { lstat, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join, parse } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createRunDirectory,
  type Disk,
  endManifest,
  hashSource,
  livingHolder,
  MetricsLog,
  makeDirectory,
  markManifestFailed,
  openRunDirectory,
  parseExactJson,
  readManifest,
  readMetrics,
  startManifest,
  stringifyExactJson,
  truncateMetrics,
  writeFileAtomically,
  writeManifest,
} from '../../records/index.js';
import { scratch } from '../scratch.js';

let directory: string;
beforeEach(() => {
  directory = scratch('run');
});

describe('an atomic write', () => {
  it('replaces a file whole, and carries on after short writes', async () => {
    const path = join(directory, 'a.txt');
    const slow: Disk = {
      ...nodeDisk,
      open: async (file, flags) => {
        const handle = await nodeDisk.open(file, flags);
        return {
          write: (data) => handle.write(data.subarray(0, 2)),
          sync: () => handle.sync(),
          close: () => handle.close(),
        };
      },
    };
    await writeFileAtomically(path, 'old');
    await writeFileAtomically(path, [Buffer.from('first '), Buffer.from('second')], slow);
    expect(await readFile(path, 'utf8')).toBe('first second');
    expect(await readdir(directory)).toEqual(['a.txt']);
  });

  it.each([
    ['open', 'EROFS', 2, /EROFS; the file system is read-only: choose another directory$/],
    ['rename', 'EACCES', 2, /EACCES; no permission to write there/],
    ['rename', 'EIO', 1, /EIO; check the disk and the directory$/],
  ])(
    'that fails at %s with %s keeps the old file and removes its own',
    async (call, code, exitCode, message) => {
      const path = join(directory, 'a.txt');
      await writeFileAtomically(path, 'old');
      const failing = async () => {
        throw Object.assign(new Error('refused'), { code });
      };
      const writing = writeFileAtomically(path, 'newer', { ...nodeDisk, [call]: failing });
      await expect(writing).rejects.toMatchObject({
        code: exitCode === 2 ? 'records.path' : 'records.disk',
        exitCode,
      });
      await expect(writing).rejects.toThrow(message);
      await expect(writing).rejects.toThrow(`cannot write ${path} (5 bytes)`);
      expect(await readFile(path, 'utf8')).toBe('old');
      expect(await readdir(directory)).toEqual(['a.txt']);
    },
  );

  it.runIf(process.platform === 'linux')('meets a disk that the kernel says is full', async () => {
    const path = join(directory, 'a.txt');
    const full: Disk = { ...nodeDisk, open: () => nodeDisk.open('/dev/full', 'w') };
    const writing = writeFileAtomically(path, 'text', full);
    await expect(writing).rejects.toMatchObject({ code: 'records.disk', exitCode: 1 });
    await expect(writing).rejects.toThrow(/ENOSPC; the disk is full: make room or write to another disk$/);
  });

  it('writes files only: no directory, no device, no pipe is replaced', async () => {
    const made = join(directory, 'made');
    await mkdir(made);
    const others: [string, RegExp][] = [[made, /made: it is a directory; name a file/]];
    if (process.platform !== 'win32') {
      const pipe = join(directory, 'pipe');
      spawnSync('mkfifo', [pipe]);
      others.push(
        [pipe, /pipe: it is a device, a pipe or a socket/],
        ['/dev/null', /\/dev\/null: it is a device/],
      );
    }
    for (const [path, message] of others) {
      const before = await lstat(path);
      const writing = writeFileAtomically(path, 'text');
      await expect(writing).rejects.toMatchObject({ code: 'records.path', exitCode: 2 });
      await expect(writing).rejects.toThrow(message);
      expect((await lstat(path)).ino).toBe(before.ino);
    }
  });

  it('follows a link to a file', async () => {
    const [path, link] = [join(directory, 'a.txt'), join(directory, 'link')];
    await writeFile(path, 'old');
    await symlink(path, link);
    await writeFileAtomically(link, 'new');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('says that the directory is not there, or is a file', async () => {
    const file = join(directory, 'a.txt');
    await writeFile(file, '');
    for (const [path, message] of [
      [join(directory, 'none', 'w.npz'), /ENOENT; its directory does not exist: make it, or choose another$/],
      [join(file, 'w.npz'), /ENOTDIR; a part of its path is a file/],
    ] as const) {
      const writing = writeFileAtomically(path, 'text');
      await expect(writing).rejects.toMatchObject({ code: 'records.path', exitCode: 2 });
      await expect(writing).rejects.toThrow(message);
    }
  });
});

describe('a directory', () => {
  it('is made with those above it, also by several at the same time', async () => {
    const deep = join(directory, 'a', 'b', 'c');
    await Promise.all([1, 2, 3].map(() => makeDirectory(deep)));
    expect((await lstat(deep)).isDirectory()).toBe(true);
    await makeDirectory(deep);
  });

  it('is not made under a file', async () => {
    await writeFile(join(directory, 'file'), '');
    const making = makeDirectory(join(directory, 'file', 'sub', 'deeper'));
    await expect(making).rejects.toMatchObject({ code: 'records.path', exitCode: 2 });
    await expect(making).rejects.toThrow(/cannot make the directory .*file: EEXIST; something else is there/);
  });

  it.runIf(process.platform === 'linux')('ends where the file system takes none', async () => {
    const making = makeDirectory('/proc/foo/bar');
    await expect(making).rejects.toMatchObject({ code: 'records.path', exitCode: 2 });
    await expect(making).rejects.toThrow(
      /cannot make the directory \/proc\/foo: E\w+; no (directory can be made|permission)/,
    );
  });
});

describe('a run directory', () => {
  const finish = async (path: string) => {
    await writeFile(join(path, 'config.yaml'), 'seed: 1\n');
    await writeManifest(path, await startManifest({ seed: 1, sources: [] }));
  };

  it('is named by date, name and a random id', async () => {
    const root = join(directory, 'runs');
    const first = await createRunDirectory({ root, name: 'MNIST 784/100' });
    const second = await createRunDirectory({ root, name: 'MNIST 784/100' });
    expect(basename(first.path)).toMatch(/^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_MNIST-784-100_[0-9a-f]{6}$/);
    expect(second.path).not.toBe(first.path);
  });

  it('may be any new or empty directory', async () => {
    const out = join(directory, 'mine');
    await mkdir(out);
    const run = await createRunDirectory({ name: 'x', out });
    expect(run.path).toBe(out);
    expect(run.metrics).toBe(join(out, 'metrics.jsonl'));
  });

  it('is refused where something is already', async () => {
    const out = join(directory, 'mine');
    await mkdir(out);
    await writeFile(join(out, 'thesis.tex'), '');
    const creating = createRunDirectory({ name: 'x', out });
    await expect(creating).rejects.toMatchObject({ code: 'run.in-use', exitCode: 2 });
    await expect(creating).rejects.toThrow(
      /mine is in use: it holds 1 entries \(thesis\.tex\); give --out .* new or empty/,
    );
    await expect(createRunDirectory({ name: 'x', out: join(out, 'thesis.tex') })).rejects.toThrow(
      /is a file/,
    );
  });

  it('is given to one of two that ask at the same time', async () => {
    const out = join(directory, 'mine');
    const asked = await Promise.allSettled([1, 2, 3].map(() => createRunDirectory({ name: 'x', out })));
    expect(asked.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of asked) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'run.in-use', exitCode: 2 });
    }
  });

  it('is written by one process at a time and read by any', async () => {
    const run = await createRunDirectory({ name: 'x', out: join(directory, 'mine') });
    await finish(run.path);
    await expect(openRunDirectory(run.path, { write: true })).rejects.toThrow(
      new RegExp(`in use by process ${process.pid} on .*run\\.lock`),
    );
    await (await openRunDirectory(run.path)).release();
    await run.release();
    const resumed = await openRunDirectory(run.path, { write: true });
    await run.release();
    await expect(openRunDirectory(run.path, { write: true })).rejects.toMatchObject({ code: 'run.in-use' });
    await resumed.release();
    expect((await readdir(run.path)).sort()).toEqual(['checkpoints', 'config.yaml', 'manifest.json']);
  });

  it.each([
    ['a process that has ended', () => spawnSync(process.execPath, ['-e', '0']).pid],
    ['an earlier process with our own number', () => process.pid],
  ])('is taken over from %s', async (_who, pid) => {
    const run = await createRunDirectory({ name: 'x', out: join(directory, 'mine') });
    await finish(run.path);
    await run.release();
    const stale = { pid: pid(), host: hostname(), since: '2026-01-01T00:00:00Z', token: '0' };
    await writeFile(join(run.path, 'run.lock'), JSON.stringify(stale));
    const resumed = await openRunDirectory(run.path, { write: true });
    await expect(openRunDirectory(run.path, { write: true })).rejects.toMatchObject({ code: 'run.in-use' });
    await resumed.release();
  });

  it.runIf(process.platform === 'linux')(
    'is taken over where the number of a process that has ended is another one now',
    async () => {
      const run = await createRunDirectory({ name: 'x', out: join(directory, 'mine') });
      await finish(run.path);
      const ours = JSON.parse(await readFile(join(run.path, 'run.lock'), 'utf8'));
      expect(ours.started).toMatch(/^[0-9a-f-]{36} \d+$/);
      await run.release();
      const before = { ...ours, pid: process.ppid, started: 'another life 7' };
      await writeFile(join(run.path, 'run.lock'), JSON.stringify(before));
      expect(await livingHolder(run.path)).toBeUndefined();
      await (await openRunDirectory(run.path, { write: true })).release();
    },
  );

  it.each([
    ['a living process', () => process.ppid, hostname()],
    ['a process on another machine', () => 1, 'elsewhere'],
  ])('is not taken from %s', async (_who, pid, host) => {
    const run = await createRunDirectory({ name: 'x', out: join(directory, 'mine') });
    await finish(run.path);
    await run.release();
    await writeFile(
      join(run.path, 'run.lock'),
      JSON.stringify({ pid: pid(), host, since: 'then', token: '0' }),
    );
    await expect(openRunDirectory(run.path, { write: true })).rejects.toThrow(
      /is in use by process \d+ on .* since then/,
    );
  });

  it('is told from any other directory by what is missing', async () => {
    await expect(openRunDirectory(join(directory, 'no'))).rejects.toMatchObject({
      code: 'run.not-found',
      exitCode: 2,
    });
    await expect(openRunDirectory(directory)).rejects.toThrow(/not a run directory: config\.yaml is missing/);
    await expect(openRunDirectory(parse(directory).root)).rejects.toThrow(/: config\.yaml is missing/);
    await writeFile(join(directory, 'config.yaml'), '');
    // A manifest can be written afresh.
    await (await openRunDirectory(directory)).release();
    await expect(openRunDirectory(join(directory, 'config.yaml'))).rejects.toThrow(
      /is a file; name the run directory/,
    );
  });
});

describe('a manifest', () => {
  it('says what ran, on what, and how it ended', async () => {
    const file = join(directory, 'abc.txt');
    await writeFile(file, 'abc');
    const source = await hashSource(file);
    // FIPS 180-4, the example of SHA-256 for "abc".
    expect(source.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const started = await startManifest({
      seed: 7,
      sources: [source],
      preset: 'xor',
      device: { name: 'ideal' },
    });
    expect(started).toMatchObject({
      seed: 7,
      exitStatus: 'running',
      preset: 'xor',
      wallSeconds: 0,
      warnings: [],
    });
    expect(started.machine.node).toBe(process.version);
    const ended = endManifest(endManifest(started, 'interrupted', 10), 'done', 2.5);
    expect(ended).toMatchObject({ wallSeconds: 12.5, exitStatus: 'done' });
    await writeManifest(directory, ended);
    expect(await readManifest(directory)).toEqual(ended);
  });

  it('is marked as failed in place, unless it is no file of a size that one has', async () => {
    await writeManifest(directory, await startManifest({ seed: 7, sources: [] }));
    await markManifestFailed(directory);
    expect((await readManifest(directory)).exitStatus).toBe('failed');
    await truncate(join(directory, 'manifest.json'), 2 ** 31);
    await expect(markManifestFailed(directory)).rejects.toMatchObject({ code: 'records.disk' });
  });

  it('names a field that is wrong', async () => {
    const manifest = await startManifest({ seed: 7, sources: [] });
    await writeFile(join(directory, 'manifest.json'), JSON.stringify({ ...manifest, exitStatus: 'great' }));
    await expect(readManifest(directory)).rejects.toThrow(/manifest\.json[\s\S]*exitStatus/);
    await writeFile(join(directory, 'manifest.json'), '{"seed":');
    await expect(readManifest(directory)).rejects.toMatchObject({ code: 'manifest.unreadable', exitCode: 2 });
    await expect(hashSource(join(directory, 'none.csv'))).rejects.toThrow(/none\.csv cannot be read/);
  });
});

describe('metrics', () => {
  const write = async (epochs: readonly number[]) => {
    const path = join(directory, 'metrics.jsonl');
    const log = await MetricsLog.open(path);
    for (const epoch of epochs) await log.append({ epoch, testError: 1 / (epoch + 1), cost: Number.NaN });
    await log.close();
    return path;
  };

  it('are read as they were appended, over several openings', async () => {
    await write([0, 1]);
    const path = await write([2]);
    const { lines, warning } = await readMetrics(path);
    expect(lines.map((line) => line.epoch)).toEqual([0, 1, 2]);
    expect(lines[1]).toEqual({ epoch: 1, testError: 0.5, cost: null });
    expect(warning).toBeUndefined();
    expect((await readMetrics(join(directory, 'none'))).lines).toEqual([]);
  });

  it('survive a last line cut off anywhere, and are appended to cleanly after it', async () => {
    const path = await write([0, 1]);
    const whole = await readFile(path);
    const first = whole.indexOf('\n') + 1;
    for (let length = first + 1; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      const { lines, warning } = await readMetrics(path);
      expect(lines).toHaveLength(1);
      expect(warning).toMatch(/metrics\.jsonl:2: the last line was cut off/);
    }
    await write([1]);
    expect((await readMetrics(path)).lines.map((line) => line.epoch)).toEqual([0, 1]);
  });

  it('drop what came after a checkpoint', async () => {
    const path = await write([0, 1, 2, 3]);
    expect(await truncateMetrics(path, 1)).toBe(2);
    expect((await readMetrics(path)).lines.map((line) => line.epoch)).toEqual([0, 1]);
    expect(await truncateMetrics(path, 1)).toBe(0);
    expect(await truncateMetrics(join(directory, 'none'), 1)).toBe(0);
  });

  it('name the line that is no metrics', async () => {
    const path = join(directory, 'metrics.jsonl');
    await writeFile(path, '{"epoch":0}\n{"epoch":\n{"epoch":2}\n');
    await expect(readMetrics(path)).rejects.toThrow(/metrics\.jsonl:2: got "\{"epoch":", not a JSON object/);
  });

  it('say when the disk is full', async () => {
    const full = async () => ({
      write: async () => {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      },
      sync: async () => undefined,
      close: async () => undefined,
    });
    const log = await MetricsLog.open(join(directory, 'metrics.jsonl'), { ...nodeDisk, open: full });
    const appending = log.append({ epoch: 1 });
    await expect(appending).rejects.toMatchObject({ code: 'records.disk', exitCode: 1 });
    await expect(appending).rejects.toThrow(
      /the run then continues from its last checkpoint with `ohmprop resume`/,
    );
  });
});

describe('exact JSON', () => {
  it('gives back every number', () => {
    const keys = fc.string().filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key));
    fc.assert(
      fc.property(fc.dictionary(keys, fc.array(fc.double())), (value) => {
        const read = parseExactJson(stringifyExactJson(value));
        expect(read).toEqual(value);
      }),
    );
  });

  it('takes no key that would reach behind an object', () => {
    expect(() => parseExactJson('{"__proto__": []}')).toThrow(/no key is called so/);
  });
});
